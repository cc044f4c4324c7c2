"""Filters of the third floor's lists."""

import django_filters as filters

from outreach.models import Message, MessageStatus, Sender, Sequence


class MessageFilter(filters.FilterSet):  # type: ignore[misc]
    """Messages by state, person, step and time."""

    status = filters.MultipleChoiceFilter(choices=MessageStatus.choices)
    since = filters.IsoDateTimeFilter(field_name="sent_at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="sent_at", lookup_expr="lt")

    class Meta:
        model = Message
        fields = ("campaign", "lead", "step", "tone", "channel")


class CampaignMessageFilter(MessageFilter):
    """Messages of one campaign."""

    class Meta:
        model = Message
        fields = ("lead", "step", "tone", "channel")


class SequenceFilter(filters.FilterSet):  # type: ignore[misc]
    """Sequences by campaign and words in the name."""

    search = filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = Sequence
        fields = ("campaign", "is_active", "exclusivity")


class SenderFilter(filters.FilterSet):  # type: ignore[misc]
    """Senders in use or not."""

    class Meta:
        model = Sender
        fields = ("is_active",)
