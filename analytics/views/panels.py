"""The parts of a campaign's page that show its figures; each is a fragment, or a page of its own."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from analytics.services import metrics, pictures, recommendations, thresholds
from analytics.services.figures import Figures
from analytics.views import decisions, strips
from analytics.views.links import page, rows_behind
from campaigns import clock
from campaigns.models import Campaign
from campaigns.templatetags import wording
from campaigns.views.access import StaffRequest, find_campaign
from outreach.views.access import office

ICONS = {
    "found": "download", "scored": "gauge", "qualified": "circle-check", "routed": "route",
    "contacted": "mail",
    "replied": "reply", "won": "trophy",
}  # fmt: skip
FUNNEL_TONES = {"replied": "madder", "won": "fern"}
SHOWN_PARTS = 2


@office
def campaign_kpis(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the six figures a campaign is judged by."""
    campaign = find_campaign(request, pk)
    strip = strips.of_campaign(metrics.figures_of(campaign), thresholds.of(campaign), campaign)
    return answer(request, campaign, "kpis", kpis=strip)


@office
def campaign_funnel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how many came how far, or what each of them cost."""
    campaign = find_campaign(request, pk)
    by = "cost" if request.GET.get("by") == "cost" else "people"
    figures, url = metrics.figures_of(campaign), reverse("analytics:campaign_funnel", args=[pk])
    stages = [_stage(stage, figures, campaign, by) for stage in pictures.funnel(figures)]
    parts = [
        {"label": "Leads", "url": url, "active": by == "people"},
        {"label": "Cost", "url": f"{url}?by=cost", "active": by == "cost"},
    ]
    return answer(request, campaign, "funnel", stages=stages, segments=parts)


@office
def campaign_budget(request: StaffRequest, pk: int) -> HttpResponse:
    """Show money spent against the plan, and where it is heading."""
    campaign = find_campaign(request, pk)
    found = pictures.budget(campaign)
    marks = []
    if found.cap_day:
        label = f"{found.cap_day.day} {found.cap_day:%b}"
        marks.append({"x": found.cap_day, "y": float(campaign.budget), "label": label, "tone": "madder"})
    return answer(request, campaign, "budget", budget=found, marks=marks)


@office
def campaign_costs(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what each provider cost."""
    campaign = find_campaign(request, pk)
    rows = [
        {**row, "label": row["label"].replace("_", " ").capitalize(), "note": _note(row["parts"])}
        for row in pictures.cost_by_provider(campaign)
    ]
    return answer(request, campaign, "costs", rows=rows, ledger=page("campaigns:costs_of", pk))


@office
def campaign_variants(request: StaffRequest, pk: int) -> HttpResponse:
    """Show which text of a step is answered most, with honest intervals."""
    campaign = find_campaign(request, pk)
    steps = pictures.variants(campaign)
    chosen = next(
        (s for s in steps if str(s["step_id"]) == request.GET.get("step")), steps[0] if steps else None
    )
    url = reverse("analytics:campaign_variants", args=[pk])
    parts = [
        {"label": s["position"], "url": f"{url}?step={s['step_id']}", "active": s is chosen} for s in steps
    ]
    rows = [_whisker(row) for row in chosen["rows"]] if chosen else []
    return answer(
        request, campaign, "variants", step=chosen, rows=rows, segments=parts if len(parts) > 1 else []
    )


@office
def campaign_sends(request: StaffRequest, pk: int) -> HttpResponse:
    """Show today's messages by hour."""
    campaign = find_campaign(request, pk)
    zone = request.user.time_zone
    hours = pictures.sends_by_hour(campaign, timezone.localtime(clock.now()).date(), zone)
    sent, queued = (sum(hour[name] for hour in hours) for name in ("value", "extra"))
    return answer(request, campaign, "sends", hours=hours, sent=sent, total=sent + queued, zone=zone)


@office
def campaign_recommendations(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what the figures advise, and what was decided lately."""
    campaign = find_campaign(request, pk)
    mode = thresholds.of(campaign).optimiser_mode
    waiting = recommendations.waiting(request.user).filter(campaign=campaign)
    lately = recommendations.decided(request.user, clock.now()).filter(campaign=campaign)
    return answer(
        request, campaign, "recommendations", mode=mode,
        items=[decisions.shown(one, request.user) for one in waiting],
        done=[decisions.shown_done(one, request.user) for one in lately[:5]],
    )  # fmt: skip


def answer(request: StaffRequest, campaign: Campaign, part: str, **context: Any) -> HttpResponse:
    """Answer with the part alone, or for a plain request with the campaign's page around it."""
    template = f"analytics/campaign/{part}.html"
    context |= {"campaign": campaign, "nav": "campaigns", "tab": "overview", "part": template}
    response = render(request, template if request.htmx else "analytics/campaign/alone.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _stage(stage: dict[str, Any], figures: Figures, campaign: Campaign, by: str) -> dict[str, Any]:
    name, count = stage["name"], stage["count"]
    each = wording.money(figures.cost / count, cents=True) if count else wording.NOTHING
    note = f"{each} each" if by == "cost" else _people(name, figures)
    return {
        **stage, "icon": ICONS[name], "tone": FUNNEL_TONES.get(name, "indigo"), "note": note,
        "url": rows_behind(name, campaign),
    }  # fmt: skip


def _people(name: str, figures: Figures) -> str:
    """Say something about the people at a stage that their number does not."""
    waiting = figures.routed - figures.contacted
    notes = {
        "found": f"{wording.money(figures.cost_per_lead, cents=True)} each"
        if figures.found
        else "nobody yet",
        "routed": f"{waiting:,} wait for the first letter" if waiting else "all written to",
        "scored": f"{figures.found - figures.scored:,} to go"
        if figures.found > figures.scored
        else "all of them",
        "qualified": f"{figures.rejected:,} rejected",
        "contacted": f"{figures.sent:,} messages",
        "replied": f"{figures.positive:,} positive",
        "won": wording.money(figures.revenue) if figures.won else f"{figures.deals:,} deals",
    }
    return notes[name]


def _note(parts: list[dict[str, Any]]) -> str:
    named = [f"{part['operation'].replace('_', ' ')} {part['units']:,.0f}" for part in parts[:SHOWN_PARTS]]
    more = len(parts) - SHOWN_PARTS
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def _whisker(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "note": f"{row['replied']:,} of {row['sent']:,}",
        "text2": f"best {row['best'] * 100:.0f}{wording.NBSP}%",
    }
