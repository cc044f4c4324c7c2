"""A recipient's own no: done at once, on every channel, as often as it is said."""

from dataclasses import dataclass
from datetime import datetime

from leads.services import contactability
from outreach.models import Message
from outreach.providers.events import DeliveryEvent
from outreach.services import enrollments, tracking

NAME = "web"
REASON = "unsubscribed"


@dataclass(frozen=True)
class Recipient:
    """Who stands at the unsubscribe page, shown so that only they recognise it."""

    uid: str
    masked_address: str


def recipient(uid: str) -> Recipient | None:
    """Return whom a message went to, or ``None`` when we do not have it (any more)."""
    address = Message.objects.filter(uid=uid).values_list("to_address", flat=True).first()
    return None if address is None else Recipient(uid, _masked(address))


def unsubscribe(uid: str, now: datetime, *, source: str = NAME) -> bool:
    """Never write to this person again; return whether the message was known. Repeating it is harmless.

    The suppression is set even when the event is an old one: somebody may have lifted it in between.
    """
    message = Message.objects.select_related("lead").filter(uid=uid).first()
    if message is None:
        return False
    event = DeliveryEvent(uid, REASON, source, f"unsubscribe:{uid}", now)
    if not tracking.record_events([event], now):
        contactability.suppress_lead(message.lead, REASON, evidence=f"{source}: message {message.pk}")
        enrollments.stop_for_lead(message.lead_id, REASON, now)
    return True


def _masked(address: str) -> str:
    name, at, domain = address.partition("@")
    return f"{name[:1]}•••{at}{domain}" if at else "your address"
