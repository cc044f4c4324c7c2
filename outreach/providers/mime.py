"""Letters as bytes, fast: a library takes 0.7–1.9 ms to build what these few joins do in microseconds.

Both parts go out as quoted-printable (written in C in the standard library), so no line is too long, whatever
was typed. Headers that came from people were checked for line breaks before (``outreach.channels.email``).
"""

from binascii import b2a_qp
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from campaigns import clock
from outreach.providers.letters import Outgoing

PART = (
    "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    "Content-Disposition: inline\r\n\r\n"
)
TEXT_PART = PART.replace("{kind}", "text/plain").encode()
HTML_PART = PART.replace("{kind}", "text/html").encode()


def build(letter: Outgoing) -> bytes:
    """Return the whole letter, ready for DATA (before dot-stuffing)."""
    boundary = f"=_{letter.uid}"
    head = [
        _from_line(letter.sender_name, letter.sender_email),
        f"To: {letter.to}",
        f"Subject: {_words(letter.subject)}",
        f"Message-ID: {letter.message_id}",
        f"Date: {_date(int(clock.now().timestamp()))}",
        f"Reply-To: {letter.reply_to}",
        *(f"{name}: {value}" for name, value in letter.headers.items()),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
    ]
    line = f"\r\n--{boundary}".encode()
    return b"".join(
        ("\r\n".join(head).encode(), b"\r\n", line, b"\r\n", TEXT_PART, _quoted(letter.text),
         line, b"\r\n", HTML_PART, _quoted(letter.html), line, b"--\r\n")
    )  # fmt: skip


def _quoted(text: str) -> bytes:
    """Encode with plain line feeds and turn them all into CRLF: soft breaks too, a bare one is refused."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(plain.encode(), istext=True).replace(b"\n", b"\r\n")


@lru_cache(maxsize=512)
def _from_line(name: str, address: str) -> str:
    return f"From: {formataddr((name, address))}"


def _words(text: str) -> str:
    return text if text.isascii() and len(text) < 900 else Header(text, "utf-8").encode(linesep="\r\n")


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return format_datetime(clock.now())
