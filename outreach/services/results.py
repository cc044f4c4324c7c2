"""What a version's steps and texts achieved so far: for the cards of the sequence page, one query."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from outreach.models import Step, Tally

COUNTERS = ("sent", "delivered", "opened", "replied")


@dataclass
class Result:
    """Counts of one step or text."""

    sent: int = 0
    delivered: int = 0
    opened: int = 0
    replied: int = 0

    def share(self, counter: str) -> float | None:
        """Return a counter as a share of what was sent."""
        return getattr(self, counter) / self.sent if self.sent else None


def of(steps: Iterable[Step]) -> tuple[dict[int, Result], dict[tuple[int, str], Result]]:
    """Return the results by position, and by position and tone; the steps have their texts prefetched."""
    places = {
        (step.pk, text.pk): (step.position, text.tone)
        for step in steps
        for text in step.variants.all()
        if text.message_id is None
    }
    by_step: dict[int, Result] = defaultdict(Result)
    by_text: dict[tuple[int, str], Result] = defaultdict(Result)
    rows = Tally.objects.filter(variant_id__in=[text for _, text in places]).order_by()
    sums = {f"n_{name}": Sum(name) for name in COUNTERS}
    found: Any = rows.values("step_id", "variant_id").annotate(**sums)
    for row in found:
        place = places.get((row["step_id"], row["variant_id"]))
        for result in (by_step[place[0]], by_text[place]) if place else ():
            for name in COUNTERS:
                setattr(result, name, getattr(result, name) + row[f"n_{name}"])
    return by_step, by_text
