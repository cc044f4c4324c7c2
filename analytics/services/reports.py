"""Reports: one structure that the page shows, the command prints, and CSV and JSON carry."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from analytics.services import breakdowns, metrics, ratings, thresholds
from analytics.services.figures import MONEY, Figures, kind_of, together
from campaigns import clock
from campaigns.models import Campaign

TYPES = ("full", "cost", "lead", "outreach")
#: Section → its title and figures.
SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "cost": ("Money", {
        "cost": "Cost", "revenue": "Revenue", "profit": "Profit", "roi": "Return on investment",
        "cost_per_lead": "Cost per lead", "cost_per_qualified": "Cost per qualified lead",
        "cost_per_message": "Cost per message", "cost_per_reply": "Cost per reply",
        "cost_per_deal": "Cost per deal won", "pipeline": "Open deals",
    }),
    "lead": ("Leads", {
        "found": "Found", "scored": "Scored", "qualified": "Qualified", "rejected": "Rejected",
        "qualification_rate": "Qualification rate", "routed": "Routed", "graduated": "Handed to sales",
        "deals": "Deals", "meetings": "Meetings", "won": "Won", "lost": "Lost",
    }),
    "outreach": ("Outreach", {
        "contacted": "People written to", "sent": "Messages sent", "delivered": "Delivered",
        "bounced": "Bounced", "opened": "Opened", "clicked": "Clicked", "replied": "Replied",
        "positive": "Positive replies",
        "open_rate": "Open rate", "click_rate": "Click rate", "reply_rate": "Reply rate",
        "success_rate": "Success rate", "bounce_rate": "Bounce rate", "unsubscribed": "Unsubscribed",
        "complained": "Complaints", "waiting": "Waiting", "failed": "Failed", "suppressed": "Suppressed",
        "skipped": "Skipped", "uncertain": "Uncertain", "cancelled": "Cancelled",
    }),
}  # fmt: skip
TABLES = {
    "cost": (breakdowns.costs, breakdowns.cost_days),
    "lead": (breakdowns.stages, breakdowns.sources),
    "outreach": (breakdowns.variants, breakdowns.outcomes),
}
COMPARED = ("found", "qualification_rate", "contacted", "reply_rate", "success_rate", "won", "cost_per_lead",
            "cost", "revenue", "roi")  # fmt: skip


class UnknownReport(ValueError):
    """A report type that does not exist."""

    code = "unknown_report"
    status = 400

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no «{kind}» report; choose one of {', '.join(TYPES)}.")


def build(campaign: Campaign, type: str = "full") -> dict[str, Any]:
    """Return a report of one campaign: its figures with ratings, and the tables behind them."""
    if type not in TYPES:
        raise UnknownReport(type)
    figures, limits = metrics.figures_of(campaign), thresholds.of(campaign)
    values, judged = plain(figures.as_dict()), ratings.rate(figures, limits)
    names = list(SECTIONS) if type == "full" else [type]
    shown = [name for section in names for name in SECTIONS[section][1]]
    return {
        "type": type,
        "title": f"{type.capitalize()} report: {campaign.name}",
        "generated_at": clock.now().isoformat(),
        "currency": "USD",
        "campaign": _about(campaign),
        "verdict": ratings.verdict_of(judged),
        "metrics": {name: values[name] for name in shown},
        "ratings": [rating.as_dict() for rating in judged if type == "full" or rating.name in shown],
        "sections": [_section(name, values, judged, campaign) for name in names],
    }


def comparison(campaigns: Sequence[Campaign]) -> dict[str, Any]:
    """Return the campaigns side by side, with the totals of all of them."""
    found = metrics.campaign_figures([campaign.pk for campaign in campaigns])
    rows = [_compared(campaign, found[campaign.pk]) for campaign in campaigns]
    return {
        "type": "comparison",
        "title": "All campaigns",
        "generated_at": clock.now().isoformat(),
        "currency": "USD",
        "columns": list(COMPARED),
        "campaigns": rows,
        "totals": plain(together(list(found.values())).as_dict()),
    }


def freeze(campaign: Campaign) -> None:
    """Keep the full report of a campaign that has been stopped."""
    campaign.final_report = build(campaign, "full")
    Campaign.objects.filter(pk=campaign.pk).update(final_report=campaign.final_report)


def plain(value: Any, name: str = "") -> Any:
    """Return JSON values: money as text with cents, rates and returns as numbers, nothing as ``None``."""
    if isinstance(value, dict):
        return {key: plain(one, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        if name == "roi":
            return round(float(value), 2)
        return str(value.quantize(Decimal("0.01" if name in MONEY else "0.0001")))
    if isinstance(value, float):
        return round(value, 6)
    return value.isoformat() if isinstance(value, datetime) else value


def _about(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.pk, "name": campaign.name, "status": campaign.status, "type": campaign.type,
        "budget": str(campaign.budget), "remaining": str(campaign.remaining.quantize(Decimal("0.01"))),
        "launched_at": plain(campaign.launched_at),
    }  # fmt: skip


def _section(
    name: str, values: dict[str, Any], judged: list[ratings.Rating], campaign: Campaign
) -> dict[str, Any]:
    title, labels = SECTIONS[name]
    verdicts = {rating.name: rating for rating in judged}
    figures = [_figure(figure, label, values, verdicts.get(figure)) for figure, label in labels.items()]
    tables = [plain(make(campaign)) for make in TABLES[name]]
    return {"name": name, "title": title, "figures": figures, "tables": tables}


def _figure(name: str, label: str, values: dict[str, Any], rating: ratings.Rating | None) -> dict[str, Any]:
    low, high = values["intervals"].get(name, (None, None))
    kind = kind_of(name)
    return {
        "name": name, "label": label, "kind": kind, "value": values[name], "low": low, "high": high,
        "rating": rating.verdict if rating else "", "threshold": rating.threshold if rating else None,
        "rule": rating.rule if rating else "",
    }  # fmt: skip


def _compared(campaign: Campaign, figures: Figures) -> dict[str, Any]:
    judged = ratings.rate(figures, thresholds.of(campaign))
    values = plain(figures.as_dict())
    return {
        "id": campaign.pk, "name": campaign.name, "status": campaign.status,
        "verdict": ratings.verdict_of(judged),
        "ratings": {rating.name: rating.verdict for rating in judged},
        **{name: values[name] for name in COMPARED},
    }  # fmt: skip
