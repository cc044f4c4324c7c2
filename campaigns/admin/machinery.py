"""What the machine keeps for itself, to look at when something seems odd."""

from django.contrib import admin

from campaigns.admin.base import ReadingAdmin
from campaigns.models import (
    AuditEntry,
    CacheEntry,
    IdempotencyKey,
    JobSlot,
    JobState,
    ModelVersion,
    Prediction,
    TokenBucket,
)


@admin.register(AuditEntry)
class AuditAdmin(ReadingAdmin):
    """Who did what, when and why."""

    list_display = ("occurred_at", "actor", "verb", "object_type", "object_id", "reason")
    list_filter = ("verb", "object_type")
    search_fields = ("actor__username", "reason", "object_id")
    list_select_related = ("actor",)
    date_hierarchy = "occurred_at"


@admin.register(CacheEntry)
class CacheAdmin(ReadingAdmin):
    """Answers of outside services that are still good, and how often they saved a call."""

    list_display = ("provider", "key", "hits", "expires_at")
    list_filter = ("provider",)
    search_fields = ("key",)


@admin.register(TokenBucket)
class BucketAdmin(ReadingAdmin):
    """How many calls each service still allows."""

    list_display = ("name", "tokens", "capacity", "per_second", "refilled_at")


@admin.register(IdempotencyKey)
class RepeatAdmin(ReadingAdmin):
    """Keyed requests of the last day."""

    list_display = ("created_at", "actor", "path", "status")
    list_filter = ("status",)
    search_fields = ("key", "path", "actor__username")
    list_select_related = ("actor",)
    exclude = ("answer",)


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadingAdmin):
    """Trained models; promoted and retired on their own page."""

    list_display = ("kind", "scope", "version", "algorithm", "status", "row_count", "created_at")
    list_filter = ("kind", "status")


@admin.register(Prediction)
class PredictionAdmin(ReadingAdmin):
    """What models said."""

    list_display = ("version", "subject_id", "value", "outcome", "made_at")


@admin.register(JobSlot)
class JobSlotAdmin(ReadingAdmin):
    """Due moments of schedules."""

    list_display = ("job", "slot_at", "status", "run_id", "note", "taken_at")
    list_filter = ("status",)
    search_fields = ("job",)


@admin.register(JobState)
class JobStateAdmin(ReadingAdmin):
    """How periodic jobs are doing."""

    list_display = ("name", "last_at", "last_seconds", "handled", "failures", "last_error")
