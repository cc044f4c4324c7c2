import pytest

from outreach.channels.email import EmailChannel, problem
from outreach.providers.letters import Unwatched
from tests.outreach.letters import letter

BAD_ADDRESSES = [
    "", "ann", "ann@", "@customer.example", "ann@customer", "t@e.example, evil@e.example", "a b@c.example",
    "t@e.example\nBcc: x@y.example", "Ann <ann@c.example>", "ann@c.example>", "ann@-.", "ann@@c.example",
    "x" * 65 + "@c.example", "ännä@c.example", "a@c..example", "ann@c.example\r\n", "ann@c.example\x00",
]  # fmt: skip


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_only_one_plain_address_may_receive_a_letter(address):
    assert problem(letter(to=address)) == "The address is not one valid e-mail address."


@pytest.mark.parametrize("field", ["subject", "sender_name", "sender_email", "reply_to", "in_reply_to"])
@pytest.mark.parametrize("breaker", ["\n", "\r", "\x00", "\u2028", "\x85"])
def test_a_line_break_in_a_header_is_refused(field, breaker):
    assert "line break" in problem(letter(**{field: f"x{breaker}Bcc: evil@e.example"}))


@pytest.mark.parametrize("address", ["ann@customer.example", "o'hara+x@mail.customer.example", "a.b@x-y.co"])
def test_ordinary_addresses_pass(address):
    assert problem(letter(to=address)) == ""


def test_what_is_malformed_is_refused_before_it_reaches_the_way_out(office):
    found = EmailChannel().send_batch(
        [letter("bad", to="a@b.example,c@d.example"), letter("good")], Unwatched()
    )
    assert {receipt.uid: receipt.outcome for receipt in found} == {"bad": "refused", "good": "accepted"}
    assert [kept.uid for kept in office.unread()] == ["good"]


@pytest.mark.parametrize(
    ("offline", "backend", "name"),
    [
        (True, "anymail.backends.sendgrid.EmailBackend", "PostOffice"),
        (False, "anymail.backends.sendgrid.EmailBackend", "Esp"),
        (False, "django.core.mail.backends.smtp.EmailBackend", "Smtp"),
    ],
)
def test_the_settings_choose_the_way_out(settings, offline, backend, name):
    settings.OFFLINE_PROVIDERS, settings.EMAIL_BACKEND = offline, backend
    assert type(EmailChannel()._way).__name__ == name
