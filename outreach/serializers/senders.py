"""Shape of a sender."""

from rest_framework import serializers

from campaigns.services.access import StrictSerializer
from outreach.models import Sender


class SenderSerializer(StrictSerializer, serializers.ModelSerializer[Sender]):
    """A mailbox with its limits."""

    class Meta:
        model = Sender
        fields = ("id", "name", "email", "reply_domain", "signature", "daily_cap", "hourly_cap",
                  "ramp_started_at", "is_active", "rested_until", "created_at")  # fmt: skip
        read_only_fields = ("rested_until", "created_at")

    def validate_name(self, name: str) -> str:
        """A name stands in a header, so it is one line."""
        if not name.isprintable():
            raise serializers.ValidationError("The name must be one line of printable characters.")
        return name
