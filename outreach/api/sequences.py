"""Sequences: make one, edit its draft, publish, preview, move people."""

from collections.abc import Mapping
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from campaigns import clock
from campaigns.services.access import ScopedQuerysetMixin, actor, asked, checked
from leads.models import Lead
from outreach.filters import SequenceFilter
from outreach.models import Sequence
from outreach.serializers import sequences as shapes
from outreach.services import editing, enrollments, sequences, versions
from outreach.services.sequences import StepDraft, TextDraft

READ, SEND = "messages:read", "messages:send"


class SequenceViewSet(ScopedQuerysetMixin, mixins.CreateModelMixin, ReadOnlyModelViewSet[Sequence]):
    """What we say over days; a draft is edited, a published version never changes."""

    queryset = Sequence.objects.prefetch_related("versions")
    serializer_class = shapes.SequenceSerializer
    filterset_class = SequenceFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": SEND, "PUT": SEND, "DELETE": SEND}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a sequence with an empty draft."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = sequences.create(steps=(), by=actor(request), **form.validated_data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(responses=shapes.StepsSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def steps(self, request: Request, pk: str) -> Response:
        """List the steps of the draft, or of the version in use when there is no draft."""
        version = versions.newest(self.get_object())
        found = sequences.drafts_of(version) if version else []
        return Response(shapes.StepsSerializer({"steps": found}).data)

    @extend_schema(request=shapes.StepsSerializer, responses=shapes.StepsSerializer)
    @steps.mapping.put
    def replace_steps(self, request: Request, pk: str) -> Response:
        """Replace all steps of the draft."""
        values = checked(shapes.StepsSerializer, request.data)
        steps = [_step(step) for step in values["steps"]]
        version = editing.replace_steps(self.get_object(), steps, actor(request))
        return Response(shapes.StepsSerializer({"steps": sequences.drafts_of(version)}).data)

    @extend_schema(request=None, responses=shapes.VersionSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Freeze the draft; new people get it from now on."""
        version = versions.publish(versions.draft(self.get_object(), actor(request)), actor(request))
        return Response(shapes.VersionSerializer(version).data)

    @extend_schema(parameters=[shapes.PreviewQuery], responses=shapes.PreviewSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def preview(self, request: Request, pk: str) -> Response:
        """Show every step as one person would get it."""
        person = asked(shapes.PreviewQuery, request)["lead"]
        lead = get_object_or_404(Lead.objects.visible_to(actor(request)).select_related("company"), pk=person)
        version = versions.newest(self.get_object())
        found = sequences.preview(version, lead, clock.now()) if version else []
        return Response(shapes.PreviewSerializer(found, many=True).data)

    @extend_schema(responses=shapes.MigrationSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def migration(self, request: Request, pk: str) -> Response:
        """Count who would move to the newest published version."""
        return Response(enrollments.migration_preview(versions.required(self.get_object())))

    @extend_schema(request=None, responses=shapes.MigrationSerializer)
    @migration.mapping.post
    def migrate(self, request: Request, pk: str) -> Response:
        """Move people to the newest published version."""
        version = versions.required(self.get_object())
        counted = enrollments.migration_preview(version)
        return Response({**counted, "moving": enrollments.migrate(version, clock.now())})


def _step(values: Mapping[str, Any]) -> StepDraft:
    texts = {tone: TextDraft(**text) for tone, text in values["texts"].items()}
    return StepDraft(**{**values, "texts": texts})
