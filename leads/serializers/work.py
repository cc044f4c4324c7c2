"""Companies, imports, segments, tasks and deals as the API says them."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from campaigns.models import Campaign, User
from campaigns.services.access import StrictSerializer, actor
from leads.models import Deal, ImportJob, Lead, RowProblem, Task
from leads.services.transfer import exports


class ImportSerializer(serializers.ModelSerializer[ImportJob]):
    """An import and how far it has come."""

    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = ImportJob
        fields = (
            "id", "file_name", "format", "sheet", "encoding", "delimiter", "mapping", "create_new",
            "update_existing", "status", "percent", "total", "cursor", "created", "updated", "unchanged",
            "rejected", "removed", "restored", "kept", "error", "sha256", "owner", "created_at",
            "finished_at", "undone_at",
        )  # fmt: skip


class UploadSerializer(StrictSerializer):
    """A file on its way in; without ``start`` it waits for its mapping to be looked at."""

    file = serializers.FileField(allow_empty_file=True)
    sheet = serializers.CharField(required=False, default="", max_length=80, help_text="Of a workbook.")
    mapping = serializers.JSONField(required=False, default=None)
    create_new = serializers.BooleanField(default=True, help_text="Add people who are not here yet.")
    update_existing = serializers.BooleanField(default=True, help_text="Bring new facts to known people.")
    new_fields = serializers.BooleanField(
        default=False, help_text="Add a typed field for each column that has none."
    )
    start = serializers.BooleanField(default=True)


class StartSerializer(StrictSerializer):
    """The mapping under which a waiting import starts."""

    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, default=None
    )
    create_new = serializers.BooleanField(default=True)
    update_existing = serializers.BooleanField(default=True)
    new_fields = serializers.BooleanField(default=False)


class ExportAskedSerializer(StrictSerializer):
    """Which leads as what: everybody one may take out, or a segment."""

    kind = serializers.ChoiceField(choices=list(exports.KINDS.items()), default="csv")
    segment = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1)
    columns = serializers.CharField(
        required=False, default="", help_text="Names with commas between; the usual ones if left out."
    )


class RowProblemSerializer(serializers.ModelSerializer[RowProblem]):
    """Why a row, or one of its values, was left out."""

    class Meta:
        model = RowProblem
        fields = ("line", "column", "value", "problem", "is_fatal")


class _OwnLead(serializers.PrimaryKeyRelatedField[Lead]):
    """A lead that the caller may see."""

    def get_queryset(self) -> Any:
        """Offer visible leads only."""
        return Lead.objects.visible_to(actor(self.context["request"]))


class _Colleague(serializers.PrimaryKeyRelatedField[User]):
    """Somebody to whom the caller may give work."""

    def get_queryset(self) -> Any:
        """Offer the caller and the people of their team; all to those who see every team."""
        person = actor(self.context["request"])
        able = User.objects.filter(is_active=True)
        if person.sees_all:
            return able
        return able.filter(Q(team_id=person.team_id) if person.team_id else Q(pk=person.pk))


class _OwnCampaign(serializers.PrimaryKeyRelatedField[Campaign]):
    """A campaign that the caller may see."""

    def get_queryset(self) -> Any:
        """Offer visible campaigns only: a won deal books its money there."""
        return Campaign.objects.visible_to(actor(self.context["request"]))


class TaskSerializer(StrictSerializer, serializers.ModelSerializer[Task]):
    """Something a person must do."""

    lead = _OwnLead()
    owner = _Colleague(required=False, allow_null=True)

    class Meta:
        model = Task
        fields = (
            "id", "lead", "kind", "title", "brief", "owner", "campaign_id", "conversation_id", "priority",
            "status", "due_at", "done_at", "created_at",
        )  # fmt: skip
        read_only_fields = ("status", "campaign_id", "conversation_id", "done_at", "created_at")


class DealSerializer(StrictSerializer, serializers.ModelSerializer[Deal]):
    """A chance to sell; its stage moves by ``move``, ``win`` and ``lose``."""

    lead = _OwnLead()
    campaign = _OwnCampaign(default=None, allow_null=True)
    value = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal(0), default=Decimal(0)
    )

    class Meta:
        model = Deal
        fields = (
            "id", "lead", "campaign", "owner", "name", "stage", "value", "close_date", "lost_reason",
            "created_at", "stage_since", "closed_at",
        )  # fmt: skip
        read_only_fields = ("owner", "stage", "lost_reason", "created_at", "stage_since", "closed_at")
        extra_kwargs = {"name": {"required": False}}
        validators: tuple[Any, ...] = ()  # a second deal is no mistake: the open one is answered


class DealMoveSerializer(StrictSerializer):
    """The next stage of a deal."""

    stage = serializers.CharField(max_length=10)


class WinSerializer(StrictSerializer):
    """What a won deal is worth."""

    value = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal(0), required=False, default=None
    )


class LoseSerializer(StrictSerializer):
    """Why a deal is lost."""

    reason = serializers.CharField(max_length=120)
