import smtplib
import socket
from email.message import EmailMessage

import pytest

from outreach.management.commands import receive_mail
from outreach.models import RawDelivery
from outreach.providers import smtp_inbound
from outreach.services import mailroom


def mail(body="Yes please."):
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = (
        "lea@customer.example",
        "reply@in.example",
        "<m1@x>",
    )
    message.set_content(body)
    return message


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def door():
    """Listen on a free port and hand mails to a list, or to whatever a test sets."""
    got = []
    server = smtp_inbound.controller(lambda *mail: got.append(mail), "127.0.0.1", free_port())
    server.start()
    server.got = got
    yield server
    server.stop()


def send(server, message, recipients=("reply+a@in.example",), sender="lea@customer.example"):
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        return client.send_message(message, sender, list(recipients))


def test_a_mail_is_handed_over_with_its_envelope(door):
    send(door, mail("Grüße"))
    raw, to, sender = door.got[0]
    assert b"<m1@x>" in raw
    assert (to, sender) == (["reply+a@in.example"], "lea@customer.example")


def test_a_bounce_has_an_empty_sender(door):
    send(door, mail(), sender="<>")
    assert door.got[0][2] == ""


def test_what_cannot_be_stored_is_asked_for_again(door):
    def full(*mail):
        raise OSError("disk full")

    door.handler.accept = full
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(door, mail())
    assert caught.value.smtp_code == 451


def test_fifty_recipients_are_enough(door):
    refused = send(door, mail(), [f"a{number}@in.example" for number in range(60)])
    assert len(refused) == 10


def test_a_mail_too_large_is_refused(door):
    with smtplib.SMTP("127.0.0.1", door.port) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(smtp_inbound.MAX_BYTES)
        code, _ = client.mail("a@b.example", [f"size={smtp_inbound.MAX_BYTES + 1}"])
    assert code == 552


@pytest.mark.django_db
def test_the_command_stores_what_arrives(monkeypatch):
    monkeypatch.setattr(receive_mail, "close_old_connections", lambda: None)  # the test's own is one
    receive_mail.accept(mail().as_bytes(), ["reply+a@in.example"], "")
    row = RawDelivery.objects.get()
    assert (row.provider, row.kind, row.key) == ("smtp", "reply", "m1@x")
    assert mailroom.envelope(row) == (["reply+a@in.example"], "")
