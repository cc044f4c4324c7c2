"""Shapes of what was learned: versions of models, with their figures and gates."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from campaigns.models import ModelVersion
from campaigns.services.access import StrictSerializer


class GateSerializer(serializers.Serializer[Any]):
    """One condition that a challenger has to meet."""

    name = serializers.CharField()
    value = serializers.FloatField()
    goal = serializers.CharField()
    passed = serializers.BooleanField()
    sentence = serializers.CharField()


class LeakSerializer(serializers.Serializer[Any]):
    """What the leak guard found about one field; ``why`` is empty when it was learned from."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    alone = serializers.FloatField()
    gap = serializers.FloatField()
    why = serializers.CharField()


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """One version: how it was made, what it reached on later data, and whether it serves."""

    test = serializers.SerializerMethodField()
    champion = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields: tuple[str, ...] = (
            "id", "kind", "scope", "version", "algorithm", "status", "note", "row_count", "data_from",
            "data_until", "schema_hash", "created_by", "created_at", "decided_at", "test", "champion",
        )  # fmt: skip

    def get_test(self, version: ModelVersion) -> dict[str, float]:
        """Return the figures on later data (auc, ap, brier, ece …); empty before a measurement."""
        return dict(version.metrics.get("test", {}))

    def get_champion(self, version: ModelVersion) -> dict[str, Any]:
        """Return the same figures of the champion of that day, with its name."""
        return dict(version.metrics.get("champion", {}))


class ModelVersionDetailSerializer(ModelVersionSerializer):
    """A version with its parameters, gates, curves and what the leak guard found."""

    gates = serializers.SerializerMethodField()
    leaks = serializers.SerializerMethodField()
    curves = serializers.SerializerMethodField()
    params = serializers.DictField(read_only=True)

    class Meta(ModelVersionSerializer.Meta):
        fields = (*ModelVersionSerializer.Meta.fields, "gates", "leaks", "curves", "params")

    def get_gates(self, version: ModelVersion) -> list[dict[str, Any]]:
        """Return the gates with what was measured."""
        return list(GateSerializer(version.metrics.get("gates", []), many=True).data)

    def get_leaks(self, version: ModelVersion) -> list[dict[str, Any]]:
        """Return the guard's verdict on every field."""
        return list(LeakSerializer(version.metrics.get("leaks", []), many=True).data)

    def get_curves(self, version: ModelVersion) -> dict[str, Any]:
        """Return calibration, ROC, precision, lift and thresholds as rows."""
        return dict(version.metrics.get("curves", {}))


class KindSerializer(StrictSerializer):
    """Which kind of model is meant."""

    kind = serializers.ChoiceField(choices=(), default="lead_score")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = sorted(settings.LEARNERS)  # type: ignore[attr-defined]
