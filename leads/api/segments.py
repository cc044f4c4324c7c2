"""Segments: saved criteria, counted, listed, explained, kept as snapshots."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from campaigns.models import Campaign
from campaigns.services.access import actor, checked
from campaigns.services.idempotency import IdempotentMixin
from leads.filters import SegmentFilter, SnapshotFilter
from leads.models import Lead, Segment, Snapshot
from leads.serializers import grouped as shapes
from leads.serializers.lead import LeadSerializer
from leads.services import segments
from leads.services.grouped import snapshots
from leads.services.grouped.why import explain

READ, WRITE = "leads:read", "leads:write"
SCOPES = {"GET": READ, "POST": WRITE, "PATCH": WRITE, "PUT": WRITE, "DELETE": WRITE}
LEAD = OpenApiParameter("lead", OpenApiTypes.INT64, required=True, description="The person asked about.")
IDS = 1000


class SegmentViewSet(IdempotentMixin, ModelViewSet[Segment]):
    """Saved criteria: those shared with one's team or the house, and one's own."""

    queryset = Segment.objects.all()
    serializer_class = shapes.SegmentSerializer
    filterset_class = SegmentFilter
    lookup_value_regex = r"\d+"
    required_scopes = SCOPES
    required_perms: Mapping[str, str] = {}

    def get_queryset(self) -> QuerySet[Segment]:
        """Return the segments this caller may use, or change."""
        person = actor(self.request)
        if not person.is_authenticated:
            return Segment.objects.none()
        changes = self.request.method in ("PUT", "PATCH", "DELETE")
        return segments.changeable_by(person) if changes else segments.visible_to(person)

    def perform_create(self, serializer: Any) -> None:
        """A segment belongs to whoever made it, and to their team when it is shared."""
        person = actor(self.request)
        serializer.save(owner=person, team=person.team)

    @extend_schema(responses=shapes.CountSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def count(self, request: Request, pk: str) -> Response:
        """Count the leads of a segment that the caller may see."""
        return Response({"count": segments.count(self.get_object().criteria, actor(request))})

    @extend_schema(request=shapes.CriteriaSerializer, responses=shapes.CountSerializer)
    @action(
        detail=False, methods=["post"], url_path="count", filterset_class=None, pagination_class=None,
        required_scopes={"POST": READ}, required_perms={"POST": "leads.view_segment"},
    )  # fmt: skip
    def count_criteria(self, request: Request) -> Response:
        """Count the leads that criteria mean, before they are saved."""
        criteria = checked(shapes.CriteriaSerializer, request.data)["criteria"]
        return Response({"count": segments.count(criteria, actor(request))})

    @extend_schema(responses=LeadSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def members(self, request: Request, pk: str) -> Response:
        """List the leads of a segment that the caller may see, the newest first."""
        found = segments.queryset(self.get_object().criteria).visible_to(actor(request))
        page: Any = self.paginate_queryset(found.select_related("company", "score"))  # type: ignore[arg-type]
        shown = LeadSerializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @extend_schema(parameters=[LEAD], responses=shapes.PartSerializer)
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def why(self, request: Request, pk: str) -> Response:
        """Say of every part of the criteria whether it holds for one person, and what is really there."""
        number = request.query_params.get("lead", "")
        if not number.isdigit() or len(number) > 18:
            raise ValidationError({"lead": ["Give the number of a lead."]})
        lead = get_object_or_404(Lead.objects.visible_to(actor(request)), pk=int(number))
        return Response(shapes.PartSerializer(explain(lead, self.get_object().criteria)).data)

    @extend_schema(responses=shapes.SnapshotSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def snapshots(self, request: Request, pk: str) -> Response:
        """List the snapshots of a segment, the newest first."""
        page: Any = self.paginate_queryset(self.get_object().snapshots.all())  # type: ignore[arg-type]
        return self.get_paginated_response(shapes.SnapshotSerializer(page, many=True).data)

    @extend_schema(request=None, responses={201: shapes.SnapshotSerializer})
    @snapshots.mapping.post
    def take_snapshot(self, request: Request, pk: str) -> Response:
        """Keep who is in a segment now, of those the caller may see."""
        made = snapshots.take(self.get_object(), actor(request))
        return Response(shapes.SnapshotSerializer(made).data, status=201)


class SnapshotViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Snapshot]):
    """Who was in a segment at one moment."""

    queryset = Snapshot.objects.all()
    serializer_class = shapes.SnapshotSerializer
    filterset_class = SnapshotFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ}
    required_perms = {"GET": "leads.view_segment"}

    def get_queryset(self) -> QuerySet[Snapshot]:
        """Return snapshots of segments or campaigns this caller may see."""
        person = actor(self.request)
        if not person.is_authenticated:
            return Snapshot.objects.none()
        of_segments = Snapshot.objects.filter(segment__in=segments.visible_to(person))
        return of_segments | Snapshot.objects.filter(campaign__in=Campaign.objects.visible_to(person))

    @extend_schema(responses=LeadSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def members(self, request: Request, pk: str) -> Response:
        """List who was in it, of those the caller may see."""
        found = snapshots.members(self.get_object()).visible_to(actor(request))
        page: Any = self.paginate_queryset(found.select_related("company", "score"))  # type: ignore[arg-type]
        shown = LeadSerializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @extend_schema(responses=shapes.ComparisonSerializer)
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def compare(self, request: Request, pk: str) -> Response:
        """Say who joined and who left since."""
        snapshot = self.get_object()
        change = snapshots.compare(snapshot, actor(request))
        joined, left = (
            rows.order_by("-id").values_list("id", flat=True) for rows in (change.joined, change.left)
        )
        facts = {
            "then": snapshot.count, "stayed": change.stayed, "joined": joined.count(), "left": left.count(),
            "joined_ids": list(joined[:IDS]), "left_ids": list(left[:IDS]),
        }  # fmt: skip
        return Response(shapes.ComparisonSerializer(facts).data)
