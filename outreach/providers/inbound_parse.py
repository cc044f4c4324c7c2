"""One mail as a web form: SendGrid's inbound parse (raw or taken apart), or the plain mail as the body.

The form is read with the standard library's MIME parser: Django's own stops at the size of a web form,
and a mail with a picture in it is larger. https://www.twilio.com/docs/sendgrid/for-developers/parsing-email
"""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser, HeaderParser
from email.policy import HTTP, SMTP

HEADERS_KEPT = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To",
                "Auto-Submitted", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "Precedence",
                "Return-Path", "X-Failed-Recipients", "List-Id")  # fmt: skip
MAX_PARTS = 200


@dataclass(frozen=True)
class InboundMail:
    """A mail with its envelope (``envelope_from`` is ``None`` when the form did not say)."""

    raw: bytes
    envelope_to: tuple[str, ...] = ()
    envelope_from: str | None = None


def is_allowed(authorization: str, secret: str) -> bool:
    """Whether a basic-auth header carries the secret (as password or ``user:password``); unset means no."""
    kind, _, value = authorization.partition(" ")
    if not secret or kind.lower() != "basic":
        return False
    try:
        given = base64.b64decode(value, validate=True)
    except binascii.Error:
        return False
    whole = hmac.compare_digest(given, secret.encode())
    password = hmac.compare_digest(given.partition(b":")[2], secret.encode())
    return whole or password


def parse(content_type: str, content_type_header: str, body: bytes) -> InboundMail:
    """Return the mail in a request; raise ``ValueError`` when there is none."""
    if content_type in ("message/rfc822", "text/plain"):
        return InboundMail(_checked(body))
    if content_type != "multipart/form-data":
        raise ValueError("send multipart/form-data or message/rfc822")
    form = _form(content_type_header, body)
    to, sender = _envelope(form.get("envelope", b""))
    raw = form.get("email") or _composed(form)
    return InboundMail(_checked(raw), to, sender)


def _form(content_type_header: str, body: bytes) -> dict[str, bytes]:
    head = f"Content-Type: {content_type_header}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise ValueError("the form cannot be read")
    fields: dict[str, bytes] = {}
    for part in list(message.iter_parts())[:MAX_PARTS]:
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            payload = part.get_payload(decode=True)
            fields.setdefault(name, payload if isinstance(payload, bytes) else part.as_bytes())
    return fields


def _envelope(text: bytes) -> tuple[tuple[str, ...], str | None]:
    try:
        found = json.loads(text or b"{}")
    except (ValueError, RecursionError) as error:
        raise ValueError("the envelope is not JSON") from error
    if not isinstance(found, dict):
        raise ValueError("the envelope is not an object")
    to, sender = found.get("to"), found.get("from")
    return tuple(map(str, to)) if isinstance(to, list) else (), None if sender is None else str(sender)


def _composed(form: dict[str, bytes]) -> bytes:
    """Put a mail that came in pieces together again."""
    if not form.get("headers") and not form.get("from"):
        raise ValueError("neither «email» nor «headers» nor «from» is filled")
    given = HeaderParser().parsestr(_text(form.get("headers", b"")))
    mail = EmailMessage(policy=SMTP)
    for name in HEADERS_KEPT:
        value = given.get(name) or _text(form.get(name.lower(), b""))
        if value:
            mail[name] = " ".join(str(value).split())
    mail.set_content(_text(form.get("text", b"")))
    if html := form.get("html"):
        mail.add_alternative(_text(html), subtype="html")
    return mail.as_bytes()


def _checked(raw: bytes) -> bytes:
    head = raw[:65536].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if b":" not in head or not raw.strip():
        raise ValueError("it has no headers")
    if not HeaderParser().parsestr(head.decode("latin-1")).get("From"):
        raise ValueError("it has no sender")
    return raw


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
