"""Tags of the leads' pages: a timeline's rows and days, tabs of floors that may or may not be there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns import clock
from campaigns.models import User
from campaigns.services import masking
from campaigns.templatetags.campaign import find_url
from campaigns.templatetags.ui import CHANNELS, ago
from leads.models import Activity, Lead
from leads.services.grouped.display import Column
from leads.services.grouped.listing import Line
from leads.services.rules import customfields

register = template.Library()

WORDS = ("text", "words", "quote")
TABS = (
    ("conversations", "Conversations", "conversations:lead_conversations"),
    ("messages", "Messages", "outreach:lead_messages"),
)


@register.simple_tag
def timeline_row(activity: Activity, campaigns: dict[int, str]) -> dict[str, Any]:
    """Return an activity as a timeline entry: title, the lead's own words, chips, what it cost."""
    data = activity.data or {}
    campaign = campaigns.get(activity.campaign_id or 0)
    chips = [{"text": data["intent"].replace("_", " "), "tone": "indigo"}] if data.get("intent") else []
    if campaign:
        chips.append({"text": campaign, "tone": "ink"})
    words = next((data[name] for name in WORDS if data.get(name)), "")
    is_ours = activity.kind in ("note", "answered")
    tone = CHANNELS.get(activity.channel, CHANNELS["system"])[1]
    return {
        "channel": activity.channel, "tone": tone, "title": activity.summary, "at": activity.occurred_at,
        "words": "" if is_ours else words, "note": words if is_ours else data.get("note_text", ""),
        "chips": chips, "cost": data.get("cost"),
    }  # fmt: skip


@register.filter
def day_word(day: date) -> str:
    """Return a day as people say it: Today, Yesterday, Tuesday 17 November."""
    today = timezone.localtime(clock.now()).date()
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


@register.filter
def delimiter_word(mark: str) -> str:
    """Return what separates the cells of a file, in words."""
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(mark, f"“{mark}”")


@register.simple_tag
def cell(line: Line, column: Column, viewer: User) -> str | SafeString:
    """Write what a chosen column says about a lead, as the viewer may see it."""
    lead = line.lead
    if column.custom:
        return customfields.said(lead.custom.get(column.custom))
    if column.key in ("email", "phone"):
        return masking.shown_to(viewer, getattr(lead, column.key))
    if column.key in ("added", "engaged"):
        return ago(lead.created_at if column.key == "added" else lead.last_engaged_at)
    if column.key == "employees":
        return f"{lead.company.employees:,}" if lead.company and lead.company.employees else ""
    if column.key == "tags":
        return ", ".join(map(str, lead.tags))
    return str(lead.get_lifecycle_display()) if column.key == "lifecycle" else getattr(lead, column.key, "")


@register.simple_tag
def next_step(line: Line) -> str:
    """Say when the next step of a lead's sequence is due: «Today 14:30», «Next step Mon 09:10»."""
    if line.due_at is None:
        return "Sequence waits"
    local, now = timezone.localtime(line.due_at), timezone.localtime(clock.now())
    if local <= now:
        return "Next step now"
    day = "today" if local.date() == now.date() else f"{local:%a}"
    if (local.date() - now.date()).days > 6:
        day = f"{local.day} {local:%b}"
    return f"Next step {day} {local:%H:%M}"


@register.filter
def minus(number: int) -> str:
    """Return a number with a true minus sign."""
    return f"\u2212{abs(number)}"


@register.simple_tag
def conversation_tabs(lead: Lead, active: str, counts: Mapping[str, int] | None = None) -> SafeString:
    """Draw the tabs whose panels other floors serve, each with how much stands behind it."""
    here, known = SafeString(' aria-current="page"'), counts or {}
    served = [(slug, label) for slug, label, name in TABS if find_url(name, lead.pk)]
    return format_html_join(
        "", '<a href="?tab={}"{} data-tab>{}{}</a>',
        ((slug, here if slug == active else "", label, _count(known.get(slug))) for slug, label in served),
    )  # fmt: skip


def _count(number: int | None) -> SafeString:
    return format_html('<span class="count">{}</span>', number) if number else SafeString("")
