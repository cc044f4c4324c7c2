"""Segments, snapshots and acts on many as the API says them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.services.access import StrictSerializer
from leads.models import BulkAction, Segment, Snapshot
from leads.services.grouped.verbs import VERBS
from leads.services.grouped.why import Part
from leads.services.rules import language as rules


class SegmentSerializer(StrictSerializer, serializers.ModelSerializer[Segment]):
    """Saved criteria, said in words as well."""

    criteria = serializers.DictField()
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = (
            "id", "name", "description", "criteria", "sentence", "owner", "team", "is_shared", "is_pinned",
            "created_at",
        )  # fmt: skip
        read_only_fields = ("owner", "team", "created_at")

    def get_sentence(self, segment: Segment) -> str:
        """Return the criteria in words."""
        return rules.sentence(segment.criteria)

    def validate_criteria(self, criteria: dict[str, Any]) -> dict[str, Any]:
        """Only rules that can be asked."""
        if problems := rules.validate(criteria):
            raise serializers.ValidationError(problems)
        return criteria


class CountSerializer(serializers.Serializer[Any]):
    """How many leads meet criteria."""

    count = serializers.IntegerField()


class CriteriaSerializer(StrictSerializer):
    """Criteria to be counted before they are saved."""

    criteria = serializers.DictField()


class PartSerializer(serializers.Serializer[Part]):
    """One part of the criteria: whether it holds for the person, what is really there, its own parts."""

    text = serializers.CharField()
    holds = serializers.BooleanField()
    value = serializers.CharField()
    parts = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/Part"}})
    def get_parts(self, part: Part) -> list[dict[str, Any]]:
        """Return the parts inside."""
        return [dict(PartSerializer(inner).data) for inner in part.parts]


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    """Who was in a segment at one moment, in numbers; ``campaign`` when a launch took it."""

    class Meta:
        model = Snapshot
        fields = ("id", "segment", "campaign", "sentence", "criteria", "count", "taken_by", "taken_at")


class ComparisonSerializer(serializers.Serializer[Any]):
    """A snapshot beside now: how many stayed, joined and left, with the newest ids of those who moved."""

    then = serializers.IntegerField()
    stayed = serializers.IntegerField()
    joined = serializers.IntegerField()
    left = serializers.IntegerField()
    joined_ids = serializers.ListField(child=serializers.IntegerField(), help_text="The newest 1,000.")
    left_ids = serializers.ListField(child=serializers.IntegerField(), help_text="The newest 1,000.")


class BulkActionSerializer(serializers.ModelSerializer[BulkAction]):
    """An act on many leads, how far it is, and what it did."""

    params = serializers.DictField(read_only=True)
    criteria = serializers.DictField(read_only=True)

    class Meta:
        model = BulkAction
        fields = (
            "id", "verb", "params", "criteria", "sentence", "status", "total", "cursor", "changed", "skipped",
            "error", "owner", "created_at", "finished_at",
        )  # fmt: skip


class AskSerializer(StrictSerializer):
    """An act to be done: to the leads of a segment, of criteria, or named by number."""

    verb = serializers.ChoiceField(choices=list(VERBS))
    params = serializers.DictField(
        required=False, default=dict, help_text="Such as tag, owner, field and value."
    )
    segment = serializers.IntegerField(required=False, default=None, allow_null=True)
    criteria = serializers.DictField(required=False, default=None, allow_null=True)
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, default=None, allow_null=True,
        max_length=10_000,
    )  # fmt: skip
    preview = serializers.BooleanField(default=False, help_text="Only say what would be done.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one way to choose, so that a forgotten field never means everybody."""
        if sum(attrs[name] is not None for name in ("segment", "criteria", "ids")) != 1:
            raise serializers.ValidationError("Give exactly one of segment, criteria and ids.")
        if attrs["criteria"] is not None and (problems := rules.validate(attrs["criteria"])):
            raise serializers.ValidationError({"criteria": problems})
        return attrs


class ActPreviewSerializer(serializers.Serializer[Any]):
    """What an act would do."""

    text = serializers.CharField()
    count = serializers.IntegerField()
    notes = serializers.ListField(child=serializers.CharField())
