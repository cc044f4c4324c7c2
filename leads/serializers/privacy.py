"""Suppression, consent and erasure as the API says them."""

from typing import Any

from rest_framework import serializers

from campaigns.services.access import MaskedSerializer, StrictSerializer
from leads.models import Consent, Erasure, Suppression
from leads.serializers.arriving import CHANNELS


class SuppressionSerializer(MaskedSerializer, serializers.ModelSerializer[Suppression]):
    """One entry of the list."""

    masked_fields = ("value",)

    class Meta:
        model = Suppression
        fields = (
            "id",
            "level",
            "value",
            "channel",
            "reason",
            "evidence",
            "added_by",
            "added_at",
            "lifted_at",
        )


class SuppressionInSerializer(StrictSerializer):
    """What shall be left alone, and why."""

    values = serializers.ListField(
        child=serializers.CharField(max_length=254), min_length=1, max_length=1000,
        help_text="E-mail addresses, phone numbers or domains.",
    )  # fmt: skip
    reason = serializers.CharField(max_length=40)
    channel = serializers.ChoiceField(choices=("", *CHANNELS), default="")
    evidence = serializers.CharField(max_length=2000, allow_blank=True, default="")


class AddedSerializer(serializers.Serializer[Any]):
    """How many entries are new, how many stood there already, and what could not be read."""

    new = serializers.IntegerField()
    known = serializers.IntegerField()
    unreadable = serializers.ListField(child=serializers.CharField())


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """What a person allowed or refused."""

    class Meta:
        model = Consent
        fields = ("id", "channel", "is_granted", "basis", "source", "evidence", "recorded_at")


class ConsentWordSerializer(StrictSerializer):
    """A yes or a no with its proof."""

    channel = serializers.ChoiceField(choices=CHANNELS)
    granted = serializers.BooleanField()
    evidence = serializers.CharField(max_length=2000, allow_blank=True, default="")
    source = serializers.CharField(max_length=80, allow_blank=True, default="")  # type: ignore[assignment]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """A yes without proof is none."""
        if data["granted"] and not data["evidence"]:
            raise serializers.ValidationError(
                {"evidence": "Send how you know: what was said, when and where."}
            )
        return data


class EraseSerializer(StrictSerializer):
    """Why a person is forgotten, and their address once more."""

    reason = serializers.CharField(max_length=200)
    confirm = serializers.CharField(max_length=254, help_text="The person's address, number or name.")

    def validate_confirm(self, typed: str) -> str:
        """Compare with the person."""
        lead = self.context.get("lead")
        wanted = (lead.email or lead.phone or lead.name) if lead else ""
        if typed.strip().lower() != wanted.lower():
            raise serializers.ValidationError("This is not the person's address, number or name.")
        return typed


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """An erasure: numbers only."""

    class Meta:
        model = Erasure
        fields = ("id", "lead_id", "reason", "by", "counts", "erased_at")
