"""What anymail says about any mail service, in our normal form. https://anymail.dev/en/stable/sending/tracking/"""

import hashlib
from datetime import datetime
from typing import Any

from outreach.providers.events import DeliveryEvent

KINDS = {"delivered": "delivered", "deferred": "deferred", "bounced": "bounced", "rejected": "dropped",
         "failed": "dropped", "opened": "opened", "clicked": "clicked", "complained": "complained",
         "unsubscribed": "unsubscribed"}  # fmt: skip
UID_KEYS = ("uid", "crm_msg")


def parse(event: Any, service: str, now: datetime) -> DeliveryEvent | None:
    """Turn a tracking event into ours; ``None`` for kinds that mean nothing to us."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    if kind == "bounced" and raw.get("type") in ("blocked", "SoftBounce", "Transient"):
        kind = "blocked"
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    uid = next((str(metadata[key]) for key in UID_KEYS if metadata.get(key)), "")
    message_id = str(event.message_id or "")
    moment = event.timestamp or now
    named = "\n".join((message_id, uid, kind, moment.isoformat(), str(event.click_url or "")))
    return DeliveryEvent(
        message_uid=uid,
        kind=kind,
        provider=service.lower()[:40],
        provider_event_id=str(event.event_id or "hash:" + hashlib.sha256(named.encode()).hexdigest())[:120],
        occurred_at=moment,
        user_agent=str(event.user_agent or ""),
        url=str(event.click_url or ""),
        data=_facts(event, metadata, raw),
        provider_message_id=message_id,
    )


def _facts(event: Any, metadata: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if True in (metadata.get("sg_machine_open"), raw.get("sg_machine_open")):
        facts["machine"] = True
    reasons = (event.mta_response, event.description, event.reject_reason)
    if reason := next((str(text) for text in reasons if text), ""):
        facts["reason"] = reason[:250]
    return facts
