"""Settings pages of the second floor."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.admin.base import HouseAdmin, KeptAdmin, ReadingAdmin, staff
from leads.models import (
    Activity,
    Company,
    Consent,
    Deal,
    ImportedLead,
    ImportJob,
    Lead,
    LeadScore,
    Note,
    Override,
    Prospect,
    RowProblem,
    Rule,
    Segment,
    Suppression,
    Task,
)
from leads.services import contactability


@admin.register(Lead)
class LeadAdmin(KeptAdmin):
    """People. Keys, state and history follow from the product's own doors."""

    page = "leads:lead"
    list_display = ("name", "email", "title", "company", "lifecycle", "owner", "team", "created_at")
    list_filter = ("lifecycle", "team", "email_status", "source")
    search_fields = ("first_name", "last_name", "email", "company__name")
    list_select_related = ("company", "owner", "team")
    autocomplete_fields = ("company", "owner", "team")
    readonly_fields = (
        "email", "email_key", "email_status", "phone", "linkedin_url", "linkedin_key", "lifecycle", "source",
        "origin", "external_id", "do_not_email", "do_not_call", "last_contacted_at", "last_engaged_at",
        "merged_into", "version", "created_at", "updated_at",
    )  # fmt: skip


@admin.register(Company)
class CompanyAdmin(KeptAdmin):
    """Companies."""

    page = "leads:company"
    list_display = ("name", "domain", "industry", "employees", "city", "country")
    list_filter = ("industry", "country")
    search_fields = ("name", "domain")
    readonly_fields = ("name_key", "domain", "source", "created_at")


@admin.register(Prospect)
class ProspectAdmin(ReadingAdmin):
    """Leads inside campaigns."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("lead", "campaign", "stage", "score", "owner", "scored_at", "decided_at", "replied_at")
    list_filter = ("stage",)
    search_fields = ("lead__last_name", "lead__email", "campaign__name")
    list_select_related = ("lead", "campaign", "owner")


@admin.register(Deal)
class DealAdmin(ReadingAdmin):
    """Deals: their money books revenue, so they move on the product's pages."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("name", "lead", "campaign", "stage", "value", "owner", "close_date", "stage_since")
    list_filter = ("stage",)
    search_fields = ("name", "lead__last_name", "lead__email")
    list_select_related = ("lead", "campaign", "owner")


@admin.register(Task)
class TaskAdmin(ReadingAdmin):
    """What people must do."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("title", "lead", "kind", "owner", "priority", "status", "due_at")
    list_filter = ("status", "kind", "priority")
    search_fields = ("title", "lead__last_name", "owner__username")
    list_select_related = ("lead", "owner")


@admin.register(Note)
class NoteAdmin(ReadingAdmin):
    """What colleagues wrote."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("lead", "author", "body", "created_at")
    search_fields = ("body", "lead__last_name")
    list_select_related = ("lead", "author")


@admin.register(Activity)
class ActivityAdmin(ReadingAdmin):
    """The timeline of everybody."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("occurred_at", "lead", "kind", "channel", "summary", "actor")
    list_filter = ("kind", "channel")
    search_fields = ("summary", "lead__last_name", "lead__email")
    list_select_related = ("lead", "actor")


@admin.register(Rule)
class RuleAdmin(ReadingAdmin):
    """Versions of cards, trees and routing rules; a change makes a new version on its page."""

    list_display = ("name", "kind", "version", "is_active", "created_by", "created_at")
    list_filter = ("kind", "is_active")
    search_fields = ("name",)
    list_select_related = ("created_by",)


@admin.register(Override)
class OverrideAdmin(ReadingAdmin):
    """Decisions of people above the rules."""

    list_display = ("prospect", "decision", "reason", "by", "expires_at", "created_at")
    list_filter = ("decision",)
    list_select_related = ("prospect__lead", "prospect__campaign", "by")


@admin.register(LeadScore)
class LeadScoreAdmin(ReadingAdmin):
    """The latest scores."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("lead", "value", "previous", "card", "scored_at")
    list_filter = ("card",)
    search_fields = ("lead__last_name", "lead__email")
    list_select_related = ("lead", "card")


@admin.register(Segment)
class SegmentAdmin(HouseAdmin):
    """Saved criteria; they are edited on their own page, where they can be counted."""

    page = "leads:segment"
    list_display = ("name", "owner", "is_shared", "is_pinned", "created_at")
    list_filter = ("is_shared", "is_pinned")
    search_fields = ("name",)
    list_select_related = ("owner",)
    autocomplete_fields = ("owner",)
    readonly_fields = ("criteria", "created_at")


@admin.register(Suppression)
class SuppressionAdmin(ReadingAdmin):
    """Whom nobody may write to; lifting one is written down."""

    list_display = ("value", "level", "channel", "reason", "added_by", "added_at", "lifted_at")
    list_filter = ("level", "channel", "reason")
    search_fields = ("value",)
    list_select_related = ("added_by",)
    actions = ("lift",)

    @admin.action(description="Lift the selected suppressions", permissions=["lift"])
    def lift(self, request: HttpRequest, chosen: QuerySet[Suppression]) -> None:
        """Allow writing to these again."""
        lifted = sum(
            contactability.lift(row, staff(request), "lifted on the settings page") for row in chosen
        )
        messages.success(request, f"{lifted} lifted.")

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Only who may change suppressions lifts them: admins."""
        return bool(request.user.has_perm("leads.change_suppression"))


@admin.register(Consent)
class ConsentAdmin(ReadingAdmin):
    """Who allowed or refused what, with evidence."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("lead", "channel", "is_granted", "basis", "source", "recorded_at")
    list_filter = ("channel", "is_granted", "basis")
    search_fields = ("lead__last_name", "lead__email")
    list_select_related = ("lead",)


@admin.register(ImportJob)
class ImportJobAdmin(ReadingAdmin):
    """Files on their way in."""

    page = "leads:import_job"
    list_display = ("file_name", "status", "total", "created", "updated", "rejected", "owner", "created_at")
    list_filter = ("status", "format")
    search_fields = ("file_name",)
    list_select_related = ("owner",)
    exclude = ("path",)


@admin.register(RowProblem)
class RowProblemAdmin(ReadingAdmin):
    """Rows of files that were not stored, and why."""

    list_display = ("job", "line", "column", "problem", "is_fatal")
    list_filter = ("is_fatal",)
    search_fields = ("problem", "column")
    list_select_related = ("job",)


@admin.register(ImportedLead)
class ImportedLeadAdmin(ReadingAdmin):
    """Which people came with which file."""

    page, page_key = "leads:lead", "lead_id"
    list_display = ("job", "lead", "is_new")
    list_filter = ("is_new",)
    list_select_related = ("job", "lead")
