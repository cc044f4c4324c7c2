"""How scores would lie over the last five hundred people under another card, before it is published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leads.models import Lead
from leads.services import cards
from leads.services.rules import facts

NEWEST, BANDS, LIMIT = 500, 10, 60


@dataclass(frozen=True)
class Spread:
    """The scores of some people under the card in force and under the one on trial."""

    total: int
    before: list[int]
    after: list[int]
    raised: int
    lowered: int
    good_before: int
    good_after: int

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The trial's bands as columns of a chart."""
        return [_column(band, count) for band, count in enumerate(self.after)]

    @property
    def columns_before(self) -> list[dict[str, Any]]:
        """The bands of the card in force as columns of a chart."""
        return [_column(band, count) for band, count in enumerate(self.before)]


def look(old: dict[str, Any], new: dict[str, Any], leads: QuerySet[Lead], now: datetime) -> Spread:
    """Score the newest 500 leads by both cards without writing anything."""
    ids = list(leads.filter(merged_into=None).order_by("-pk").values_list("pk", flat=True)[:NEWEST])
    known = list(facts.load(ids, cards.fields_in(old) | cards.fields_in(new)).values())
    pairs = list(zip(_scores(old, known, now), _scores(new, known, now), strict=True))
    return Spread(
        len(pairs), _bands([one for one, _ in pairs]), _bands([one for _, one in pairs]),
        sum(after > before for before, after in pairs), sum(after < before for before, after in pairs),
        sum(before >= LIMIT for before, _ in pairs), sum(after >= LIMIT for _, after in pairs),
    )  # fmt: skip


def _scores(card: dict[str, Any], known: list[dict[str, Any]], now: datetime) -> list[int]:
    score = cards.function(card, now)
    return [score(one)[0] for one in known]


def _bands(scores: list[int]) -> list[int]:
    places = [min(BANDS - 1, score * BANDS // 100) for score in scores]
    return [places.count(band) for band in range(BANDS)]


def _column(band: int, count: int) -> dict[str, Any]:
    low, high = band * 100 // BANDS, (band + 1) * 100 // BANDS - (band + 1 < BANDS)
    return {"label": f"{low}", "value": count, "text": f"{count} from {low} to {high}"}
