"""Settings pages of the fourth floor."""

from django.contrib import admin

from campaigns.admin.base import ReadingAdmin
from conversations.models import Conversation, Turn


@admin.register(Conversation)
class ConversationAdmin(ReadingAdmin):
    """Everything said with one customer in one campaign."""

    page = "conversations:thread"
    list_display = (
        "subject",
        "lead",
        "campaign",
        "status",
        "assignee",
        "intent",
        "turns_count",
        "last_turn_at",
    )
    list_filter = ("status", "channel", "intent", "sentiment")
    search_fields = ("subject", "lead__last_name", "lead__email")
    list_select_related = ("lead", "campaign", "assignee")


@admin.register(Turn)
class TurnAdmin(ReadingAdmin):
    """What was said, one after the other."""

    page, page_key = "conversations:thread", "conversation_id"
    list_display = ("conversation", "number", "author", "channel", "intent", "sentiment", "said_at")
    list_filter = ("author", "channel", "intent")
    search_fields = ("body",)
    list_select_related = ("conversation",)
