"""Tombstones: keyed digests of the people we forgot, so that no door lets them in again.

A digest is an HMAC-SHA256 under a key derived from ``SECRET_KEY``; those made under a key that is now in
``SECRET_KEY_FALLBACKS`` still count. Nobody can read an address out of it, and without the key nobody can
even try addresses.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from campaigns.services import bulk
from leads.models import Erasure, Tombstone

KINDS = {"email_key": "email", "phone": "phone", "linkedin_key": "linkedin"}
REASON = "Asked to be forgotten: not stored."
FEW = 300
_SALT = "leadloom.tombstone"


def forgotten(drafts: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the places of the drafts whose address, phone or profile belongs to somebody we forgot."""
    if not Tombstone.objects.exists():
        return set()
    places: dict[str, list[int]] = {}
    for place, draft in enumerate(drafts):
        for column, kind in KINDS.items():
            for mark in digests(kind, str(draft.get(column) or "")):
                places.setdefault(mark, []).append(place)
    if not places:
        return set()
    return {place for mark in _known(places) for place in places[mark]}


def _known(marks: Collection[str]) -> list[str]:
    """Return which of these digests are buried: few are looked up, for a long list all are read once."""
    stones = Tombstone.objects.filter(kind__in=KINDS.values())
    few = stones.filter(digest__in=list(marks)) if len(marks) <= FEW else stones
    return [mark for mark in few.values_list("digest", flat=True).iterator() if mark in marks]


def is_forgotten(facts: Mapping[str, Any]) -> bool:
    """Whether one person, given by ``email_key``, ``phone`` and ``linkedin_key``, was forgotten."""
    return bool(forgotten([facts]))


def digest(kind: str, value: str) -> str:
    """Return the digest of a normalised key under the present secret; empty for an empty value."""
    return _digest(settings.SECRET_KEY, kind, value) if value else ""


def digests(kind: str, value: str) -> list[str]:
    """Return the digests of a key under the present secret and every former one."""
    if not value:
        return []
    return [_digest(secret, kind, value) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def of(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return (kind, digest) of every key in some rows, once each."""
    found = {
        (kind, digest(kind, str(row[column]))): None
        for row in rows
        for column, kind in KINDS.items()
        if row.get(column)
    }
    return list(found)


def bury(erasure: Erasure, marks: Iterable[tuple[str, str]]) -> None:
    """Keep the digests of somebody who was forgotten."""
    rows = [(erasure.pk, kind, mark) for kind, mark in marks]
    if rows:
        bulk.insert_ignore(Tombstone, ("erasure_id", "kind", "digest"), rows)


def _digest(secret: str, kind: str, value: str) -> str:
    return hmac.digest(_key(secret, kind), value.encode(), "sha256").hex()


@lru_cache(maxsize=64)
def _key(secret: str, kind: str) -> bytes:
    """Derive the key of one kind as Django's ``salted_hmac`` does, once."""
    return hashlib.sha256(f"{_SALT}.{kind}{secret}".encode()).digest()
