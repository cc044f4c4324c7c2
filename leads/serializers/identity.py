"""Who is who in the API: questions about duplicates, merges, and the way back."""

from typing import Any

from rest_framework import serializers

from campaigns.services.access import StrictSerializer
from leads.models import MatchCandidate, Merge
from leads.services.identity.choosing import CHOICES
from leads.services.identity.review import MOST


class EvidenceSerializer(serializers.Serializer[Any]):
    """What one field adds to the odds (log2) that two records are one person."""

    field = serializers.CharField(allow_blank=True, help_text="Empty: where any two records start.")
    words = serializers.CharField()
    weight = serializers.FloatField()


class DuplicateSerializer(serializers.ModelSerializer[MatchCandidate]):
    """Two records that may be one person."""

    evidence = EvidenceSerializer(many=True, read_only=True)

    class Meta:
        model = MatchCandidate
        fields = (
            "id", "left", "right", "probability", "weight", "evidence", "rule", "status", "decided_by",
            "decided_at", "found_at",
        )  # fmt: skip
        read_only_fields = fields


class MergeSerializer(serializers.ModelSerializer[Merge]):
    """One merge: which record joined which, why, and whether it was taken back."""

    evidence = EvidenceSerializer(many=True, read_only=True)

    class Meta:
        model = Merge
        fields = (
            "id", "kept", "gone", "how", "probability", "evidence", "choices", "by", "merged_at", "undone_at",
            "undone_by",
        )  # fmt: skip
        read_only_fields = fields


class ChoicesField(serializers.DictField):
    """Field → which record's value stays."""

    child = serializers.ChoiceField(choices=["kept", "gone"])

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Refuse fields that cannot be chosen."""
        found: dict[str, str] = super().to_internal_value(data)
        if unknown := sorted(set(found) - set(CHOICES)):
            raise serializers.ValidationError(
                f"{', '.join(unknown)} cannot be chosen. Fields are: {', '.join(CHOICES)}."
            )
        return found


class AnswerSerializer(StrictSerializer):
    """How a question is answered with «merge»: which record stays, and whose value of each field."""

    kept = serializers.IntegerField(min_value=1, required=False, help_text="Default: the older record.")
    choices = ChoicesField(required=False, default=dict)


class MergeAskedSerializer(StrictSerializer):
    """Several records that are one person; ``choices`` only where exactly one joins."""

    kept = serializers.IntegerField(min_value=1)
    gone = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST, allow_empty=False
    )
    choices = ChoicesField(required=False, default=dict)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """One record does not join itself, nor twice."""
        if data["kept"] in data["gone"] or len(set(data["gone"])) < len(data["gone"]):
            raise serializers.ValidationError({"gone": "Name each record once, and not the one that stays."})
        if data["choices"] and len(data["gone"]) > 1:
            raise serializers.ValidationError({"choices": "Choose field by field for one record at a time."})
        return data


class UndoneSerializer(serializers.Serializer[Any]):
    """A merge taken back, and how many rows stayed as they were changed since."""

    merge = MergeSerializer()
    left = serializers.IntegerField(min_value=0)
