"""Conversations and turns as the API shows them, and what it takes."""

from typing import Any

from rest_framework import serializers

from campaigns.models import User
from campaigns.services.access import StrictSerializer
from conversations.models import Conversation, Turn


class TurnSerializer(serializers.ModelSerializer[Turn]):
    """One thing said."""

    class Meta:
        model = Turn
        fields = ("id", "number", "author", "user", "channel", "body", "message_id", "intent", "certainty",
                  "sentiment", "said_at")  # fmt: skip
        read_only_fields = fields


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """A conversation without its turns."""

    lead_name = serializers.CharField(source="lead.name", read_only=True)

    class Meta:
        model = Conversation
        fields = ("id", "lead", "lead_name", "campaign", "channel", "subject", "status", "assignee", "intent",
                  "sentiment", "response_counted", "turns_count", "last_line", "last_turn_at",
                  "waiting_since", "ended_at", "end_reason", "created_at")  # fmt: skip
        read_only_fields = fields


class ReplySerializer(StrictSerializer):
    """An answer to the customer."""

    text = serializers.CharField(max_length=20_000)


class ReasonSerializer(StrictSerializer):
    """Why it ends or is handed to a person."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class AssignSerializer(StrictSerializer):
    """To whom it goes; ``null`` gives it back to the queue."""

    assignee: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), allow_null=True
    )
