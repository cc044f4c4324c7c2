"""Filters of the leads' lists: every parameter has a name here, and any other is refused."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from leads.models import (
    BulkAction,
    Company,
    Deal,
    DealStage,
    ImportJob,
    Lead,
    Lifecycle,
    MatchCandidate,
    Merge,
    Segment,
    Snapshot,
    Suppression,
    Task,
    TaskStatus,
)
from leads.services import segments


class DuplicateFilter(filters.FilterSet):  # type: ignore[misc]
    """Questions by state and by the person they are about; without a state, those still open."""

    status = filters.ChoiceFilter(choices=MatchCandidate.Status.choices)
    lead = filters.NumberFilter(method="about")

    def filter_queryset(self, queryset: QuerySet[MatchCandidate]) -> QuerySet[MatchCandidate]:
        """Leave out what is answered, unless it is asked for."""
        found: QuerySet[MatchCandidate] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.open()  # type: ignore[attr-defined]

    def about(self, rows: Any, name: str, value: Any) -> Any:
        """Keep the questions about one record."""
        return rows.filter(Q(left=value) | Q(right=value))


class MergeFilter(filters.FilterSet):  # type: ignore[misc]
    """Merges by survivor, by the record that joined, and whether they still hold."""

    is_undone = filters.BooleanFilter(field_name="undone_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Merge
        fields = ("kept", "gone", "how")


class LeadFilter(filters.FilterSet):  # type: ignore[misc]
    """Leads by words, owner, life, score, segment, campaign and import."""

    search = filters.CharFilter(method="by_words")
    lifecycle = filters.MultipleChoiceFilter(choices=Lifecycle.choices)
    min_score = filters.NumberFilter(field_name="score__value", lookup_expr="gte")
    max_score = filters.NumberFilter(field_name="score__value", lookup_expr="lte")
    segment = filters.NumberFilter(method="by_segment")
    campaign = filters.NumberFilter(field_name="prospects__campaign_id")
    stage = filters.CharFilter(field_name="prospects__stage")
    imported_by = filters.NumberFilter(field_name="imported_by__job_id")
    email = filters.CharFilter(field_name="email_key", lookup_expr="iexact")
    created_after = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = Lead
        fields = ("owner", "team", "company", "source", "origin", "country", "external_id", "do_not_email")

    def filter_queryset(self, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        """Join a lead's prospects once, so that campaign and stage mean the same prospect."""
        named = self.form.cleaned_data
        wanted = {name: named[name] for name in ("campaign", "stage") if named.get(name)}
        if len(wanted) == 2:
            queryset = queryset.filter(
                prospects__campaign_id=wanted["campaign"], prospects__stage=wanted["stage"]
            )
            self.form.cleaned_data = {**named, "campaign": None, "stage": ""}
        found: QuerySet[Lead] = super().filter_queryset(queryset)
        return found.distinct() if wanted.keys() == {"stage"} else found

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        """Find every word in name, address, title or company."""
        return rows.search(value)

    def by_segment(self, rows: Any, name: str, value: Any) -> Any:
        """Keep the leads of a segment that the caller may use."""
        segment = segments.visible_to(self.request.user).filter(pk=value).first()
        return (
            rows.filter(pk__in=segments.queryset(segment.criteria).values("pk")) if segment else rows.none()
        )


class SuppressionFilter(filters.FilterSet):  # type: ignore[misc]
    """Entries of the suppression list by value, level and channel, in force or lifted."""

    search = filters.CharFilter(field_name="value", lookup_expr="icontains")
    lifted = filters.BooleanFilter(field_name="lifted_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Suppression
        fields = ("level", "channel", "reason")


class CompanyFilter(filters.FilterSet):  # type: ignore[misc]
    """Companies by name, domain, branch, size and place."""

    search = filters.CharFilter(field_name="name", lookup_expr="icontains")
    min_employees = filters.NumberFilter(field_name="employees", lookup_expr="gte")
    max_employees = filters.NumberFilter(field_name="employees", lookup_expr="lte")

    class Meta:
        model = Company
        fields = ("domain", "industry", "country", "city")


class ImportFilter(filters.FilterSet):  # type: ignore[misc]
    """Imports by state."""

    status = filters.MultipleChoiceFilter(choices=ImportJob.Status.choices)

    class Meta:
        model = ImportJob
        fields = ("sha256",)


class SegmentFilter(filters.FilterSet):  # type: ignore[misc]
    """Segments by name."""

    search = filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = Segment
        fields = ("is_shared", "is_pinned")


class SnapshotFilter(filters.FilterSet):  # type: ignore[misc]
    """Snapshots by what they were taken of."""

    class Meta:
        model = Snapshot
        fields = ("segment", "campaign")


class BulkActionFilter(filters.FilterSet):  # type: ignore[misc]
    """Acts on many by state, kind and person."""

    status = filters.MultipleChoiceFilter(choices=BulkAction.Status.choices)

    class Meta:
        model = BulkAction
        fields = ("verb", "owner")


class TaskFilter(filters.FilterSet):  # type: ignore[misc]
    """Tasks by state, person and time."""

    status = filters.MultipleChoiceFilter(choices=TaskStatus.choices)
    due_before = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Task
        fields = ("owner", "lead", "kind", "priority")


class DealFilter(filters.FilterSet):  # type: ignore[misc]
    """Deals by stage, person and campaign."""

    stage = filters.MultipleChoiceFilter(choices=DealStage.choices)

    class Meta:
        model = Deal
        fields = ("owner", "lead", "campaign")
