"""Figures as the key-figure strip wants them: value, unit, change, goal and the rows behind it."""

from typing import Any

from analytics.services.figures import Figures
from analytics.services.thresholds import Thresholds
from analytics.services.today import Kpi
from analytics.views.links import rows_behind
from campaigns.models import Campaign
from campaigns.templatetags import wording

Shown = dict[str, Any]
TONES = {
    "replies": "indigo", "meetings": "fern", "qualification_rate": "indigo", "cost_per_qualified": "teal",
    "pipeline": "plum",
}  # fmt: skip


def of_day(kpi: Kpi) -> Shown:
    """Show one of the day's figures beside last week's."""
    change, unit = _change(kpi)
    return {
        "label": kpi.label, **_figure(kpi.value, kpi.unit), "spark": kpi.spark,
        "tone": TONES.get(kpi.name, "indigo"),
        "change": change, "change_unit": unit, "better": "up" if kpi.is_better_up else "down",
        "foot": _against(kpi),
    }  # fmt: skip


def of_campaign(figures: Figures, limits: Thresholds, campaign: Campaign) -> list[Shown]:
    """Show the six figures a campaign is judged by."""
    rate, replies, roi = figures.qualification.value, figures.replies.value, figures.roi
    cost = figures.cost_per_lead
    won = "1 sale" if figures.sales == 1 else f"{figures.sales:,} sales"
    strip: list[Shown] = [
        {"name": "cost_per_lead", "label": "Cost per lead", **_figure(cost, "money"),
         "foot": f"Limit {wording.money(limits.cost_per_lead, cents=True)}",
         "state": _state(cost, limits.cost_per_lead, upwards=False)},
        {"name": "cost_per_qualified", "label": "Cost per qualified lead",
         **_figure(figures.cost_per_qualified, "money"),
         "foot": f"{figures.qualified:,} qualified"},
        {"name": "qualification_rate", "label": "Qualification rate", **_figure(rate, "percent"),
         "foot": f"Goal {wording.percent(limits.qualification_rate, 0)}",
         "state": _state(rate, limits.qualification_rate)},
        {"name": "reply_rate", "label": "Reply rate", **_figure(replies, "percent"),
         "foot": f"Goal {wording.percent(limits.reply_rate, 0)}",
         "state": _state(replies, limits.reply_rate)},
        {"name": "revenue", "label": "Revenue", **_figure(figures.revenue, "money"), "foot": won},
        {"name": "roi", "label": "Return", **_figure(None if roi is None else float(roi) / 100, "percent", 0),
         "foot": _return_foot(roi, limits), "state": _state(roi, 0)},
    ]  # fmt: skip
    return [{**one, "url": rows_behind(one["name"], campaign)} for one in strip]


def _figure(value: Any, unit: str, digits: int = 1) -> Shown:
    if value is None:
        return {"value": wording.NOTHING, "unit": ""}
    if unit == "percent":
        return {"value": wording.percent(value, digits).rpartition(wording.NBSP)[0], "unit": "%"}
    if unit == "money":
        return _money(float(value))
    return {"value": f"{value:,.0f}", "unit": ""}


def _money(value: float) -> Shown:
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if abs(value) >= max(size, 10_000):
            return {"value": f"{wording.MINUS if value < 0 else ''}${abs(value) / size:,.1f}", "unit": unit}
    return {"value": wording.money(value), "unit": ""}


def _change(kpi: Kpi) -> tuple[float, str]:
    if kpi.change is None:
        return 0, ""
    if kpi.unit == "percent":
        return round(kpi.change * 100, 1), "pt"
    return round(kpi.change * 100), "%"


def _against(kpi: Kpi) -> str:
    if kpi.change is None:
        return "nothing in the week before"
    return "vs previous 7 days" if kpi.change else "as in the week before"


def _state(value: Any, limit: float, *, upwards: bool = True) -> str:
    if value is None:
        return ""
    return "good" if (float(value) >= limit) == upwards or float(value) == limit else "bad"


def _return_foot(roi: Any, limits: Thresholds) -> str:
    if roi is None:
        return "nothing spent yet"
    return (
        "Scale up over " + wording.percent(limits.scale_up_roi / 100, 0) if roi >= 0 else "Below cost so far"
    )
