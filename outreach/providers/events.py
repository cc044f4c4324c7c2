"""The one normal form of news about a message, whoever brings it; made by providers, read by tracking."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

KINDS = frozenset(
    ("delivered", "deferred", "bounced", "blocked", "dropped", "opened", "clicked", "replied",
     "unsubscribed", "complained")
)  # fmt: skip
EVENT_ID_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One thing that happened to one message.

    ``message_uid`` is our own id; ``provider_message_id`` helps when the provider did not send it back.
    ``ip`` serves to tell people from machines and is not kept with the event.
    """

    message_uid: str
    kind: str
    provider: str
    provider_event_id: str
    occurred_at: datetime
    user_agent: str = ""
    url: str = ""
    ip: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    provider_message_id: str = ""


def dumps(events: list[DeliveryEvent]) -> str:
    """Write events down as JSON."""
    rows = [{**asdict(event), "occurred_at": event.occurred_at.isoformat()} for event in events]
    return json.dumps(rows)


def loads(text: str) -> list[DeliveryEvent]:
    """Read what ``dumps`` wrote; raise ``ValueError`` on anything else."""
    try:
        return [_event(values) for values in json.loads(text)]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a list of events: {error}") from error


def _event(values: dict[str, Any]) -> DeliveryEvent:
    moment = datetime.fromisoformat(values["occurred_at"])
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return DeliveryEvent(**{**values, "occurred_at": aware})
