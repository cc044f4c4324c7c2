"""Tags of a campaign's page: its tabs, its day, and panels of floors that may or may not be there."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.urls import NoReverseMatch, reverse

from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import paging

register = template.Library()

#: slug, label, the page, and the relation that is counted beside it
TABS: Final = (
    ("overview", "Overview", "campaigns:campaign", ""),
    ("leads", "Leads", "leads:campaign", "prospects"),
    ("messages", "Messages", "campaigns:messages", "messages"),
    ("runs", "Runs", "campaigns:runs_of", "runs"),
    ("costs", "Costs", "campaigns:costs_of", ""),
    ("reports", "Reports", "analytics:campaign_report", ""),
    ("settings", "Settings", "campaigns:settings", ""),
)


@register.inclusion_tag("partials/tabs.html")
def campaign_tabs(campaign: Campaign, active: str = "overview") -> dict[str, Any]:
    """Draw the tabs of a campaign; a page that no floor serves has none."""
    tabs = [
        {"label": label, "url": url, "count": _count(campaign, relation), "active": slug == active}
        for slug, label, name, relation in TABS
        if (url := find_url(name, campaign.pk))
    ]
    return {"tabs": tabs, "label": "Parts of the campaign"}


@register.inclusion_tag("partials/panel.html")
def panel(name: str, pk: int, rows: str = "xxx", cls: str = "") -> dict[str, Any]:
    """Leave room for a panel that another floor serves; nothing when no floor does."""
    return {"url": find_url(name, pk), "rows": rows, "cls": cls}


@register.simple_tag
def campaign_day(campaign: Campaign) -> str:
    """Say which day of a campaign it is, and of how many when its goal has a date."""
    if not campaign.launched_at:
        return ""
    first = campaign.launched_at.date()
    end = (campaign.stopped_at or clock.now()).date()
    number = (end - first).days + 1
    if campaign.stopped_at:
        return f"ran {number} {'day' if number == 1 else 'days'}"
    of = f" of {(campaign.goal_date - first).days + 1}" if campaign.goal_date else ""
    return f"day {number}{of}"


@register.filter
def plural(unit: str, number: float) -> str:
    """Return a unit for so many of it: 1 address, 50 addresses."""
    return unit if number == 1 else f"{unit}es" if unit.endswith("s") else f"{unit}s"


def find_url(name: str, *args: object) -> str:
    """Return a page's address, or nothing while no floor serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _count(campaign: Campaign, relation: str) -> str | None:
    return paging.say_count(paging.count(getattr(campaign, relation).all())) if relation else None
