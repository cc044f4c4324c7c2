"""Settings pages of the top floor."""

from django.contrib import admin

from analytics.models import Recommendation
from campaigns.admin.base import ReadingAdmin


@admin.register(Recommendation)
class RecommendationAdmin(ReadingAdmin):
    """What the figures say should change, and what became of it."""

    page, page_key = "campaigns:campaign", "campaign_id"
    list_display = (
        "title",
        "campaign",
        "action",
        "priority",
        "status",
        "sample_size",
        "decided_by",
        "created_at",
    )
    list_filter = ("status", "priority", "action")
    search_fields = ("title", "campaign__name")
    list_select_related = ("campaign", "decided_by")
