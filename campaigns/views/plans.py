"""The list of campaigns, the form that plans one, and the live estimate beside it."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from campaigns.forms import CampaignFilter, EstimateForm, PlanForm
from campaigns.models import Campaign, CampaignStatus
from campaigns.services import estimates, lifecycle, paging, planning
from campaigns.views.access import StaffRequest, find_campaign, manager, office
from campaigns.views.answers import cursors, done, posted


@office
def index(request: StaffRequest) -> HttpResponse:
    """List the campaigns one may see, by status and words."""
    form = CampaignFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"status": "", "q": ""}
    visible = Campaign.objects.visible_to(request.user)
    found = visible.filter(status=chosen["status"]) if chosen["status"] else visible.live()
    if chosen["q"]:
        found = found.filter(name__icontains=chosen["q"])
    page = paging.page(
        found.select_related("owner"), **cursors(request), size=25,
    )  # fmt: skip
    reach = Campaign.objects.filter(pk__in=[campaign.pk for campaign in page]).reach()
    rows = [{"campaign": campaign, "reach": reach.get(campaign.pk, 0)} for campaign in page]
    tabs = _status_tabs(visible.count_by_status(), chosen["status"])
    context = {"nav": "campaigns", "page": page, "rows": rows, "tabs": tabs, **chosen}
    return render(request, "campaigns/index.html", context)


@manager
def deploy(request: StaffRequest) -> HttpResponseBase:
    """Plan a campaign; it becomes a draft with its estimate."""
    form = PlanForm(posted(request), actor=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        campaign = lifecycle.deploy(form.plan(), by=request.user)
        return done(request, f"{campaign.name} is planned", reverse("campaigns:campaign", args=[campaign.pk]))
    context = {"nav": "campaigns", "form": form, **_estimate(request)}
    return render(request, "campaigns/plan.html", context, status=422 if form.errors else 200)


@manager
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change the plan of a campaign that is not over."""
    campaign = find_campaign(request, pk)
    form = PlanForm(posted(request), actor=request.user, instance=campaign)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change(campaign, form.plan(), by=request.user)
            return done(request, "The plan is changed", reverse("campaigns:settings", args=[pk]))
        except planning.ChangeRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
    context = {"nav": "campaigns", "form": form, "campaign": find_campaign(request, pk)}
    context |= _estimate(request, campaign)
    return render(request, "campaigns/plan.html", context, status=422 if form.errors else 200)


@office
def estimate(request: StaffRequest) -> HttpResponseBase:
    """Show what a plan would cost and whether its budget covers that."""
    if not request.htmx:
        return redirect(f"{reverse('campaigns:deploy')}?{request.GET.urlencode()}")
    return render(request, "campaigns/estimate.html", _estimate(request))


def _estimate(request: StaffRequest, campaign: Campaign | None = None) -> dict[str, object]:
    """Estimate what is typed so far, else the campaign, else fifty prospects."""
    typed = request.POST or request.GET
    count, budget = (campaign.prospect_count, campaign.budget) if campaign else (50, None)
    source = campaign.source if campaign else ""
    form = EstimateForm(
        {"prospect_count": count, "budget": budget, "audience_choice": source, **typed.dict()}
    )
    if not form.is_valid():
        return {"estimate_error": " ".join(f"{error}" for errors in form.errors.values() for error in errors)}
    count, budget = form.cleaned_data["prospect_count"], form.cleaned_data["budget"]
    found = estimates.estimate(count, source=form.cleaned_data["audience_choice"])
    spent = campaign.spent + campaign.held if campaign else 0
    left = None if budget is None else budget - spent
    short = max(found.total - left, 0) if left is not None else None
    return {"estimate": found, "estimate_count": count, "budget": left, "short": short}


def _status_tabs(counts: dict[str, int], chosen: str) -> list[dict[str, object]]:
    """Return one tab a status that occurs; «All» leaves the archive out."""
    total = sum(number for status, number in counts.items() if status != CampaignStatus.ARCHIVED)
    tabs: list[dict[str, object]] = [{"label": "All", "url": "?", "count": total, "active": not chosen}]
    return tabs + [
        {"label": label, "url": f"?status={value}", "count": counts.get(value), "active": value == chosen}
        for value, label in CampaignStatus.choices
        if counts.get(value) or value == chosen
    ]
