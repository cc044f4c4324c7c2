"""One campaign: its page is a shell of panels, each served by the floor that owns what it shows."""

from django.http import HttpResponse
from django.shortcuts import render

from campaigns.services import audit, pipeline, schedules
from campaigns.views.access import StaffRequest, find_campaign, office


@office
def campaign(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how a campaign does: figures, funnel, money, variants, sends, advice."""
    found = find_campaign(request, pk)
    run = pipeline.alive(found)
    context = {"nav": "campaigns", "campaign": found, "tab": "overview", "run": run}
    return render(request, "campaigns/overview.html", context)


@office
def messages(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what a campaign says and what is said back."""
    context = {"nav": "campaigns", "campaign": find_campaign(request, pk), "tab": "messages"}
    return render(request, "campaigns/messages.html", context)


@office
def settings(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a campaign's plan and everything that was done to it, when, by whom and why."""
    found = find_campaign(request, pk)
    context = {
        "nav": "campaigns",
        "campaign": found,
        "tab": "settings",
        "entries": audit.history(found)[:100],
        "schedule": schedules.told(found),
    }
    return render(request, "campaigns/settings.html", context)
