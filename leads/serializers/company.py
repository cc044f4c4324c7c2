"""A company as the API says it."""

from rest_framework import serializers

from campaigns.services.access import MaskedSerializer, StrictSerializer
from leads.models import Company
from leads.serializers.own import OwnFacts
from leads.services.rules import definitions

_READ_ONLY: tuple[str, ...] = ("domain", "source", "owner", "version", "created_at", "updated_at")


class CompanySerializer(OwnFacts, MaskedSerializer, StrictSerializer, serializers.ModelSerializer[Company]):
    """An organisation."""

    entity = definitions.COMPANY
    masked_fields = ("phone",)
    custom = serializers.DictField(
        required=False, help_text="Own fields by key, each in its type; null empties one."
    )
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=20, required=False)
    technologies = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=50, required=False
    )

    class Meta:
        model = Company
        fields = (
            "id", "name", "domain", "industry", "employees", "annual_revenue", "city", "region", "country",
            "phone", "website", "linkedin_url", "founded", "rating", "reviews", "technologies", "source",
            "owner", "tags", "custom", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = _READ_ONLY


class CompanyPatchSerializer(CompanySerializer):
    """A change of a company; ``version`` (or ``If-Match``) is what the caller read."""

    version = serializers.IntegerField(min_value=1, required=False)

    class Meta(CompanySerializer.Meta):
        read_only_fields = tuple(name for name in _READ_ONLY if name != "version")
