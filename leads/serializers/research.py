"""Research as the API says it."""

from rest_framework import serializers

from campaigns.services.access import StrictSerializer
from leads.models import ResearchReport
from leads.services.research.claims import CERTAINTIES, SECTIONS


class ClaimSerializer(serializers.Serializer[dict[str, str]]):
    """One thing a website says, with the words it was taken from."""

    section = serializers.ChoiceField(choices=list(SECTIONS))
    text = serializers.CharField()
    quote = serializers.CharField(help_text="Stands word for word on the page at «source».")
    source = serializers.URLField()  # type: ignore[assignment]
    seen_at = serializers.DateTimeField()
    certainty = serializers.ChoiceField(choices=list(CERTAINTIES))
    date = serializers.CharField(allow_blank=True, help_text="The day of a piece of news, else empty.")


class VisitedPageSerializer(serializers.Serializer[dict[str, str]]):
    """A page that was visited, or why it was not."""

    url = serializers.URLField()
    title = serializers.CharField(allow_blank=True)
    fetched_at = serializers.CharField(allow_blank=True)
    status = serializers.CharField(help_text="«read», or the reason in words.")


class ReportSerializer(serializers.ModelSerializer[ResearchReport]):
    """A piece of research: where the work stands, and what was found."""

    claims = ClaimSerializer(many=True, read_only=True)
    pages = VisitedPageSerializer(many=True, read_only=True)

    class Meta:
        model = ResearchReport
        fields = (
            "id", "lead", "company", "campaign_id", "status", "summary", "claims", "pages", "reader", "error",
            "cost", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class ResearchAskSerializer(StrictSerializer):
    """Ask for research; without «again» a report that is not old yet is answered instead."""

    again = serializers.BooleanField(default=False)
