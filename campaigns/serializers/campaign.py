"""The plan of a campaign: what may be sent, and what is answered."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from campaigns.models import Campaign, Team, User
from campaigns.models.campaign import OPTIMISER_MODES
from campaigns.services import roles
from campaigns.services.access import StrictSerializer

MILLION = 1_000_000
GOALS = ("", "replies", "meetings", "revenue")


class CampaignSerializer(StrictSerializer, serializers.ModelSerializer[Campaign]):
    """A campaign in lists and on its own; only the plan may be written, state and money follow."""

    prospect_count = serializers.IntegerField(min_value=1, max_value=MILLION, default=50)
    minimum_score = serializers.IntegerField(min_value=0, max_value=100, default=60)
    budget = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0))
    channels = serializers.ListField(
        child=serializers.CharField(max_length=20), allow_empty=False, default=["email"]
    )
    goal_kind = serializers.ChoiceField(choices=GOALS, required=False, allow_blank=True)
    goal_target = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), required=False, allow_null=True
    )
    audience = serializers.DictField(required=False)
    agent_config = serializers.DictField(required=False)
    thresholds = serializers.DictField(required=False)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), required=False, allow_null=True)
    remaining = serializers.DecimalField(max_digits=14, decimal_places=6, read_only=True)

    class Meta:
        model = Campaign
        fields = (
            "id", "name", "type", "status", "status_reason", "owner", "team", "vertical", "location",
            "prospect_count", "channels", "minimum_score", "audience", "source", "pipeline", "goal_kind",
            "goal_target", "goal_date", "agent_config", "thresholds", "postal_address", "budget", "estimate",
            "spent", "held", "remaining", "send_limit", "starts_at", "launched_at", "stopped_at",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = (
            "status", "status_reason", "owner", "estimate", "spent", "held", "send_limit", "launched_at",
            "stopped_at", "created_at", "updated_at",
        )  # fmt: skip

    def validate_channels(self, names: list[str]) -> list[str]:
        """Only channels that can be sent through."""
        unknown = sorted(set(names) - set(settings.CHANNELS))
        if unknown:
            raise serializers.ValidationError(
                f"There is no channel {', '.join(unknown)}. Channels are: {', '.join(settings.CHANNELS)}."
            )
        return list(dict.fromkeys(names))

    def validate_pipeline(self, name: str) -> str:
        """Only pipelines that the settings list."""
        if name not in settings.PIPELINES:
            raise serializers.ValidationError(
                f"There is no pipeline {name}. Pipelines are: {', '.join(settings.PIPELINES)}."
            )
        return name

    def validate_thresholds(self, named: dict[str, Any]) -> dict[str, Any]:
        """Limits are numbers from 0; what the optimiser may do by itself is one of four words."""
        mode = named.get("optimiser_mode", OPTIMISER_MODES[0])
        if mode not in OPTIMISER_MODES:
            raise serializers.ValidationError(
                {"optimiser_mode": f"Choose one of {', '.join(OPTIMISER_MODES)}."}
            )
        number = serializers.FloatField(min_value=0)
        limits = {name: value for name, value in named.items() if name != "optimiser_mode"}
        return {**named, **{name: number.run_validation(value) for name, value in limits.items()}}

    def validate_budget(self, budget: Decimal) -> Decimal:
        """A manager's budgets have a limit."""
        limit = roles.budget_limit(self._actor())
        if limit is not None and budget > limit:
            raise serializers.ValidationError(
                f"Your role may plan up to ${limit:,.2f}; an admin may plan more."
            )
        return budget

    def validate_team(self, team: Team | None) -> Team | None:
        """Only people who see every team may plan for another one."""
        person = self._actor()
        if not person.sees_all and team != person.team:
            raise serializers.ValidationError("You may plan for your own team only.")
        return team

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Check what several fields say together."""
        kind = data.get("goal_kind", getattr(self.instance, "goal_kind", ""))
        target = data.get("goal_target", getattr(self.instance, "goal_target", None))
        if kind and not target:
            raise serializers.ValidationError(
                {"goal_target": f"Say how many {kind} the campaign is to bring."}
            )
        return data

    def _actor(self) -> User:
        person: User = self.context["request"].user
        return person
