"""Counters of variants by day: folded in the transaction that stores the events, rebuildable from rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F

from campaigns.services import bulk
from outreach.models import Tally

KEY = ("campaign_id", "step_id", "variant_id", "day")
ROWS = 500
COUNTERS = (
    "sent", "delivered", "bounced", "opened", "clicked", "replied", "positive", "unsubscribed", "complained"
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is counted."""

    campaign_id: int
    step_id: int
    variant_id: int
    day: date


def place(campaign_id: int, step_id: int | None, variant_id: int | None, at: datetime) -> Place:
    """Return where something that happened at a moment is counted; 0 stands for «no step» or «no variant»."""
    return Place(campaign_id, step_id or 0, variant_id or 0, at.astimezone(UTC).date())


def fold(counts: Mapping[tuple[Place, str], int]) -> None:
    """Add counts to the counters, always in the same order, so that two workers cannot block each other."""
    by_place: dict[Place, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTERS, 0))
    for (where, name), number in counts.items():
        if number > 0:
            by_place[where][name] += number
    rows = [
        (w.campaign_id, w.step_id, w.variant_id, w.day.isoformat(), *by_place[w].values())
        for w in sorted(by_place)
    ]
    for at in range(0, len(rows), ROWS):
        _add(rows[at : at + ROWS])
    for (where, name), number in sorted(counts.items()):
        if number < 0:
            Tally.objects.filter(**asdict(where)).update(**{name: F(name) + number})


def _add(rows: Sequence[tuple[Any, ...]]) -> None:
    names = (*KEY, *COUNTERS)
    marks = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(rows))
    adds = ", ".join(f"{name} = outreach_tally.{name} + excluded.{name}" for name in COUNTERS)
    bulk.run(
        f"INSERT INTO outreach_tally ({', '.join(names)}) VALUES {marks}"  # noqa: S608
        f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {adds}",
        [value for row in rows for value in row],
    )
