"""A person in lists and on their own, with score, decisions and history."""

from typing import Any

from django.core.validators import URLValidator
from rest_framework import serializers

from campaigns.models import User
from campaigns.services import masking
from campaigns.services.access import MaskedSerializer, StrictSerializer
from leads.models import Activity, Lead, Lifecycle, Prospect
from leads.serializers.own import OwnFacts
from leads.services.entry import normalise
from leads.services.rules import definitions

_READ_ONLY: tuple[str, ...] = (
    "email_status", "seniority", "department", "company", "source", "origin", "external_id", "owner", "team",
    "score", "last_contacted_at", "last_engaged_at", "version", "created_at", "updated_at",
)  # fmt: skip


class LeadSerializer(OwnFacts, MaskedSerializer, StrictSerializer, serializers.ModelSerializer[Lead]):
    """A lead; keys, codes and score follow from the facts and cannot be set."""

    entity = definitions.LEAD
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    company_name = serializers.CharField(
        max_length=160, required=False, allow_blank=True, source="company.name", default=serializers.empty
    )
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=20, required=False)
    custom = serializers.DictField(
        required=False, help_text="Own fields by key, each in its type; null empties one."
    )
    linkedin_url = serializers.CharField(
        max_length=200, required=False, allow_blank=True, validators=[URLValidator(["http", "https"])]
    )
    masked_fields = ("email", "phone", "linkedin_url")
    score = serializers.SerializerMethodField()

    class Meta:
        model = Lead
        fields = (
            "id", "first_name", "last_name", "email", "email_status", "phone", "linkedin_url", "title",
            "seniority", "department", "company", "company_name", "industry", "city", "region", "country",
            "time_zone", "language", "source", "origin", "external_id", "website_visits", "website_seconds",
            "pages_per_visit", "budget", "has_appointment", "do_not_email", "do_not_call", "lifecycle",
            "owner", "team", "tags", "custom", "score", "last_contacted_at", "last_engaged_at", "version",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = _READ_ONLY

    def to_representation(self, instance: Any) -> Any:
        """Return the lead as the caller may see it, addresses inside own facts masked as well."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        if request is not None and shown.get("custom"):
            shown["custom"] = masking.inside(request.user, shown["custom"])
        return shown

    def get_score(self, lead: Lead) -> int | None:
        """Return the latest score."""
        return lead.score.value if hasattr(lead, "score") else None

    def validate_email(self, email: str) -> str:
        """Exactly one address, safe in a header."""
        email = email.strip()
        if email and not normalise.is_address(email):
            raise serializers.ValidationError("This is not one valid e-mail address.")
        return email

    def validate_phone(self, phone: str) -> str:
        """A number that can be dialled."""
        if phone.strip() and not normalise.phone(phone, str(self.initial_data.get("country", ""))):
            raise serializers.ValidationError(
                "This is not a phone number; start with + and the country code."
            )
        return phone.strip()

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """A new lead needs something to recognise it by."""
        if "company" in data:
            data["company_name"] = data.pop("company")["name"]
        keys = ("email", "phone", "linkedin_url")
        if self.instance is None and not any(data.get(key) for key in keys):
            raise serializers.ValidationError("Give an e-mail address, a phone number or a LinkedIn profile.")
        return data


class LeadPatchSerializer(LeadSerializer):
    """A change of a lead; ``version`` (or ``If-Match``) is what the caller read."""

    version = serializers.IntegerField(min_value=1, required=False)

    class Meta(LeadSerializer.Meta):
        read_only_fields = tuple(name for name in _READ_ONLY if name != "version")


class ContributionSerializer(serializers.Serializer[Any]):
    """What one question of the card gave or took."""

    key = serializers.CharField()
    group = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    points = serializers.IntegerField()
    sentence = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    """A group of questions: its points, and where they lie between its worst (0) and its best (100)."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    points = serializers.IntegerField()
    score = serializers.IntegerField()
    questions = serializers.IntegerField()


class DifferenceSerializer(serializers.Serializer[Any]):
    """One answer that changed the score last."""

    points = serializers.IntegerField()
    sentence = serializers.CharField()


class ScoreSerializer(serializers.Serializer[Any]):
    """A score with its reasons: base + contributions = total; a learned card makes it a chance."""

    value = serializers.IntegerField(allow_null=True)
    previous = serializers.IntegerField(allow_null=True)
    scored_at = serializers.DateTimeField(allow_null=True)
    card_version = serializers.IntegerField(allow_null=True)
    is_learned = serializers.BooleanField()
    base = serializers.IntegerField()
    total = serializers.IntegerField()
    would_be = serializers.IntegerField()
    contributions = ContributionSerializer(many=True)
    groups = GroupSerializer(many=True)
    difference = DifferenceSerializer(many=True)


class StepSerializer(serializers.Serializer[Any]):
    """One question of the qualification tree and the answer."""

    node = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()


class ProspectSerializer(serializers.ModelSerializer[Prospect]):
    """A lead inside one campaign, with the path of its decision."""

    steps = serializers.SerializerMethodField()
    campaign_name = serializers.CharField(source="campaign.name", read_only=True)

    class Meta:
        model = Prospect
        fields = (
            "id", "campaign", "campaign_name", "stage", "score", "path", "steps", "owner", "created_at",
            "scored_at", "decided_at", "replied_at",
        )  # fmt: skip

    def get_steps(self, prospect: Prospect) -> list[dict[str, str]]:
        """Return the decision in words."""
        steps = self.context.get("steps", {}).get(prospect.pk, [])
        return [dict(StepSerializer(step).data) for step in steps]


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """One entry of the timeline."""

    class Meta:
        model = Activity
        fields = ("id", "kind", "channel", "summary", "data", "campaign_id", "actor", "occurred_at")


class ReachSerializer(serializers.Serializer[Any]):
    """The channels on which a person may not be contacted, each with the reason."""

    blocked = serializers.DictField(child=serializers.CharField())


class OverrideSerializer(StrictSerializer):
    """A decision by hand."""

    campaign = serializers.IntegerField(min_value=1)
    decision = serializers.ChoiceField(choices=["qualified", "rejected"])
    reason = serializers.CharField(max_length=250)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class LeadAssignSerializer(StrictSerializer):
    """To whom a lead goes; nobody puts it back into the pool."""

    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True), allow_null=True)


class SuppressSerializer(StrictSerializer):
    """Why nobody may write to a person any more."""

    reason = serializers.CharField(max_length=40)
    channel = serializers.CharField(max_length=20, allow_blank=True, default="")
    evidence = serializers.CharField(max_length=2000, allow_blank=True, default="")
