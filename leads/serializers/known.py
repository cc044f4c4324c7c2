"""Notes, files, the timeline and the house's own fields as the API says them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from campaigns.services import masking
from campaigns.services.access import StrictSerializer
from leads.models import Activity, Attachment, CustomField, Note
from leads.services.known import notes


class NoteSerializer(serializers.ModelSerializer[Note]):
    """A note with whom it names."""

    mentions = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = (
            "id",
            "lead",
            "company",
            "author",
            "body",
            "mentions",
            "created_at",
            "edited_at",
            "pinned_at",
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_mentions(self, note: Note) -> list[str]:
        """Return the names by which colleagues sign in."""
        return [mention.user.username for mention in note.mentions.all()]


class NoteInSerializer(StrictSerializer):
    """What a new note says; ``@name`` tells a colleague who may see the page."""

    body = serializers.CharField(max_length=notes.LONGEST)


class FileSerializer(serializers.ModelSerializer[Attachment]):
    """A kept file; ``content`` is where its bytes are handed out."""

    content = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = (
            "id", "lead", "company", "name", "size", "content_type", "sha256", "added_by", "added_at",
            "content",
        )  # fmt: skip

    @extend_schema_field(serializers.URLField())
    def get_content(self, file: Attachment) -> str:
        """Return the address of the bytes."""
        return str(reverse("file-content", args=[file.pk], request=self.context.get("request")))


class FileInSerializer(StrictSerializer):
    """A file on its way in, 10 MB at most."""

    file = serializers.FileField()


class StorySerializer(serializers.ModelSerializer[Activity]):
    """One entry of the timeline; analysts get no addresses."""

    class Meta:
        model = Activity
        fields = ("id", "lead", "kind", "channel", "summary", "data", "campaign_id", "actor", "occurred_at")

    def to_representation(self, row: Activity) -> dict[str, Any]:
        """Return the entry as the caller may see it."""
        shown: dict[str, Any] = super().to_representation(row)
        request = self.context.get("request")
        if request is not None and masking.is_masked_for(request.user):
            shown["summary"] = masking.text_for(request.user, row.summary)
            shown["data"] = masking.inside(request.user, row.data)
        return shown


class AskedSerializer(StrictSerializer):
    """What of a timeline is asked for."""

    channel = serializers.CharField(max_length=20, required=False, default="")
    kind = serializers.CharField(max_length=30, required=False, default="")
    who = serializers.ChoiceField(choices=["person", "lead", "system"], required=False, default="")
    campaign = serializers.IntegerField(min_value=1, max_value=2**53, required=False, default=None)
    find = serializers.CharField(max_length=80, required=False, default="")
    after = serializers.CharField(max_length=80, required=False, default="")


class TimelineSerializer(serializers.Serializer[Any]):
    """One page of a timeline, newest first; ``after`` asks for the older ones, empty at the end."""

    results = StorySerializer(many=True)
    after = serializers.CharField()


class CustomFieldSerializer(StrictSerializer, serializers.ModelSerializer[CustomField]):
    """One own field; its key and type stay as they were made."""

    choices = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)

    class Meta:
        model = CustomField
        fields = (
            "id", "entity", "key", "label", "kind", "choices", "help_text", "position", "is_archived",
            "created_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = ("position", "is_archived", "created_at")
        validators: list[Any] = []
        extra_kwargs = {"key": {"required": False, "default": ""}}


class CustomFieldPatchSerializer(CustomFieldSerializer):
    """A change of an own field."""

    class Meta(CustomFieldSerializer.Meta):
        read_only_fields = ("entity", "key", "kind", "position", "created_at")
