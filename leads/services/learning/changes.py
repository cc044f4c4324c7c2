"""Why a score changed: what every question gave before and gives now; the timeline hears of large changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaigns import clock
from campaigns.services import bulk
from leads.models import Lead, LeadScore
from leads.services import cards
from leads.services.rules import facts

MUCH = 10
Difference = tuple[int, str]


def difference(lead: Lead, now: datetime | None = None) -> list[Difference]:
    """Return (points, sentence) for every question whose answer changed the score last, the largest first."""
    score = LeadScore.objects.select_related("card").filter(lead=lead).first()
    if score is None or score.previous_contributions is None:
        return []
    if score.previous_card_id != score.card_id:
        return [(score.value - (score.previous or 0), f"Judged by another card now: {score.card}")]
    pairs = zip(score.previous_contributions, score.contributions, strict=True)
    moved = {place: new - old for place, (old, new) in enumerate(pairs) if new != old}
    if not moved:
        return []
    known = facts.load([lead.pk], cards.fields_in(score.card.body)).get(lead.pk, {})
    dimensions = score.card.body["dimensions"]
    found = [
        (points, _why(dimensions[place], score.contributions[place], known, now or clock.now()))
        for place, points in moved.items()
    ]
    return sorted(found, key=lambda one: -abs(one[0]))


def tell(chosen: str, params: Sequence[Any], now: datetime) -> int:
    """Write a line into the timeline of everybody whose score moved by ten or more under the same card."""
    empty = "CAST('{}' AS jsonb)" if bulk.is_postgres() else "'{}'"
    sign = "CASE WHEN s.value > s.previous THEN '+' ELSE '−' END"
    return bulk.run(
        "INSERT INTO leads_activity (lead_id, kind, channel, summary, data, occurred_at)"  # noqa: S608
        f" SELECT s.lead_id, 'scored', 'system', 'Score ' || s.previous || ' → ' || s.value || ' (' || {sign}"
        f" || abs(s.value - s.previous) || ')', {empty}, s.scored_at"
        " FROM leads_leadscore s JOIN leads_lead l ON l.id = s.lead_id"
        f" WHERE s.scored_at = %s AND s.card_id = s.previous_card_id AND abs(s.value - s.previous) >= {MUCH}"
        f" AND {chosen}",
        [now, *params],
    )


def _why(dimension: dict[str, Any], points: int, known: dict[str, Any], now: datetime) -> str:
    """Return the words of the bin that gives these points now, or the question's name if facts moved on."""
    found = cards.matching(dimension, known, now)
    if found is not None and found["points"] == points:
        return str(found["text"])
    label = str(dimension["label"])
    return f"{label}: nothing known that counts" if found is None and not points else label
