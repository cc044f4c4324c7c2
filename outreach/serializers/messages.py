"""Shapes of messages, their texts and the outbox."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from campaigns.services.access import MaskedSerializer, StrictSerializer
from outreach.models import Message, Variant


class MessageSerializer(MaskedSerializer, StrictSerializer, serializers.ModelSerializer[Message]):
    """A message in lists and on its own."""

    masked_fields = ("to_address",)

    class Meta:
        model = Message
        fields = ("id", "uid", "campaign", "lead", "enrollment", "step", "sender", "channel", "tone",
                  "to_address", "subject", "body", "status", "reason", "due_at", "attempts", "provider",
                  "created_at", "sent_at")  # fmt: skip
        read_only_fields = fields


class VariantSerializer(StrictSerializer, serializers.ModelSerializer[Variant]):
    """A text of a message."""

    class Meta:
        model = Variant
        fields = ("id", "tone", "subject", "body", "weight", "written_by", "claims", "approved_at")
        read_only_fields = fields


class WriteBody(StrictSerializer):
    """What the writer should know besides the facts about the person."""

    notes = serializers.CharField(max_length=4000, allow_blank=True, default="")


class GenerateBody(WriteBody):
    """How many messages to write for."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)
    needs_review = serializers.BooleanField(default=True)


class GeneratedSerializer(StrictSerializer):
    """How many messages got their texts, how many of them from the template, how many must wait."""

    written = serializers.IntegerField()
    from_template = serializers.IntegerField()
    postponed = serializers.IntegerField()


class ApproveBody(StrictSerializer):
    """Which text to send, and its words if they are changed."""

    variant = serializers.IntegerField(min_value=1)
    subject = serializers.CharField(max_length=200, required=False)
    body = serializers.CharField(max_length=20_000, required=False)


class EventSerializer(StrictSerializer):
    """One report about a message."""

    kind = serializers.CharField()
    origin = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class MessageStatusSerializer(StrictSerializer):
    """Where a message stands, what happened to it and what is in its way."""

    id = serializers.IntegerField()
    status = serializers.CharField()
    reason = serializers.CharField()
    due_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    hindrances = serializers.ListField(child=serializers.CharField())
    events = EventSerializer(many=True)


@extend_schema_serializer(many=False)
class OutboxSerializer(StrictSerializer):
    """How a campaign's messages stand."""

    counts = serializers.DictField(child=serializers.IntegerField())
    queued = serializers.IntegerField()
    to_plan = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    hindrances = serializers.ListField(child=serializers.CharField())


class PushBody(StrictSerializer):
    """How many people to plan for at most."""

    limit = serializers.IntegerField(min_value=1, max_value=10_000, default=1000)
