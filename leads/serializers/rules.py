"""Versions of the qualification tree as the API says them."""

from typing import Any

from rest_framework import serializers

from campaigns.services.access import StrictSerializer
from leads.models import Rule
from leads.services import rulebook
from leads.services.qualifying.versions import KIND


class RuleSerializer(serializers.ModelSerializer[Rule]):
    """One version of a rule: a card or a tree, in force or not."""

    body = serializers.DictField(read_only=True)

    class Meta:
        model = Rule
        fields = ("id", "kind", "version", "name", "body", "is_active", "created_by", "created_at")
        read_only_fields = fields


class RuleDraftSerializer(StrictSerializer):
    """A new version of the qualification tree; it waits until it is put in force."""

    name = serializers.CharField(max_length=80)
    body = serializers.DictField(
        help_text="A question {node, rule, yes, no} or an ending {decision, reason}."
    )

    def validate_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what is wrong with the tree in words."""
        if problems := rulebook.problems(KIND, body):
            raise serializers.ValidationError(problems)
        return body


class ActivateSerializer(StrictSerializer):
    """Why a version comes into force."""

    reason = serializers.CharField(max_length=250)


class TreeTrySerializer(StrictSerializer):
    """A tree to try; without one the version itself is tried."""

    body = serializers.DictField(required=False)

    def validate_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what is wrong with the tree in words."""
        if problems := rulebook.problems(KIND, body):
            raise serializers.ValidationError(problems)
        return body


class MoveSerializer(serializers.Serializer[Any]):
    """How many people would go from one decision to another."""

    was = serializers.CharField()
    would = serializers.CharField()
    people = serializers.IntegerField()


class FlipSerializer(serializers.Serializer[Any]):
    """A person who would be decided differently, with the questions asked."""

    prospect = serializers.IntegerField()
    lead = serializers.IntegerField()
    was = serializers.CharField()
    would = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())


class TrialSerializer(serializers.Serializer[Any]):
    """What a tree would decide about the newest people one may see, beside the tree in force."""

    total = serializers.IntegerField()
    by_hand = serializers.IntegerField()
    qualified = serializers.IntegerField()
    was_qualified = serializers.IntegerField()
    changed = serializers.IntegerField()
    moves = MoveSerializer(many=True)
    flips = FlipSerializer(many=True)


class TreeDifferenceSerializer(serializers.Serializer[Any]):
    """One difference between a version and the tree in force."""

    kind = serializers.CharField(help_text="«added», «removed», «changed», «ending» or «order».")
    text = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
