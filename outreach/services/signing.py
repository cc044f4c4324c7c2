"""Signed ids: what a recipient's link or reply address carries instead of anything worth forging.

A token is ``uid[.link].signature``; the signature is a truncated HMAC-SHA256 under a key derived from
``SECRET_KEY`` (old keys in ``SECRET_KEY_FALLBACKS`` still read). Django's own signer costs four times as
much, and a mail has four links. Addresses are lower case, as some mail systems lower-case them on the way.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from django.conf import settings

OPEN_PATH, CLICK_PATH, UNSUBSCRIBE_PATH = "/t/o/", "/t/c/", "/u/"
SIGNATURE_BYTES = 12  # 96 bits in a URL
ADDRESS_DIGITS = 20  # 80 bits: the local part of an address has 64 characters at most
MAX_TOKEN = 120


def open_url(uid: str) -> str:
    """Return the address of the open pixel of a message."""
    return f"{settings.PUBLIC_URL}{OPEN_PATH}{_token('o', uid)}.gif"


def click_url(uid: str, link_id: int) -> str:
    """Return the address that records a click and leads on to the stored link."""
    return f"{settings.PUBLIC_URL}{CLICK_PATH}{_token('c', f'{uid}.{link_id}')}/"


def unsubscribe_url(uid: str) -> str:
    """Return the address of the recipient's unsubscribe page."""
    return f"{settings.PUBLIC_URL}{UNSUBSCRIBE_PATH}{_token('u', uid)}/"


def reply_address(uid: str, domain: str) -> str:
    """Return the address on which an answer to this message is recognised."""
    return f"reply+{uid}.{_digits('reply', uid)}@{domain}"


def unsubscribe_address(uid: str, domain: str) -> str:
    """Return the address to which a mail program may send a one-click unsubscribe mail."""
    return f"unsub+{uid}.{_digits('unsub', uid)}@{domain}"


def read_open(token: str) -> str | None:
    """Return the uid of a genuine pixel token."""
    return _read("o", token)


def read_click(token: str) -> tuple[str, int] | None:
    """Return the uid and the link's id of a genuine click token."""
    uid, _, link_id = (_read("c", token) or "").rpartition(".")
    return (uid, int(link_id)) if uid and link_id.isdecimal() else None


def read_unsubscribe(token: str) -> str | None:
    """Return the uid of a genuine unsubscribe token."""
    return _read("u", token)


def read_reply(address: str) -> str | None:
    """Return the uid that a genuine reply address carries."""
    return _read_address("reply", address)


def read_unsubscribe_address(address: str) -> str | None:
    """Return the uid that a genuine unsubscribe address carries."""
    return _read_address("unsub", address)


def _token(kind: str, payload: str) -> str:
    return f"{payload}.{_signature(settings.SECRET_KEY, kind, payload)}"


def _read(kind: str, token: str) -> str | None:
    payload, _, signature = token.rpartition(".")
    if not payload or len(token) > MAX_TOKEN or not token.isascii():
        return None
    genuine = any(hmac.compare_digest(_signature(s, kind, payload), signature) for s in _secrets())
    return payload if genuine else None


def _read_address(kind: str, address: str) -> str | None:
    head, _, token = address.strip().lower().partition("@")[0].partition("+")
    uid, _, digits = token.partition(".")
    if head != kind or not uid or not token.isascii() or len(token) > MAX_TOKEN:
        return None
    genuine = any(hmac.compare_digest(_hex(s, kind, uid), digits) for s in _secrets())
    return uid if genuine else None


def _signature(secret: str, kind: str, payload: str) -> str:
    return urlsafe_b64encode(_digest(secret, kind, payload)[:SIGNATURE_BYTES]).decode()


def _digits(kind: str, uid: str) -> str:
    return _hex(settings.SECRET_KEY, kind, uid)


def _hex(secret: str, kind: str, uid: str) -> str:
    return _digest(secret, kind, uid).hex()[:ADDRESS_DIGITS]


def _digest(secret: str, kind: str, payload: str) -> bytes:
    return hmac.digest(_key(secret), f"{kind}:{payload}".encode(), "sha256")


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"leadloom.signed-ids:" + secret.encode()).digest()


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
