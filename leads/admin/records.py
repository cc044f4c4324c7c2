"""Settings pages of keys, merges, forms, research, orders and everything else that is mostly read."""

from typing import Any

from django.contrib import admin

from campaigns.admin.base import HouseAdmin, ReadingAdmin
from leads import models


@admin.register(models.CustomField)
class CustomFieldAdmin(HouseAdmin):
    """Fields of the house's own. A key in use is never renamed: rules and tokens name it."""

    list_display = ("label", "entity", "key", "kind", "position", "is_archived")
    list_filter = ("entity", "kind", "is_archived")
    search_fields = ("label", "key")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        """Leave key, kind and place of an existing field as they are."""
        return ("created_at", *(("key", "kind", "entity") if obj else ()))


@admin.register(models.WebForm)
class WebFormAdmin(HouseAdmin):
    """Web forms."""

    list_display = ("name", "key", "campaign", "team", "is_active")
    list_filter = ("is_active", "team")
    search_fields = ("name", "key")
    readonly_fields = ("key", "created_at")
    autocomplete_fields = ("campaign", "owner", "team")


@admin.register(models.ProviderState)
class ProviderStateAdmin(HouseAdmin):
    """How providers are doing; an administrator sets a stopped one to work again."""

    list_display = ("name", "status", "reason", "until", "credits_left", "cache_hits", "cache_misses")
    readonly_fields = ("name", "failures", "credits_left", "cache_hits", "cache_misses", "changed_at")


READ = {
    models.Attachment: ("name", "lead", "company", "size", "added_by", "added_at"),
    models.BulkAction: ("verb", "sentence", "status", "total", "cursor", "owner", "created_at"),
    models.BulkTarget: ("action", "lead", "is_done"),
    models.ColumnMapping: ("fingerprint", "team", "used_at"),
    models.Erasure: ("lead_id", "reason", "by", "erased_at"),
    models.FactSource: ("lead", "field", "source", "reference", "at"),
    models.ImportedCompany: ("job", "company", "is_new"),
    models.LeadKey: ("kind", "value", "lead", "is_shared", "source", "last_seen_at"),
    models.MatchCandidate: ("left", "right", "probability", "rule", "status", "found_at"),
    models.Mention: ("user", "note", "seen_at"),
    models.Merge: ("kept", "gone", "how", "by", "merged_at", "undone_at"),
    models.ProviderOrder: ("provider", "operation", "campaign", "status", "units", "created_at"),
    models.ResearchReport: ("lead", "company", "status", "reader", "cost", "finished_at"),
    models.SavedView: ("name", "page", "owner", "is_shared"),
    models.Snapshot: ("segment", "campaign", "count", "taken_at"),
    models.SnapshotLead: ("snapshot", "lead"),
    models.Submission: ("form", "status", "lead", "received_at"),
    models.Tag: ("__str__",),
    models.MatchRun: ("__str__",),
    models.Tombstone: ("kind", "digest", "erasure"),
}
for model, columns in READ.items():
    admin.register(model)(type(f"{model.__name__}Admin", (ReadingAdmin,), {"list_display": columns}))
