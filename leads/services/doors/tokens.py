"""The mark of a page that was really shown: makes a double post one, and tells how long somebody typed."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

FRESH = timedelta(days=2)
#: people need longer than this for the shortest form; programs do not
FASTEST = timedelta(seconds=2)


@dataclass(frozen=True)
class Page:
    """A page that was shown: its number, and when."""

    once: str
    shown_at: datetime


def issue(key: str, now: datetime) -> str:
    """Return the mark of a page of the form with this key."""
    return _signer(key).sign(f"{secrets.token_urlsafe(18)}.{int(now.timestamp())}")


def read(key: str, mark: str, now: datetime) -> Page | None:
    """Return the page a mark belongs to; ``None`` when it is forged, of another form or too old."""
    try:
        once, _, stamp = _signer(key).unsign(mark[:200]).rpartition(".")
        shown_at = datetime.fromtimestamp(int(stamp), UTC)
    except (signing.BadSignature, ValueError, OverflowError):
        return None
    return Page(once, shown_at) if now - shown_at <= FRESH else None


def number() -> str:
    """Return a new visitor's number."""
    return secrets.token_urlsafe(16)


def of_body(key: str, values: dict[str, str]) -> str:
    """Return a number for a post without a mark, so that the same one twice is one."""
    return hashlib.sha256(repr((key, sorted(values.items()))).encode()).hexdigest()[:40]


def _signer(key: str) -> signing.Signer:
    return signing.Signer(salt=f"webform:{key}")
