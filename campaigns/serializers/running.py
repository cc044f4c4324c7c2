"""Shapes of what is under way: runs, moves, schedules and the state of a campaign."""

from typing import Any

from django_celery_beat.models import PeriodicTask
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import clock
from campaigns.models import AuditEntry, Campaign, PipelineRun, StageRun
from campaigns.serializers.campaign import MILLION, CampaignSerializer
from campaigns.serializers.money import PricedSerializer
from campaigns.services import execution, preflight, schedules, standing
from campaigns.services.access import StrictSerializer


class ProblemSerializer(serializers.Serializer[Any]):
    """One thing to mend before launch."""

    code = serializers.CharField()
    message = serializers.CharField()
    is_blocking = serializers.BooleanField()


class ActionSerializer(serializers.Serializer[Any]):
    """Something that may be done now: POST to ``/campaigns/{id}/{name}/``."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class StageRunSerializer(serializers.ModelSerializer[StageRun]):
    """One stage of a run."""

    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = StageRun
        fields = (
            "name", "status", "done", "failed", "total", "percent", "cost", "seconds", "note", "error",
            "started_at", "finished_at",
        )  # fmt: skip


class RunSerializer(serializers.ModelSerializer[PipelineRun]):
    """A run with its stages: an async job that can be watched and cancelled."""

    stages = StageRunSerializer(many=True, read_only=True)

    class Meta:
        model = PipelineRun
        fields = (
            "id", "campaign", "status", "trigger", "batch_size", "attempts", "error", "created_at",
            "started_at", "finished_at", "stages",
        )  # fmt: skip


class StandingSerializer(serializers.Serializer[Any]):
    """How a campaign stands now."""

    status = serializers.CharField(source="campaign.status")
    campaign = CampaignSerializer()
    run = RunSerializer(allow_null=True)
    spent_last_hour = serializers.DecimalField(max_digits=14, decimal_places=6)
    preflight = ProblemSerializer(many=True)
    next_actions = ActionSerializer(many=True)


class DeployedSerializer(CampaignSerializer):
    """A campaign just planned or looked at: with its estimate, what hinders a launch and what comes next."""

    estimate_detail = serializers.SerializerMethodField()
    preflight = serializers.SerializerMethodField()
    next_actions = serializers.SerializerMethodField()

    class Meta(CampaignSerializer.Meta):
        fields = (*CampaignSerializer.Meta.fields, "estimate_detail", "preflight", "next_actions")  # type: ignore[assignment]

    @extend_schema_field(PricedSerializer)
    def get_estimate_detail(self, campaign: Campaign) -> dict[str, Any]:
        """Return the estimate with its lines, and what is missing in the budget."""
        found = standing.price(campaign.prospect_count, campaign.remaining, campaign.source)
        return dict(PricedSerializer(found).data)

    @extend_schema_field(ProblemSerializer(many=True))
    def get_preflight(self, campaign: Campaign) -> Any:
        """Return what to mend before launch."""
        return ProblemSerializer(preflight.problems(campaign), many=True).data

    @extend_schema_field(ActionSerializer(many=True))
    def get_next_actions(self, campaign: Campaign) -> Any:
        """Return what may be done now."""
        return ActionSerializer(standing.next_actions(campaign), many=True).data


class MoveSerializer(StrictSerializer):
    """Why a campaign is moved, for the audit log."""

    reason = serializers.CharField(max_length=250, required=False, allow_blank=True, default="")


class LaunchQuery(StrictSerializer):
    """The canary: how many people are written to before the rest is released."""

    limit = serializers.IntegerField(min_value=1, max_value=MILLION, required=False, allow_null=True)


class ExecuteBody(StrictSerializer):
    """How many rows a stage handles in one go."""

    batch_size = serializers.IntegerField(
        min_value=1, max_value=execution.MOST, required=False, default=execution.BATCH
    )


class CloneBody(StrictSerializer):
    """The name of the copy."""

    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class ScheduleSerializer(StrictSerializer):
    """When a campaign runs by itself."""

    cron = serializers.CharField(max_length=120, help_text="Minute, hour, day of month, month, day of week.")
    timezone = serializers.CharField(max_length=63, default="UTC")
    missed = serializers.ChoiceField(
        choices=[schedules.RUN, schedules.SKIP],
        default=schedules.RUN,
        help_text="A moment that passed while nothing ran here: run it late, or skip it.",
    )
    in_words = serializers.CharField(read_only=True)
    next_run_at = serializers.DateTimeField(read_only=True)
    is_enabled = serializers.BooleanField(read_only=True, source="enabled")
    last_run_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: PeriodicTask) -> dict[str, Any]:
        """Return the schedule as it was written."""
        return {
            "cron": schedules.cron_text(instance),
            "timezone": str(instance.crontab.timezone),
            "missed": schedules.missed_policy(instance),
            "in_words": schedules.in_words(instance),
            "next_run_at": next(schedules.coming(instance, clock.now())),
            "is_enabled": instance.enabled,
            "last_run_at": instance.last_run_at,
        }


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    """One act: who, what, when, why."""

    actor = serializers.CharField(source="actor.username", default=None, allow_null=True)

    class Meta:
        model = AuditEntry
        fields = ("id", "actor", "verb", "reason", "before", "after", "occurred_at")
