"""Providers and their orders as the API says them."""

from typing import Any

from rest_framework import serializers

from leads.models import ProviderOrder


class ProviderSerializer(serializers.Serializer[Any]):
    """How a provider of lead data is doing."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_simulated = serializers.BooleanField()
    status = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField(allow_null=True)
    credits_left = serializers.DecimalField(max_digits=14, decimal_places=3, allow_null=True)
    cache_hits = serializers.IntegerField()
    cache_misses = serializers.IntegerField()
    hit_rate = serializers.FloatField(allow_null=True)
    cost_this_month = serializers.DecimalField(max_digits=14, decimal_places=6)
    open_orders = serializers.IntegerField()
    failed_orders = serializers.IntegerField()


class OrderSerializer(serializers.ModelSerializer[ProviderOrder]):
    """One order at a provider, without its question and answer: those are about people."""

    class Meta:
        model = ProviderOrder
        fields = (
            "id", "provider", "operation", "campaign", "external_id", "status", "units", "cursor", "attempts",
            "error", "due_at", "deadline_at", "created_at", "finished_at",
        )  # fmt: skip
