"""Campaigns and their runs."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.admin.base import KeptAdmin, ReadingAdmin, staff
from campaigns.models import Campaign, PipelineRun, StageRun
from campaigns.services import lifecycle, pipeline, planning

Move = Callable[..., None]


@admin.register(Campaign)
class CampaignAdmin(KeptAdmin):
    """Plans can be mended here; state and money follow from what happens."""

    page = "campaigns:campaign"
    list_display = ("name", "type", "status", "team", "owner", "budget", "spent_so_far", "created_at")
    list_filter = ("status", "type", "team")
    search_fields = ("name", "vertical", "location")
    list_select_related = ("team", "owner")
    autocomplete_fields = ("owner", "team")
    date_hierarchy = "created_at"
    readonly_fields = (
        "type", "status", "status_reason", "source", "audience", "budget", "spent", "held", "overspent",
        "estimate", "send_limit", "starts_at", "launched_at", "stopped_at", "final_report", "created_at",
        "updated_at",
    )  # fmt: skip
    actions = ("start", "pause", "stop")

    @admin.display(description="Spent", ordering="spent")
    def spent_so_far(self, campaign: Campaign) -> str:
        """Show money in cents."""
        return f"{campaign.spent:,.2f}"

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """Write the changed fields as the product does, with an audit entry."""
        data = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            planning.change(obj, data, by=staff(request))
        except planning.ChangeRefused as refusal:
            messages.error(request, str(refusal))

    @admin.action(description="Start the selected campaigns", permissions=["change"])
    def start(self, request: HttpRequest, chosen: QuerySet[Campaign]) -> None:
        """Let messages leave."""
        self._move(request, chosen, lifecycle.start)

    @admin.action(description="Pause the selected campaigns", permissions=["change"])
    def pause(self, request: HttpRequest, chosen: QuerySet[Campaign]) -> None:
        """Stop the next send; nobody is lost."""
        self._move(request, chosen, lifecycle.pause)

    @admin.action(description="Stop the selected campaigns for good", permissions=["change"])
    def stop(self, request: HttpRequest, chosen: QuerySet[Campaign]) -> None:
        """End them and freeze their reports."""
        self._move(request, chosen, lifecycle.stop)

    def _move(self, request: HttpRequest, chosen: QuerySet[Campaign], move: Move) -> None:
        for campaign in chosen:
            try:
                move(campaign, staff(request), "settings page")
                messages.success(request, f"{campaign.name} is {campaign.get_status_display().lower()} now.")
            except lifecycle.LifecycleError as error:
                messages.error(request, f"{campaign.name}: {error}")


@admin.register(PipelineRun)
class RunAdmin(ReadingAdmin):
    """Runs of pipelines: what is under way and what became of it."""

    page = "campaigns:run"
    list_display = ("id", "campaign", "status", "trigger", "attempts", "created_at", "finished_at")
    list_filter = ("status", "trigger")
    search_fields = ("campaign__name", "error")
    list_select_related = ("campaign",)
    actions = ("cancel",)

    @admin.action(description="Cancel the selected runs", permissions=["view"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[PipelineRun]) -> None:
        """End the runs; a slice at work finishes first."""
        ended = sum(pipeline.cancel(run) for run in chosen)
        messages.success(request, f"{ended} of {len(chosen)} runs cancelled; the others were over.")


@admin.register(StageRun)
class StageRunAdmin(ReadingAdmin):
    """Stages of runs."""

    list_display = ("run", "name", "status", "done", "failed", "total", "cost", "seconds", "note")
    list_filter = ("status", "name")
    list_select_related = ("run__campaign",)
