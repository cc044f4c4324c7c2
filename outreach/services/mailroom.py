"""The mail room: every door at which mail arrives hands the raw text in here, and it is stored before it
is understood. The same mail handed in twice (same Message-ID, or same bytes) is one row.
"""

import hashlib
import json
from collections.abc import Sequence
from email import message_from_bytes
from email.policy import compat32

from campaigns import clock
from outreach.models import RawDelivery

MAX_BYTES = 30 * 1024 * 1024
HEAD_BYTES = 64 * 1024
KEY_CHARACTERS = 120


class MailTooLarge(Exception):
    """A mail beyond what any mail service delivers."""


def accept(
    raw: bytes, *, provider: str = "mail", envelope_to: Sequence[str] = (), envelope_from: str | None = None
) -> RawDelivery:
    """Store a mail as it came; return its row, the old one if it has been here before.

    ``envelope_from`` is ``""`` for a bounce and ``None`` when the door does not know it.
    """
    if len(raw) > MAX_BYTES:
        raise MailTooLarge(f"A mail of {len(raw):,} bytes is larger than the {MAX_BYTES:,} we take.")
    text, encoding = _as_text(raw)
    body = {"raw": text, "encoding": encoding, "envelope_to": list(envelope_to)[:50]}
    if envelope_from is not None:
        body["envelope_from"] = envelope_from
    facts = {"kind": "reply", "body": json.dumps(body), "received_at": clock.now()}
    return RawDelivery.objects.get_or_create(provider=provider, key=key_of(raw), defaults=facts)[0]


def raw_mail(delivery: RawDelivery) -> bytes:
    """Return the mail of a row byte for byte as it came."""
    body = json.loads(delivery.body)
    return str(body["raw"]).encode(body.get("encoding", "utf-8"))


def envelope(delivery: RawDelivery) -> tuple[list[str], str | None]:
    """Return the envelope's recipients and sender (``None``: unknown)."""
    body = json.loads(delivery.body)
    return list(body.get("envelope_to", [])), body.get("envelope_from")


def key_of(raw: bytes) -> str:
    """Return what makes a repeated delivery a no-op: the Message-ID, else a digest of everything."""
    head = message_from_bytes(raw[:HEAD_BYTES].partition(b"\r\n\r\n")[0], policy=compat32)
    message_id = str(head.get("Message-ID") or "").strip().strip("<>")
    if message_id and len(message_id) <= KEY_CHARACTERS and message_id.isprintable():
        return message_id
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def _as_text(raw: bytes) -> tuple[str, str]:
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1"
