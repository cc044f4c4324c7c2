"""Shapes of sequences, their steps and previews."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework import serializers

from campaigns.models import Campaign
from campaigns.services.access import StrictSerializer, actor
from outreach.models import Sequence, SequenceVersion, Tone


class TextSerializer(StrictSerializer):
    """One text of a step."""

    subject = serializers.CharField(max_length=200, allow_blank=True, default="")
    body = serializers.CharField(max_length=20_000, trim_whitespace=False)
    weight = serializers.IntegerField(min_value=0, max_value=1000, default=1)


class StepSerializer(StrictSerializer):
    """One step with its three texts by tone."""

    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    channel = serializers.CharField(max_length=20, default="email")
    delay_hours = serializers.IntegerField(min_value=0, max_value=8760, default=0)
    window_start = serializers.IntegerField(min_value=0, max_value=23, default=8)
    window_end = serializers.IntegerField(min_value=1, max_value=24, default=17)
    business_days = serializers.BooleanField(default=True)
    texts = serializers.DictField(child=TextSerializer())

    def validate_texts(self, texts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Tones are the three there are."""
        unknown = sorted(set(texts) - set(Tone.values))
        if unknown:
            raise serializers.ValidationError(
                f"There is no tone {', '.join(unknown)}. Tones are: {', '.join(Tone.values)}."
            )
        return texts

    def validate_channel(self, name: str) -> str:
        """Only channels that can be sent through."""
        if name not in settings.CHANNELS:
            raise serializers.ValidationError(
                f"There is no channel {name}. Channels are: {', '.join(settings.CHANNELS)}."
            )
        return name


class StepsSerializer(StrictSerializer):
    """All steps of a sequence, in order."""

    steps = StepSerializer(many=True)


class VersionSerializer(StrictSerializer, serializers.ModelSerializer[SequenceVersion]):
    """A version of a sequence."""

    class Meta:
        model = SequenceVersion
        fields = ("id", "number", "published_at", "created_by", "created_at")
        read_only_fields = fields


class SequenceSerializer(StrictSerializer, serializers.ModelSerializer[Sequence]):
    """A sequence; its steps are edited under ``steps/``."""

    versions = VersionSerializer(many=True, read_only=True)
    match = serializers.DictField(required=False)

    class Meta:
        model = Sequence
        fields = ("id", "name", "campaign", "exclusivity", "match", "capacity", "is_active", "versions",
                  "created_by", "created_at")  # fmt: skip
        read_only_fields = ("created_by", "created_at", "capacity", "is_active")

    def validate_campaign(self, campaign: Campaign | None) -> Campaign | None:
        """Only campaigns the caller may see."""
        request = self.context["request"]
        if campaign and not Campaign.objects.visible_to(actor(request)).filter(pk=campaign.pk).exists():
            raise serializers.ValidationError("There is no such campaign.")
        return campaign


class PreviewSerializer(StrictSerializer):
    """A step as one person would get it."""

    position = serializers.IntegerField()
    tone = serializers.CharField()
    due_at = serializers.DateTimeField()
    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField()
    problem = serializers.CharField()


class PreviewQuery(StrictSerializer):
    """For whom to preview."""

    lead = serializers.IntegerField(min_value=1)


class MigrationSerializer(StrictSerializer):
    """How many people move to the newest version, and how many finish the one they started."""

    moving = serializers.IntegerField()
    staying = serializers.IntegerField()
