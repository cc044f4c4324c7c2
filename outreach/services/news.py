"""An event together with the message it is about: what the rooms of tracking pass to each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from outreach.providers.events import EVENT_ID_CHARACTERS, DeliveryEvent
from outreach.services import bots, tallies

#: What raises which counter, once per message; opens and clicks only when a person did it.
COUNTERS = {"delivered": "delivered", "bounced": "bounced", "dropped": "bounced", "opened": "opened",
            "clicked": "clicked", "replied": "replied", "unsubscribed": "unsubscribed",
            "complained": "complained"}  # fmt: skip
VISITS = ("opened", "clicked")


@dataclass(frozen=True, slots=True)
class Target:
    """What tracking must know of a message (the field names are the columns read)."""

    id: int
    campaign_id: int
    step_id: int | None
    variant_id: int | None
    lead_id: int
    sent_at: datetime | None
    to_address: str
    channel: str
    subject: str


@dataclass(frozen=True, slots=True)
class News:
    """An event about a known message, with who did it."""

    event: DeliveryEvent
    message: Target
    verdict: bots.Verdict

    @property
    def is_counted(self) -> bool:
        """Whether it may raise a counter."""
        if self.event.kind in VISITS:
            return self.verdict.origin == bots.HUMAN
        return self.event.kind in COUNTERS

    @property
    def is_engagement(self) -> bool:
        """Whether a person showed interest by it."""
        return self.verdict.origin == bots.HUMAN and self.event.kind in (*VISITS, "replied")

    @property
    def counters(self) -> tuple[str, ...]:
        """The counters it raises."""
        positive = ("positive",) if self.event.kind == "replied" and self.event.data.get("positive") else ()
        return (COUNTERS[self.event.kind], *positive)

    @property
    def place(self) -> tallies.Place:
        """Where it is counted."""
        m = self.message
        return tallies.place(m.campaign_id, m.step_id, m.variant_id, self.event.occurred_at)

    @property
    def reason(self) -> str:
        """What the mail system said."""
        return str(self.event.data.get("reason", ""))

    def row(self, now: datetime) -> tuple[Any, ...]:
        """Return the columns of its Event row."""
        event, data = self.event, self.event.data
        if event.url or event.user_agent:
            seen = (("url", event.url[:1000]), ("agent", event.user_agent[:250]))
            data = {**data, **{name: value for name, value in seen if value}}
        return (self.message.id, event.kind, event.provider, event.provider_event_id[:EVENT_ID_CHARACTERS],
                self.verdict.origin, self.verdict.reason, data, event.occurred_at, now)  # fmt: skip
