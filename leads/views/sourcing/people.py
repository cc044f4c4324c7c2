"""What may be asked about one person, or about all of a campaign: the price first, then one button."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.views.access import StaffRequest, find_campaign, manager, may
from campaigns.views.answers import done, refused
from leads.models import Lead
from leads.services.harvesting import acts, offers, orders


@may("leads.change_lead")
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what can be asked about a person, and what came of the last times."""
    lead = _find(request, pk)
    if not request.htmx:
        return redirect("leads:lead", pk)
    past = acts.of_lead(lead)
    context = {
        "lead": lead, "offers": offers.of(lead, clock.now()), "orders": past,
        "is_waiting": any(order.status in orders.OPEN for order in past),
    }  # fmt: skip
    return render(request, "leads/sources/person.html", context)


@may("leads.change_lead")
@require_POST
def ask(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Order an act on a person."""
    lead, page = _find(request, pk), reverse("leads:lead", args=[pk])
    try:
        order = acts.ask(lead, name, request.user, clock.now())
    except acts.ActRefused as refusal:
        return refused(request, str(refusal), page)
    return done(request, f"{order.provider.capitalize()} is asked about {lead.name}", page)


@manager
def campaign_panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what can be done for the people of a campaign, with its price."""
    campaign = find_campaign(request, pk)
    if not request.htmx:
        return redirect("leads:campaign", pk)
    context = {"campaign": campaign, "offers": acts.for_campaign(campaign, clock.now())}
    return render(request, "leads/sources/campaign.html", context)


@manager
@require_POST
def ask_all(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Order an act on all people of a campaign who need it."""
    campaign, page = find_campaign(request, pk), reverse("leads:campaign", args=[pk])
    try:
        count = acts.ask_for_campaign(campaign, name, request.user, clock.now())
    except acts.ActRefused as refusal:
        return refused(request, str(refusal), page)
    return done(request, f"{count} people are asked about; answers come in by themselves", page)


def _find(request: StaffRequest, pk: int) -> Lead:
    visible = Lead.objects.visible_to(request.user).select_related("company")
    return get_object_or_404(visible, pk=pk)
