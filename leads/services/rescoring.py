"""Keeps scores up with what happens: whoever clicked, answered, said no or bought is scored again.

Work is proportional to the news: the timeline is read on from where the last round ended. Opened mails are
no news here, since scanners and mail programs open them too.
"""

from datetime import datetime, timedelta

from django.db.models import Max

from campaigns.models import CacheEntry
from campaigns.services import bulk, sharing
from leads.models import Activity
from leads.services import scoring

NEWS = (
    "clicked", "replied", "answered", "unsubscribed", "bounced", "consent", "submitted", "merged", "enriched",
    "deal_opened", "deal_moved", "deal_won", "deal_lost",
)  # fmt: skip
PLACE = "leads:scores-follow"
FIRST = 2_000  # lines of the timeline that the very first round looks back


def drain(now: datetime, *, limit: int = 2_000) -> int:
    """Read on in the timeline; return how many lines were read. Only people who have a score are scored."""
    rows = _lines(_place(), limit)
    if not rows:
        return 0
    people = sorted({lead_id for _, lead_id, kind in rows if kind in NEWS})
    scoring.score_leads(_scored(people), now)
    sharing.remember(PLACE, "leads", rows[-1][0], now + timedelta(days=3650))
    return len(rows)


def _place() -> int:
    known = CacheEntry.objects.filter(key=PLACE).values_list("value", flat=True).first()
    if known is not None:
        return int(known)
    return max(0, (Activity.objects.aggregate(last=Max("pk"))["last"] or 0) - FIRST)


def _lines(after: int, limit: int) -> list[tuple[int, int, str]]:
    rows = Activity.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "lead_id", "kind")
    return list(rows[:limit])


def _scored(people: list[int]) -> list[int]:
    if not people:
        return []
    condition, params = bulk.among("lead_id", people)
    return [pk for (pk,) in bulk.fetch(f"SELECT lead_id FROM leads_leadscore WHERE {condition}", params)]  # noqa: S608
