"""What the campaign page draws: funnel, money over time, cost by provider, variants, sends by hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractHour, TruncDate

from analytics.services import statistics
from analytics.services.figures import Figures
from analytics.services.statistics import Rate
from campaigns import clock
from campaigns.models import Campaign, Cost
from campaigns.services import naming
from outreach.models import Message, MessageStatus, Tally, Variant
from outreach.models.message import LEFT

FUNNEL = (
    ("found", "Harvested"), ("scored", "Scored"), ("qualified", "Qualified"), ("routed", "Routed"),
    ("contacted", "Nurtured"), ("replied", "Replied"), ("won", "Won"),
)  # fmt: skip
TONES = {"professional": "ink", "friendly": "woad", "direct": "indigo"}
#: From this chance on a variant is called the likely best; below it nothing is settled.
SETTLED = 0.95


@dataclass(frozen=True)
class Budget:
    """Money over days: what was spent (cumulative), what was planned, and when the budget will be used up."""

    spent: list[tuple[date, float]]
    plan: list[tuple[date, float]]
    forecast: list[tuple[date, float]]
    cap_day: date | None

    @property
    def series(self) -> list[dict[str, Any]]:
        """Return the lines as the line chart wants them."""
        lines: list[dict[str, Any]] = [{"label": "Spent", "points": self.spent, "area": True},
                 {"label": "Plan", "points": self.plan, "tone": "ink", "style": "dashed",
                  "end": False}]  # fmt: skip
        if self.forecast:
            lines.append({"label": "Forecast", "points": self.forecast, "tone": "madder", "style": "dashed"})
        return lines


def funnel(figures: Figures) -> list[dict[str, Any]]:
    """Return the stages with their counts, from people found to deals won."""
    return [{"name": name, "label": label, "count": getattr(figures, name)} for name, label in FUNNEL]


def cost_by_provider(campaign: Campaign) -> list[dict[str, Any]]:
    """Return what each provider cost, the dearest first."""
    rows = Cost.objects.filter(campaign=campaign).order_by().values("provider", "operation")
    found: dict[str, dict[str, Any]] = {}
    for row in rows.annotate(amount=Sum("amount"), units=Sum("units"), calls=Count("id")).order_by("-amount"):
        one = found.setdefault(
            row["provider"], {"label": naming.service(row["provider"]), "value": Decimal(0), "parts": []}
        )
        one["value"] += row["amount"]
        one["parts"].append(row)
    return sorted(found.values(), key=lambda one: -one["value"])


def budget(campaign: Campaign, days: int = 30) -> Budget:
    """Return money spent by day against an even plan over the campaign's days, and where it is heading."""
    daily = dict(_spent_by_day(campaign))
    start = min([(campaign.launched_at or campaign.created_at).astimezone(UTC).date(), *daily])
    today = max([clock.now().astimezone(UTC).date(), *daily])
    end = max(campaign.goal_date or start + timedelta(days=days), today)
    spent = _cumulative(daily, start, today)
    plan = [(start, 0.0), (end, float(campaign.budget))]
    forecast, cap = _forecast(spent, end, float(campaign.budget))
    return Budget(spent, plan, forecast, cap)


def variants(campaign: Campaign) -> list[dict[str, Any]]:
    """Return each step's variants with reply rate, 95 % interval and chance of being the best."""
    counted = (
        Tally.objects.filter(campaign_id=campaign.pk).exclude(variant_id=0).order_by("step_id")
        .values("step_id", "variant_id").annotate(sent=Sum("sent"), replied=Sum("replied"))
    )  # fmt: skip
    rows: list[Any] = list(counted)
    known = Variant.objects.filter(pk__in=[row["variant_id"] for row in rows]).select_related("step")
    texts = {variant.pk: variant for variant in known}
    steps: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        steps.setdefault(row["step_id"], []).append(row)
    return sorted((_step(arms, texts) for arms in steps.values()), key=lambda step: step["position"])


