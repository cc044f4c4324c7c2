"""The rows behind every figure about deals: a plain list."""

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render

from campaigns.models import Campaign
from campaigns.services import paging
from campaigns.views.access import StaffRequest, find_campaign
from leads.models import Deal, DealStage
from outreach.views.access import office


@office
def deals(request: StaffRequest) -> HttpResponse:
    """List the deals one may see, of a campaign and at some stages if asked for."""
    campaign = _campaign(request)
    visible = Deal.objects.visible_to(request.user)
    if campaign:
        visible = visible.filter(campaign=campaign)
    wanted = [stage for stage in request.GET.get("stage", "").split(",") if stage in DealStage.values]
    found = visible.filter(stage__in=wanted) if wanted else visible
    page = paging.page(
        found.select_related("lead__company", "campaign", "owner"),
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    total = found.order_by().aggregate(number=Count("pk"), value=Sum("value"))
    context = {
        "nav": "reports",
        "campaign": campaign,
        "page": page,
        "total": total,
        "tabs": _tabs(visible, wanted, campaign),
    }
    return render(request, "analytics/deals.html", context)


def _campaign(request: StaffRequest) -> Campaign | None:
    wanted = request.GET.get("campaign", "")
    return find_campaign(request, int(wanted)) if wanted.isdigit() else None


def _tabs(visible: Any, wanted: list[str], campaign: Campaign | None) -> list[dict[str, Any]]:
    counts = dict(visible.order_by().values_list("stage").annotate(Count("pk")))
    kept = f"&campaign={campaign.pk}" if campaign else ""
    shown: list[dict[str, Any]] = [
        {"label": "All", "url": f"?{kept[1:]}", "count": sum(counts.values()), "active": not wanted}
    ]
    return shown + [
        {"label": label, "url": f"?stage={value}{kept}", "count": counts[value], "active": value in wanted}
        for value, label in DealStage.choices
        if counts.get(value)
    ]
