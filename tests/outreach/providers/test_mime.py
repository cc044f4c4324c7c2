"""Letters as bytes: what strict mail servers ask for (RFC 5321: CRLF, lines of 998 characters at most)."""

import email
import email.policy

import pytest

from outreach.providers import mime
from tests.outreach.letters import letter

LONG = "<p>" + "A sentence about enquiries that wait. " * 60 + "</p>"


@pytest.mark.parametrize(
    "html", [LONG, LONG + "\n" + LONG, LONG + "\r\n" + LONG, "<p>one\rtwo</p>", "é" * 900]
)
def test_every_line_ends_with_crlf_and_none_is_too_long(html):
    data = mime.build(letter(html=html))
    rest = data.replace(b"\r\n", b"")
    assert (b"\n" in rest, b"\r" in rest) == (False, False)
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_the_text_arrives_as_it_was_written():
    words = "Grüß Gott,\n\n=20 is no blank. " + "x" * 200 + "\n.\nA trailing blank \n"
    found = email.message_from_bytes(mime.build(letter(text=words, html=LONG)), policy=email.policy.default)
    assert found.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") == words.rstrip("\n")
    assert found.get_body(("html",)).get_content().strip() == LONG
