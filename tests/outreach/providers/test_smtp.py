import email
import email.policy

import pytest

from outreach.providers import smtp
from outreach.providers.letters import Unwatched
from outreach.providers.smtp import Smtp
from tests.outreach.letters import letter
from tests.outreach.sink import Sink


@pytest.fixture(params=[True, False], ids=["pipelined", "step by step"])
def sink(request, settings):
    with Sink(pipelining=request.param) as found:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
        yield found


def send(*letters, watch=None):
    return {receipt.uid: receipt for receipt in Smtp().deliver(letters, watch or Unwatched())}


def test_a_letter_arrives_whole(sink):
    words = "Grüße\n\n.a line with a dot\n" + "long " * 300
    found = send(letter(text=words, subject="Grüße aus Graz"))
    mail = email.message_from_bytes(sink.mails[0][1], policy=email.policy.default)
    assert found["u1"].outcome == "accepted"
    assert mail["Subject"] == "Grüße aus Graz"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") == words.rstrip("\n")
    assert "shall we talk?" in mail.get_body(("html",)).get_content()


def test_every_letter_carries_one_click_unsubscribe_and_our_ids(sink):
    send(letter())
    mail = email.message_from_bytes(sink.mails[0][1], policy=email.policy.default)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://crm.example/u/u1/>")
    assert mail["Reply-To"] == "reply+u1.abc@reply.mail.example"
    assert mail["Message-ID"] == "<u1@mail.example>"
    assert mail["To"] == "ann@customer.example"


def test_a_bad_address_is_refused_and_the_others_go_on(sink):
    letters = [letter(f"u{n}", f"person{n}@customer.example") for n in range(40)]
    letters += [letter("bad", "refuse@customer.example"), letter("busy", "later@customer.example")]
    found = send(*letters)
    assert found["bad"].outcome == "refused"
    assert "550" in found["bad"].reason
    assert found["busy"].outcome == "later"
    assert sum(receipt.outcome == "accepted" for receipt in found.values()) == 40 == sink.count


def test_silence_after_the_text_is_unknown_and_not_repeated(sink):
    found = send(letter("doubt", "silent@customer.example"), letter("next"))
    assert found["doubt"].outcome == "unknown"
    assert found["next"].outcome == "accepted"
    assert sink.count == 2


def test_a_server_that_never_answers_ends_in_doubt(sink, monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
    assert send(letter("doubt", "hang@customer.example"))["doubt"].outcome == "unknown"


def test_an_unreachable_server_loses_no_try_and_is_left_alone_for_a_while(settings):
    with Sink() as gone:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", gone.port
    way = Smtp()
    receipts = way.deliver([letter("a"), letter("b")], Unwatched())
    assert {receipt.outcome for receipt in receipts} == {"later"}
    assert all(receipt.retry_at for receipt in receipts)
    assert way.rests()


def test_a_watch_holds_letters_back_untouched(sink):
    class Paused(Unwatched):
        def stops(self, uid):
            return uid == "stay"

    found = send(letter("stay"), letter("go"), watch=Paused())
    assert found["stay"].outcome == "later"
    assert found["stay"].retry_at
    assert sink.count == 1


def test_connections_are_kept_for_the_next_batch(sink):
    way = Smtp()
    for number in range(3):
        way.deliver([letter(f"u{number}")], Unwatched())
    assert sink.connections == 1
