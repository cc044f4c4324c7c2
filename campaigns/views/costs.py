"""The ledger on screen: every paid call is a row, every total opens to its rows."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.forms import CostFilter
from campaigns.models import BudgetAlert, Campaign, Cost
from campaigns.services import alarms, paging, spending
from campaigns.views.access import StaffRequest, find_campaign, manager, office
from campaigns.views.answers import cursors, done


@office
def costs(request: StaffRequest) -> HttpResponse:
    """Show the ledger of all campaigns one may see."""
    form = CostFilter(request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    campaigns = Campaign.objects.visible_to(request.user).values_list("pk", "name")[:200]
    found = spending.visible_costs(request.user)
    if chosen.get("campaign"):
        found = found.filter(campaign_id=chosen["campaign"])
    context = {"nav": "costs", "campaigns": list(campaigns), **_ledger(request, found, chosen)}
    return render(request, "campaigns/costs.html", context)


@office
def campaign_costs(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the ledger of one campaign."""
    campaign = find_campaign(request, pk)
    form = CostFilter(request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = Cost.objects.filter(campaign=campaign)
    context = {"nav": "campaigns", "campaign": campaign, "tab": "costs", **_ledger(request, found, chosen)}
    return render(request, "campaigns/campaign_costs.html", context)


def _ledger(request: StaffRequest, found: QuerySet[Cost], chosen: dict[str, Any]) -> dict[str, Any]:
    if chosen.get("days"):
        found = found.filter(occurred_at__gte=clock.now() - timedelta(days=chosen["days"]))
    for name in ("provider", "operation"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    page = paging.page(found.select_related("campaign"), **cursors(request))
    lines = spending.by_operation(found)
    parts = [
        {"label": name, "note": note, "value": amount} for name, note, amount in spending.by_provider(lines)
    ]
    return {
        "page": page, "lines": lines, "parts": parts, "total": spending.total(lines), "chosen": chosen,
        "calls": sum(line.calls for line in lines),
    }  # fmt: skip


@manager
@require_POST
def silence(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an alert about money off everybody's desk."""
    alert = get_object_or_404(BudgetAlert.objects.open_for(request.user), pk=pk)
    alarms.silence(alert, request.user)
    return done(request, "Silenced; it is not raised again for this limit", "/")
