"""Shapes of money: estimates, prices, costs and revenue."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from campaigns.models import Cost, Price, Revenue
from campaigns.services import estimates
from campaigns.services.access import StrictSerializer

MILLION = 1_000_000


class LineItemSerializer(serializers.Serializer[estimates.LineItem]):
    """One line of an estimate."""

    provider = serializers.CharField()
    operation = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    units = serializers.DecimalField(max_digits=16, decimal_places=3, normalize_output=True)
    unit = serializers.CharField()
    unit_price = serializers.DecimalField(max_digits=16, decimal_places=9, normalize_output=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=6, normalize_output=True)
    low = serializers.DecimalField(max_digits=14, decimal_places=6, normalize_output=True)
    high = serializers.DecimalField(max_digits=14, decimal_places=6, normalize_output=True)


class EstimateSerializer(serializers.Serializer[estimates.Estimate]):
    """What a plan will cost, with its lines."""

    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    low = serializers.DecimalField(max_digits=14, decimal_places=2)
    high = serializers.DecimalField(max_digits=14, decimal_places=2)
    items = LineItemSerializer(many=True)


class PricedSerializer(EstimateSerializer):
    """An estimate beside the money there is for it."""

    prospect_count = serializers.IntegerField()
    budget = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    missing = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)


class EstimateQuery(StrictSerializer):
    """What to estimate."""

    prospect_count = serializers.IntegerField(min_value=1, max_value=MILLION, default=50)
    budget = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), required=False)
    source = serializers.CharField(max_length=40, required=False)  # type: ignore[assignment]


class CostSerializer(serializers.ModelSerializer[Cost]):
    """One row of the ledger."""

    class Meta:
        model = Cost
        fields = (
            "id", "campaign", "provider", "operation", "department", "channel", "units", "tokens_in",
            "tokens_out", "unit_price", "amount", "is_simulated", "lead_id", "message_id", "reference",
            "occurred_at",
        )  # fmt: skip


class CostLineSerializer(serializers.Serializer[Any]):
    """What one operation of a provider cost in all."""

    provider = serializers.CharField()
    operation = serializers.CharField()
    calls = serializers.IntegerField()
    units = serializers.DecimalField(max_digits=20, decimal_places=3)
    amount = serializers.DecimalField(max_digits=20, decimal_places=6)
    simulated = serializers.IntegerField()


class CostSummarySerializer(serializers.Serializer[Any]):
    """The money of a campaign: planned, spent, by operation."""

    budget = serializers.DecimalField(max_digits=12, decimal_places=2)
    estimate = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    total = serializers.DecimalField(max_digits=20, decimal_places=6)
    lines = CostLineSerializer(many=True)


class RevenueSerializer(StrictSerializer, serializers.ModelSerializer[Revenue]):
    """Money that came in; the same ``reference`` is booked once."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    reference = serializers.CharField(max_length=50, required=False)

    class Meta:
        model = Revenue
        fields = (
            "id", "campaign", "amount", "source", "note", "lead_id", "deal_id", "reference", "occurred_at",
        )  # fmt: skip
        extra_kwargs = {"source": {"default": "direct"}}
        read_only_fields = ("campaign", "deal_id", "occurred_at")


class PriceSerializer(StrictSerializer, serializers.ModelSerializer[Price]):
    """A row of the price list; a new price is a new row from its day on."""

    unit_price = serializers.DecimalField(max_digits=16, decimal_places=9, read_only=True)

    class Meta:
        model = Price
        fields = (
            "id", "provider", "operation", "label", "unit", "amount", "per", "units_per_prospect",
            "in_estimate", "low_factor", "high_factor", "effective_from", "unit_price",
        )  # fmt: skip
