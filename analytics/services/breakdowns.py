"""The tables of a report: each is a title, columns and rows, ready for page, CSV and JSON."""

from datetime import UTC
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from analytics.services.metrics import COUNTERS, PASSED
from analytics.services.statistics import Rate
from campaigns.models import Campaign, Cost
from leads.models import Prospect, ProspectStage
from outreach.models import Message, MessageStatus, Tally, Variant

Table = dict[str, Any]


def costs(campaign: Campaign) -> Table:
    """Cost by provider and operation, the dearest first."""
    rows = Cost.objects.filter(campaign=campaign).order_by().values_list("provider", "operation")
    summed = rows.annotate(calls=Count("id"), units=Sum("units"), amount=Sum("amount")).order_by("-amount")
    return _table("Cost by provider", ("provider", "operation", "calls", "units", "amount"), summed)


def cost_days(campaign: Campaign) -> Table:
    """Cost by day."""
    rows = (
        Cost.objects.filter(campaign=campaign).order_by().annotate(day=TruncDate("occurred_at", tzinfo=UTC))
    )
    summed = rows.values_list("day").annotate(calls=Count("id"), amount=Sum("amount")).order_by("day")
    return _table(
        "Cost by day", ("day", "calls", "amount"), ((day.isoformat(), *rest) for day, *rest in summed)
    )


def stages(campaign: Campaign) -> Table:
    """How many people stand at which stage now."""
    counts = Prospect.objects.filter(campaign=campaign).order_by().values_list("stage").annotate(Count("id"))
    found = dict(counts)
    return _table(
        "People by stage", ("stage", "people"), ((s.label, found.get(s.value, 0)) for s in ProspectStage)
    )


def sources(campaign: Campaign) -> Table:
    """Which sources bring people who qualify."""
    judged = Q(stage__in=(*PASSED["qualified"], *PASSED["rejected"]))
    rows = Prospect.objects.filter(campaign=campaign).order_by().values_list("lead__source").annotate(
        found=Count("id"), judged=Count("id", filter=judged),
        qualified=Count("id", filter=Q(stage__in=PASSED["qualified"])),
        won=Count("id", filter=Q(stage=ProspectStage.WON)),
    )  # fmt: skip
    body = (
        (source or "unknown", found, good, Rate(good, of).value, won) for source, found, of, good, won in rows
    )
    columns = ("source", "found", "qualified", "qualification_rate", "won")
    return _table("Sources", columns, sorted(body, key=lambda row: -row[1]))


def variants(campaign: Campaign) -> Table:
    """What each text of each step achieved."""
    counts = {f"n_{name}": Sum(name) for name in COUNTERS}
    rows = Tally.objects.filter(campaign_id=campaign.pk).order_by("step_id", "variant_id")
    summed: list[Any] = list(rows.values("step_id", "variant_id").annotate(**counts))
    ids = [row["variant_id"] for row in summed]
    texts = {text.pk: text for text in Variant.objects.filter(pk__in=ids).select_related("step")}
    columns = ("step", "variant", *COUNTERS, "reply_rate", "low", "high")
    return _table("Texts", columns, (_text_row(row, texts.get(row["variant_id"])) for row in summed))


def outcomes(campaign: Campaign) -> Table:
    """Where every message stands and why those that did not leave did not."""
    rows = Message.objects.filter(campaign=campaign).order_by().values_list("status", "reason")
    reasons = rows.annotate(number=Count("id")).order_by("status", "-number")
    body = ((MessageStatus(status).label, reason, number) for status, reason, number in reasons)
    return _table("Messages", ("status", "reason", "messages"), body)


def _text_row(row: dict[str, Any], text: Variant | None) -> tuple[Any, ...]:
    rate = Rate(row["n_replied"], row["n_sent"])
    return (
        str(text.step) if text else "–", text.get_tone_display() if text else "–",
        *(row[f"n_{name}"] for name in COUNTERS), rate.value, rate.low, rate.high,
    )  # fmt: skip


def _table(title: str, columns: tuple[str, ...], rows: Any) -> Table:
    return {"title": title, "columns": list(columns), "rows": [list(row) for row in rows]}
