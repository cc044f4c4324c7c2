"""The parts of the day that load beside the queue: figures, what needs a decision, alerts, what runs."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from analytics.services import alerts, recommendations, today
from analytics.views import decisions, strips
from analytics.views.links import page
from campaigns import clock
from campaigns.models import Campaign, PipelineRun, RunStatus
from campaigns.views.access import StaffRequest
from outreach.views.access import office


@office
def kpis(request: StaffRequest) -> HttpResponse:
    """Show the figures of the last seven days beside those of the seven before."""
    shown = [strips.of_day(kpi) for kpi in today.kpis(request.user, clock.now())]
    return _part(request, "kpis", kpis=shown)


@office
def side(request: StaffRequest) -> HttpResponse:
    """Show what needs a decision, what went wrong and what runs."""
    advice = recommendations.waiting(request.user)[:5]
    return _part(
        request, "side", items=[decisions.shown(one, request.user) for one in advice],
        alerts=[_alert(one) for one in alerts.alerts(request.user, clock.now())], runs=_runs(request),
    )  # fmt: skip


@office
def running(request: StaffRequest) -> HttpResponse:
    """Answer the poll of the card that shows what runs."""
    return _part(request, "running", runs=_runs(request))


def _part(request: StaffRequest, name: str, **context: Any) -> HttpResponse:
    template = f"analytics/today/{name}.html"
    context |= {"nav": "today", "part": template}
    response = render(request, template if request.htmx else "analytics/today/alone.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _alert(alert: alerts.Alert) -> dict[str, Any]:
    return {**asdict(alert), "url": page(alert.url_name, *alert.args)}


def _runs(request: StaffRequest) -> list[dict[str, Any]]:
    alive = PipelineRun.objects.filter(
        status__in=(RunStatus.QUEUED, RunStatus.RUNNING),
        campaign__in=Campaign.objects.visible_to(request.user),
    )
    return [_run(run) for run in alive.select_related("campaign").prefetch_related("stages")[:6]]


def _run(run: PipelineRun) -> dict[str, Any]:
    stages = list(run.stages.all())
    stage = next((one for one in stages if one.status == RunStatus.RUNNING), None)
    if stage is None:
        return {
            "run": run,
            "title": str(run.campaign),
            "done": 0,
            "total": len(stages),
            "text": "Waiting for a worker",
        }
    failed = f", {stage.failed} failed" if stage.failed else ""
    return {
        "run": run, "title": f"{stage.name.capitalize()}, {run.campaign}", "done": stage.done,
        "total": stage.total,
        "text": f"Stage {stages.index(stage) + 1} of {len(stages)}{failed}",
    }  # fmt: skip
