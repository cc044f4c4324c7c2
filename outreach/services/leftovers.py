"""News about messages nobody knows (yet): kept raw, tried again, and shown as unmatched."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from campaigns.services import bulk
from outreach.models import RawDelivery
from outreach.providers.events import DeliveryEvent, dumps

NORMAL = "normal"
COLUMNS = ("provider", "kind", "key", "body", "status", "received_at", "processed_at")


def keep(events: Sequence[DeliveryEvent], now: datetime) -> None:
    """Keep each event as an unmatched raw delivery; what names no message is not ours."""
    ours = [event for event in events if event.message_uid or event.provider_message_id]
    rows = [(NORMAL, "events", _key(event), dumps([event]), "unmatched", now, now) for event in ours]
    if rows:
        bulk.upsert(RawDelivery, COLUMNS, rows, key=("provider", "key"), update=("status", "processed_at"))


def _key(event: DeliveryEvent) -> str:
    return hashlib.sha256(f"{event.provider}\n{event.provider_event_id}".encode()).hexdigest()