def sends_by_hour(campaign: Campaign, day: date, zone: str = "UTC") -> list[dict[str, Any]]:
    """Return the messages of a day by the hour they left or are planned for."""
    place = ZoneInfo(zone)
    start = datetime.combine(day, datetime.min.time(), place)
    end = start + timedelta(days=1)
    mine = Message.objects.filter(campaign=campaign)
    left = mine.filter(status__in=LEFT, sent_at__gte=start, sent_at__lt=end)
    waiting = mine.filter(status=MessageStatus.QUEUED, due_at__gte=start, due_at__lt=end)
    sent = dict(left.order_by().values_list(ExtractHour("sent_at", tzinfo=place)).annotate(Count("id")))
    queued = dict(waiting.order_by().values_list(ExtractHour("due_at", tzinfo=place)).annotate(Count("id")))
    hours = [*sent, *queued]
    span_of_day = range(min([8, *hours]), max([16, *hours]) + 1)
    return [{"label": str(h), "value": sent.get(h, 0), "extra": queued.get(h, 0)} for h in span_of_day]


def daily(campaign_ids: list[int], days: int, until: date) -> dict[str, list[float]]:
    """Return sent, replied, positive and cost for each of the last days: for sparklines, two queries."""
    first = until - timedelta(days=days - 1)
    names = ("sent", "delivered", "opened", "clicked", "replied", "positive")
    counted = Tally.objects.filter(campaign_id__in=campaign_ids, day__range=(first, until)).order_by()
    rows: Any = counted.values("day").annotate(**{f"day_{name}": Sum(name) for name in names})
    found = {name: {row["day"]: row[f"day_{name}"] for row in rows} for name in names}
    since = datetime.combine(first, datetime.min.time(), UTC)
    found["cost"] = dict(_by_day(Cost.objects.filter(campaign__in=campaign_ids, occurred_at__gte=since)))
    dates = [first + timedelta(days=n) for n in range(days)]
    return {name: [float(values.get(day, 0)) for day in dates] for name, values in found.items()}


def _step(arms: list[dict[str, Any]], texts: dict[int, Variant]) -> dict[str, Any]:
    chances = statistics.chance_of_best([(arm["replied"], arm["sent"]) for arm in arms])
    rows = [_arm(arm, texts.get(arm["variant_id"]), best) for arm, best in zip(arms, chances, strict=True)]
    step = next((texts[arm["variant_id"]].step for arm in arms if arm["variant_id"] in texts), None)
    leader = max(rows, key=lambda row: row["best"])
    return {
        "step_id": arms[0]["step_id"], "position": step.position if step else 0,
        "label": str(step) if step else "Removed step", "rows": rows, "leader": leader["label"],
        "is_settled": leader["best"] >= SETTLED and len(rows) > 1,
    }  # fmt: skip


def _arm(arm: dict[str, Any], text: Variant | None, best: float) -> dict[str, Any]:
    rate = Rate(arm["replied"], arm["sent"])
    tone = text.tone if text else ""
    return {
        "variant_id": arm["variant_id"], "label": text.get_tone_display() if text else "Removed variant",
        "value": rate.value or 0.0, "low": rate.low, "high": rate.high, "replied": rate.count,
        "sent": rate.of, "best": best, "tone": TONES.get(tone, "ink"),
    }  # fmt: skip


def _spent_by_day(campaign: Campaign) -> list[tuple[date, Decimal]]:
    return _by_day(Cost.objects.filter(campaign=campaign))


def _by_day(costs: Any) -> list[tuple[date, Decimal]]:
    by_day = costs.order_by().annotate(day=TruncDate("occurred_at", tzinfo=UTC)).values_list("day")
    return list(by_day.annotate(sum=Sum("amount", filter=Q(amount__gt=0))))


def _cumulative(by_day: dict[date, Decimal], start: date, end: date) -> list[tuple[date, float]]:
    total, found = Decimal(0), []
    for n in range((end - start).days + 1):
        day = start + timedelta(days=n)
        total += by_day.get(day) or Decimal(0)
        found.append((day, float(total)))
    return found


def _forecast(
    spent: list[tuple[date, float]], end: date, cap: float
) -> tuple[list[tuple[date, float]], date | None]:
    """Carry the pace of the last week on to the end (or to the budget, whichever comes first)."""
    week = spent[-8:]
    pace = (week[-1][1] - week[0][1]) / max(1, len(week) - 1)
    (today, total), left = spent[-1], (end - spent[-1][0]).days
    if pace <= 0 or left <= 0 or total >= cap:
        return [], None
    days_to_cap = (cap - total) / pace
    if days_to_cap > left:
        return [(today, total), (end, total + pace * left)], None
    day = today + timedelta(days=int(days_to_cap))
    return [(today, total), (day, cap)], day
