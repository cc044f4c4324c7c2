"""What the lead page shows from the top floor: the next step, what the person is worth, the way they came."""

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from analytics.services import customers
from campaigns.templatetags.ui import CHANNELS
from campaigns.views.access import StaffRequest, staff
from leads.models import Activity, Lead

ICONS = {
    "reply": ("reply", "Answer"), "task": ("check", "Open the task"), "deal": ("handshake", "Open the deal"),
    "call": ("phone", "Call"),
    "sequence": ("workflow", "Choose a sequence"),
}  # fmt: skip


@staff
def lead_profile_panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the next best step, value and journey of a lead one may see."""
    try:
        found = customers.profile(pk, request.user)
    except Lead.DoesNotExist as error:
        raise Http404(pk) from error
    icon, label = ICONS.get(found.next_step.kind, ("", ""))
    context = {
        "nav": "leads", "profile": found, "lead": found.lead, "icon": icon, "label": label,
        "url": _url(found),
        "journey": _journey(found.timeline), "part": "analytics/lead_panel.html",
    }  # fmt: skip
    template = "analytics/lead_panel.html" if request.htmx else "analytics/lead_alone.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _url(found: customers.Profile) -> str:
    """Return where the next step is done; a call is made by the phone itself."""
    kind = found.next_step.kind
    if kind == "reply" and found.conversations:
        waiting = next((one for one in found.conversations if one.waiting_since), found.conversations[0])
        return reverse("conversations:thread", args=[waiting.pk])
    if kind == "call" and found.lead.phone:
        return f"tel:{found.lead.phone}"
    return ""


def _journey(timeline: list[Activity]) -> list[dict[str, Any]]:
    """Return a thread a channel with its touches placed by time; the first and the last touch stand out."""
    touches = [one for one in reversed(timeline) if one.channel != "system"]
    if not touches:
        return []
    first, last = touches[0].occurred_at, touches[-1].occurred_at
    whole = (last - first).total_seconds() or 1.0
    threads: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in touches:
        at = 4 + 92 * (one.occurred_at - first).total_seconds() / whole
        threads[one.channel].append({
            "at": f"{at:.1f}", "is_big": one in (touches[0], touches[-1]), "is_hollow": one.kind == "replied",
            "title": one.summary,
        })  # fmt: skip
    return [
        {
            "channel": channel,
            "tone": CHANNELS.get(channel, CHANNELS["system"])[1],
            "dots": dots,
            "count": len(dots),
        }
        for channel, dots in threads.items()
    ]
