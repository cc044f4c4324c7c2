"""Several figures in one answer: what the API's dashboard, statistics and analytics carry."""

from datetime import UTC, datetime
from typing import Any

from analytics.models import Recommendation
from analytics.services import metrics, pictures, ratings, reports, thresholds, today
from analytics.services.figures import COUNTS, together
from campaigns import clock
from campaigns.models import Campaign, User

DAYS = 14


def stats(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign's counts, its state and how far its money has gone."""
    figures = metrics.figures_of(campaign)
    return {**_about(campaign), **{name: getattr(figures, name) for name in COUNTS}}


def analytics(campaign: Campaign) -> dict[str, Any]:
    """Return figures, funnel, texts compared, cost by provider and money over time."""
    figures, money = metrics.figures_of(campaign), pictures.budget(campaign)
    return {
        "campaign": campaign.pk,
        "metrics": reports.plain(figures.as_dict()),
        "funnel": pictures.funnel(figures),
        "variants": reports.plain(pictures.variants(campaign)),
        "cost_by_provider": reports.plain(pictures.cost_by_provider(campaign)),
        "budget": {"spent": _points(money.spent), "plan": _points(money.plan),
                   "forecast": _points(money.forecast), "cap_day": _day(money.cap_day)},
    }  # fmt: skip


def dashboard(campaign: Campaign) -> dict[str, Any]:
    """Return figures with their ratings, funnel, daily lines and open advice."""
    figures = metrics.figures_of(campaign)
    judged = ratings.rate(figures, thresholds.of(campaign))
    day = clock.now().astimezone(UTC).date()
    advice = Recommendation.objects.filter(campaign=campaign, status="open").exclude(mode="observe")
    columns = ("id", "action", "priority", "title", "reason", "certainty")
    return {
        **_about(campaign),
        "metrics": reports.plain(figures.as_dict()),
        "verdict": ratings.verdict_of(judged),
        "ratings": [rating.as_dict() for rating in judged],
        "funnel": pictures.funnel(figures),
        "daily": pictures.daily([campaign.pk], DAYS, day),
        "recommendations": list(advice.values(*columns)),
    }


def house(actor: User, now: datetime) -> dict[str, Any]:
    """Return the totals over all campaigns this person may see, and the last seven days."""
    ids = list(Campaign.objects.visible_to(actor).values_list("pk", flat=True))
    total = together(list(metrics.campaign_figures(ids).values()))
    week = {
        kpi.name: {"label": kpi.label, "value": kpi.value, "previous": kpi.previous, "change": kpi.change}
        for kpi in today.kpis(actor, now)
    }
    return {"campaigns": len(ids), "totals": reports.plain(total.as_dict()), "last_7_days": week}


def _about(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign.pk, "name": campaign.name, "status": campaign.status,
            "budget": str(campaign.budget), "spent": str(campaign.spent),
            "remaining": str(campaign.remaining)}  # fmt: skip


def _points(points: list[Any]) -> list[list[Any]]:
    return [[day.isoformat(), round(amount, 6)] for day, amount in points]


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
