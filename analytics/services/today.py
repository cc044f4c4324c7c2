"""The figures on top of the day: seven days against the seven before, from five queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from analytics.services.metrics import MET, PASSED
from campaigns.models import Campaign, Cost, User
from leads.models import Deal, Prospect
from outreach.models import Tally

DAYS = 7
Series = dict[date, float]


@dataclass(frozen=True)
class Kpi:
    """A figure of the last seven days beside the seven before, with a line of fourteen days."""

    name: str
    label: str
    unit: str
    value: float | None
    previous: float | None
    spark: list[float]
    is_better_up: bool = True

    @property
    def change(self) -> float | None:
        """Return the change: in points for rates, else as a share of the week before."""
        if self.value is None or self.previous is None:
            return None
        if self.unit == "percent":
            return self.value - self.previous
        return (self.value - self.previous) / self.previous if self.previous else None

    @property
    def is_good(self) -> bool | None:
        """Whether the change is for the better; nothing to say without one."""
        return None if not self.change else (self.change > 0) == self.is_better_up


def kpis(actor: User, now: datetime) -> list[Kpi]:
    """Return the five figures of the day over everything this person may see."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=n) for n in reversed(range(2 * DAYS))]
    since = datetime.combine(days[0], datetime.min.time(), UTC)
    campaigns = Campaign.objects.visible_to(actor).values("pk")
    replied = _replied(campaigns, days[0])
    met, created = _deals(actor, since)
    qualified, judged = _judged(campaigns, since)
    cost = _cost(campaigns, since)
    return [
        _counted("replies", "Replies, 7 days", "count", replied, days),
        _counted("meetings", "Meetings booked", "count", met, days),
        _ratio("qualification_rate", "Qualification rate", "percent", qualified, judged, days),
        _ratio("cost_per_qualified", "Cost per qualified lead", "money", cost, qualified, days,
               is_better_up=False),
        _counted("pipeline", "Pipeline created", "money", created, days),
    ]  # fmt: skip


def _replied(campaigns: Any, first: date) -> Series:
    rows = Tally.objects.filter(campaign_id__in=campaigns, day__gte=first).order_by().values_list("day")
    return _series(rows.annotate(Sum("replied")))


def _deals(actor: User, since: datetime) -> tuple[Series, Series]:
    """Return meetings by the day they were reached, and money by the day its deal was made."""
    recent = Deal.objects.visible_to(actor).filter(Q(stage_since__gte=since) | Q(created_at__gte=since))
    met: Series = defaultdict(float)
    created: Series = defaultdict(float)
    for stage, reached, made, value in recent.values_list("stage", "stage_since", "created_at", "value"):
        if stage in MET:
            met[reached.astimezone(UTC).date()] += 1
        created[made.astimezone(UTC).date()] += float(value)
    return met, created


def _judged(campaigns: Any, since: datetime) -> tuple[Series, Series]:
    recent = Prospect.objects.filter(campaign__in=campaigns, decided_at__gte=since).order_by()
    rows = list(
        recent.annotate(day=TruncDate("decided_at", tzinfo=UTC)).values_list("day").annotate(
            good=Count("id", filter=Q(stage__in=PASSED["qualified"])),
            bad=Count("id", filter=Q(stage__in=PASSED["rejected"])),
        )
    )  # fmt: skip
    return {day: good for day, good, _ in rows}, {day: good + bad for day, good, bad in rows}


def _cost(campaigns: Any, since: datetime) -> Series:
    recent = Cost.objects.filter(campaign__in=campaigns, occurred_at__gte=since).order_by()
    return _series(
        recent.annotate(day=TruncDate("occurred_at", tzinfo=UTC)).values_list("day").annotate(Sum("amount"))
    )


def _series(rows: Iterable[tuple[date, int | Decimal | None]]) -> Series:
    return {day: float(value or 0) for day, value in rows}


def _counted(name: str, label: str, unit: str, by_day: Series, days: list[date]) -> Kpi:
    line = [by_day.get(day, 0.0) for day in days]
    return Kpi(name, label, unit, sum(line[DAYS:]), sum(line[:DAYS]), line)


def _ratio(
    name: str,
    label: str,
    unit: str,
    above: Series,
    below: Series,
    days: list[date],
    is_better_up: bool = True,
) -> Kpi:
    """Make a ratio from sums; each point of its line covers the seven days up to that day."""

    def over(span: list[date]) -> float | None:
        of = sum(below.get(day, 0.0) for day in span)
        return sum(above.get(day, 0.0) for day in span) / of if of else None

    line = [over(days[max(0, n - DAYS + 1) : n + 1]) or 0.0 for n in range(len(days))]
    return Kpi(name, label, unit, over(days[DAYS:]), over(days[:DAYS]), line, is_better_up)
