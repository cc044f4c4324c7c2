"""Exports: leads as a file, within what a person may take out at once."""

from typing import Any

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from leads.models import Lead, Segment
from leads.serializers import work as shapes
from leads.services import segments
from leads.services.transfer import exports, outgoing


class ExportViewSet(ScopedQuerysetMixin, GenericViewSet[Lead]):
    """Lists of leads as CSV, Excel workbook or JSON Lines."""

    queryset = Lead.objects.all()
    serializer_class = shapes.ExportAskedSerializer
    filterset_class = None
    pagination_class = None
    required_scopes = {"GET": "leads:read"}

    @extend_schema(
        parameters=[shapes.ExportAskedSerializer],
        responses={(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in exports.TYPES.values()},
    )
    def list(self, request: Request) -> StreamingHttpResponse:
        """Return leads as a file; every export is written down with who, how many and which columns."""
        facts = checked(shapes.ExportAskedSerializer, request.query_params.dict())
        person = actor(request)
        segment = _segment(facts["segment"], person) if facts["segment"] else None
        columns = [name.strip() for name in facts["columns"].split(",")] if facts["columns"] else None
        chosen = segments.queryset(segment.criteria) if segment else Lead.objects.all()
        export = outgoing.ask(chosen.current(), person, facts["kind"], columns, segment)
        answer = StreamingHttpResponse(export.chunks(), content_type=export.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
        return answer


def _segment(number: int, person: Any) -> Segment:
    found: Segment = get_object_or_404(segments.visible_to(person), pk=number)
    return found
