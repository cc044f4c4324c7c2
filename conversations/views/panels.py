"""What a campaign's page shows of its conversations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from campaigns import clock
from campaigns.views.access import StaffRequest, find_campaign
from conversations.services import inbox
from conversations.views import shown
from outreach.views.access import office

NEWEST = 8


@office
def campaign_conversations(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the newest conversations of a campaign."""
    campaign, now = find_campaign(request, pk), clock.now()
    rows = inbox.query(request.user).filter(campaign=campaign)[: NEWEST + 1]
    lines = [shown.line(row, now) for row in rows]
    context = {
        "nav": "campaigns", "campaign": campaign, "tab": "messages", "lines": lines[:NEWEST],
        "is_cut": len(lines) > NEWEST,
        "part": "conversations/panel.html",
    }  # fmt: skip
    template = "conversations/panel.html" if request.htmx else "conversations/panel_alone.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
