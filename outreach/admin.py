"""Settings pages of the third floor."""

from django.contrib import admin

from campaigns.admin.base import HouseAdmin, KeptAdmin, ReadingAdmin
from outreach.models import (
    Enrollment,
    Event,
    Link,
    Message,
    RawDelivery,
    RoutingDecision,
    Sender,
    Sequence,
    SequenceVersion,
    Step,
    Tally,
    Variant,
)


@admin.register(Sender)
class SenderAdmin(HouseAdmin):
    """Mailboxes that messages leave from, with their caps."""

    list_display = ("name", "email", "reply_domain", "daily_cap", "hourly_cap", "is_active", "rested_until")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    readonly_fields = ("created_at",)


@admin.register(Sequence)
class SequenceAdmin(KeptAdmin):
    """Plans of steps; whom they fit and what they say is edited on their own page."""

    page = "outreach:sequence"
    list_display = ("name", "campaign", "exclusivity", "capacity", "is_active", "created_at")
    list_filter = ("is_active", "exclusivity")
    search_fields = ("name", "campaign__name")
    list_select_related = ("campaign",)
    readonly_fields = ("campaign", "match", "created_by", "created_at")


@admin.register(SequenceVersion)
class VersionAdmin(ReadingAdmin):
    """States of sequences; published ones are frozen."""

    page, page_key = "outreach:sequence", "sequence_id"
    list_display = ("sequence", "number", "published_at", "created_by")
    search_fields = ("sequence__name",)
    list_select_related = ("sequence", "created_by")


@admin.register(Step)
class StepAdmin(ReadingAdmin):
    """Steps of versions."""

    list_display = ("version", "position", "name", "channel", "delay_hours", "window_start", "window_end")
    list_filter = ("channel", "business_days")
    search_fields = ("name", "version__sequence__name")
    list_select_related = ("version__sequence",)


@admin.register(Variant)
class VariantAdmin(ReadingAdmin):
    """Texts in three tones."""

    list_display = ("step", "tone", "subject", "weight", "written_by", "approved_at")
    list_filter = ("tone", "written_by")
    search_fields = ("subject", "body")
    list_select_related = ("step",)


@admin.register(Enrollment)
class EnrollmentAdmin(ReadingAdmin):
    """People on their way through sequences."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("lead", "version", "campaign", "status", "stop_reason", "position", "due_at", "sender")
    list_filter = ("status", "stop_reason")
    search_fields = ("lead__last_name", "lead__email", "campaign__name")
    list_select_related = ("lead", "version__sequence", "campaign", "sender")


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(ReadingAdmin):
    """Why a prospect got a sequence and an owner, or did not."""

    list_display = ("decided_at", "prospect", "rule", "sequence", "owner", "reason")
    list_filter = ("rule",)
    list_select_related = ("prospect__lead", "prospect__campaign", "sequence", "owner")


@admin.register(Message)
class MessageAdmin(ReadingAdmin):
    """Messages: queue, claim and receipt in one row."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("subject", "lead", "campaign", "channel", "status", "reason", "due_at", "sent_at")
    list_filter = ("status", "channel", "provider")
    search_fields = ("uid", "provider_id", "to_address", "subject")
    list_select_related = ("lead", "campaign")


@admin.register(Event)
class EventAdmin(ReadingAdmin):
    """What became of messages, as reported from outside."""

    list_display = ("occurred_at", "kind", "message", "provider", "origin", "origin_reason")
    list_filter = ("kind", "provider", "origin")
    search_fields = ("provider_event_id", "message__uid")
    list_select_related = ("message",)


@admin.register(Tally)
class TallyAdmin(ReadingAdmin):
    """Counters folded from events."""

    list_display = (
        "day",
        "campaign_id",
        "step_id",
        "variant_id",
        "sent",
        "delivered",
        "opened",
        "clicked",
        "replied",
    )
    date_hierarchy = "day"


@admin.register(RawDelivery)
class RawDeliveryAdmin(ReadingAdmin):
    """Calls at our doors as they came."""

    list_display = ("received_at", "provider", "kind", "status", "attempts", "error", "processed_at")
    list_filter = ("status", "kind", "provider")
    search_fields = ("key", "error")


@admin.register(Link)
class LinkAdmin(ReadingAdmin):
    """Click targets."""

    list_display = ("url", "digest")
    search_fields = ("url",)
