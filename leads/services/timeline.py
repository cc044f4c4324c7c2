"""The one writer of the timeline: everything that happened with a person, over all channels.

Rows are only added. Who merges people moves theirs, who forgets a person takes them away; nobody else touches
a row (``tests/leads/test_timeline_is_kept.py`` reads the whole house for it).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns import clock
from campaigns.models import User
from campaigns.services import bulk
from leads.models import Activity

_COLUMNS = (
    "lead_id", "kind", "channel", "summary", "data", "campaign_id", "actor_id", "key", "occurred_at"
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing that happened. A ``key`` makes a repeated report of it a no-op."""

    lead_id: int
    kind: str
    summary: str
    channel: str = "system"
    campaign_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    actor_id: int | None = None
    key: str | None = None
    at: datetime | None = None


def record(
    lead_id: int,
    kind: str,
    summary: str,
    channel: str = "system",
    campaign_id: int | None = None,
    data: dict[str, Any] | None = None,
    actor: User | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> None:
    """Write down one thing that happened with a lead."""
    actor_id = actor.pk if actor else None
    record_many([Entry(lead_id, kind, summary, channel, campaign_id, data or {}, actor_id, key, at)])


def arrived(lead_ids: Iterable[int], summary: str, at: datetime, data: dict[str, Any] | None = None) -> int:
    """Write down that new people came in (an import, a search): one plain copy, however many they are."""
    facts = data or {}
    rows = ((pk, "created", "system", summary[:250], facts, None, None, None, at) for pk in lead_ids)
    return bulk.copy_rows(Activity, _COLUMNS, rows)


def record_many(entries: Iterable[Entry]) -> int:
    """Write down many things at once; return how many were new."""
    now = clock.now()
    rows = [
        (e.lead_id, e.kind, e.channel, e.summary[:250], e.data, e.campaign_id, e.actor_id, e.key, e.at or now)
        for e in entries
    ]
    if not rows:
        return 0
    if any(row[7] for row in rows):
        return len(bulk.insert_ignore(Activity, _COLUMNS, rows))
    return bulk.copy_rows(Activity, _COLUMNS, rows)
