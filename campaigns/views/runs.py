"""Pipeline runs: all of them, those of one campaign, and the live progress of one."""

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from campaigns.models import Campaign, PipelineRun
from campaigns.services import paging, pipeline
from campaigns.views.access import StaffRequest, find_campaign, manager, office
from campaigns.views.answers import cursors, done, refused


@office
def runs(request: StaffRequest) -> HttpResponse:
    """List the runs of all campaigns one may see, newest first."""
    return render(request, "campaigns/runs.html", {"nav": "runs", "page": _page(request, _visible(request))})


@office
def campaign_runs(request: StaffRequest, pk: int) -> HttpResponse:
    """List the runs of one campaign."""
    campaign = find_campaign(request, pk)
    page = _page(request, _visible(request).filter(campaign=campaign))
    context = {"nav": "campaigns", "campaign": campaign, "tab": "runs", "page": page}
    return render(request, "campaigns/campaign_runs.html", context)


@office
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one run stage by stage; asked by a poll, answer with the row or the body alone."""
    found = get_object_or_404(_visible(request), pk=pk)
    is_live = "live" in request.GET
    if request.htmx and is_live and not found.is_alive:
        return HttpResponseClientRefresh()
    part = "campaigns/run_body.html" if is_live else "campaigns/run_row.html"
    page = part if request.htmx else "campaigns/run.html"
    return render(request, page, {"nav": "runs", "run": found, "campaign": found.campaign})


@office
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer a campaign page's poll: how far its living run is."""
    campaign = find_campaign(request, pk)
    newest = _visible(request).filter(campaign=campaign).first()
    if request.htmx and not (newest and newest.is_alive):
        return HttpResponseClientRefresh()  # the figures of the page around it are old now
    return render(request, "campaigns/progress.html", {"campaign": campaign, "run": newest})


@manager
@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponseBase:
    """End a run after the slice it is at."""
    found = get_object_or_404(_visible(request), pk=pk)
    page = reverse("campaigns:run", args=[pk])
    if not pipeline.cancel(found):
        return refused(request, "That run is over already.", page)
    return done(request, "The run stops after its present slice", page)


def _visible(request: StaffRequest) -> QuerySet[PipelineRun]:
    found = PipelineRun.objects.select_related("campaign", "created_by").prefetch_related("stages")
    if request.user.sees_all:
        return found
    return found.filter(campaign__in=Campaign.objects.visible_to(request.user))


def _page(request: StaffRequest, rows: QuerySet[PipelineRun]) -> paging.Page[PipelineRun]:
    return paging.page(rows, **cursors(request), size=25)
