"""SendGrid's event webhook: is it genuine, and what does it say? Pure functions of headers and body.

Signature: ECDSA P-256 over timestamp + raw body. Each event carries our own id (metadata ``uid``), because
SendGrid answers a send without a usable one. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from outreach.providers.events import DeliveryEvent

NAME = "sendgrid"
UID_KEYS = ("uid", "crm_msg")
SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

KINDS = {
    "delivered": "delivered",
    "deferred": "deferred",
    "bounce": "bounced",
    "dropped": "dropped",
    "open": "opened",
    "click": "clicked",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
}


def is_genuine(*, key: str, signature: str, timestamp: str, body: bytes) -> bool:
    """Whether SendGrid signed this body with the private half of ``key`` (base64, as its page shows it)."""
    try:
        public = _public_key(key)
        public.verify(
            base64.b64decode(signature, validate=True), timestamp.encode() + body, ec.ECDSA(hashes.SHA256())
        )
    except (InvalidSignature, binascii.Error, ValueError, TypeError):
        return False
    return True


def age(timestamp: str, now: datetime) -> float:
    """Return how many seconds ago (or ahead) the request was signed; raise ``ValueError`` on garbage."""
    return abs(now.timestamp() - int(timestamp))


def check(body: bytes) -> list[dict[str, Any]]:
    """Return the events of a body; raise ``ValueError`` when it is anything but a JSON list of objects."""
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ValueError("not a list of events")
    return found


def parse(body: str | bytes) -> list[DeliveryEvent]:
    """Turn a body into events; kinds that mean nothing to us (``processed``, …) are left out."""
    items = check(body if isinstance(body, bytes) else body.encode())
    return [event for item in items if (event := _event(item)) is not None]


def _event(item: dict[str, Any]) -> DeliveryEvent | None:
    kind = KINDS.get(str(item.get("event")))
    if kind is None:
        return None
    if kind == "bounced" and item.get("type") == "blocked":
        kind = "blocked"  # a refusal for now: the address itself may be fine
    return DeliveryEvent(
        message_uid=next((str(item[key]) for key in UID_KEYS if item.get(key)), ""),
        kind=kind,
        provider=NAME,
        provider_event_id=str(item.get("sg_event_id") or _fingerprint(item))[:120],
        occurred_at=_moment(item),
        user_agent=str(item.get("useragent") or ""),
        url=str(item.get("url") or ""),
        ip=str(item.get("ip") or "") if kind in ("opened", "clicked") else "",
        data=_facts(item),
        provider_message_id=str(item.get("anymail_id") or item.get("sg_message_id") or ""),
    )


def _facts(item: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if item.get("sg_machine_open") in (True, "true"):
        facts["machine"] = True
    if reason := item.get("reason") or item.get("response") or "":
        facts["reason"] = str(reason)[:250]
    if status := item.get("status"):
        facts["status"] = str(status)[:20]
    return facts


def _moment(item: dict[str, Any]) -> datetime:
    try:
        return datetime.fromtimestamp(float(item["timestamp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise ValueError(f"an event without a sensible timestamp: {item.get('timestamp')!r}") from error


def _fingerprint(item: dict[str, Any]) -> str:
    named = [str(item.get(name, "")) for name in ("sg_message_id", "event", "timestamp", "url", "email")]
    return "hash:" + hashlib.sha256("\n".join(named).encode()).hexdigest()


@lru_cache(maxsize=4)
def _public_key(key: str) -> ec.EllipticCurvePublicKey:
    found = serialization.load_der_public_key(base64.b64decode(key))
    if not isinstance(found, ec.EllipticCurvePublicKey):
        raise TypeError("not an elliptic curve key")
    return found
