"""Imports: upload a list, look at its mapping, start it, watch it, stop it, fetch what was left out."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from leads.filters import ImportFilter
from leads.models import ImportJob
from leads.serializers import work as shapes
from leads.services import imports, rejected
from leads.services.transfer import previews, undo

READ, WRITE = "leads:read", "leads:write"
MAY_READ_ROWS = {"GET": "leads.view_rowproblem"}  # they hold addresses, which analysts must not read


class ImportViewSet(
    ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[ImportJob]
):
    """Imports of one's own (managers: of one's team); each is a resource that tells its progress."""

    queryset = ImportJob.objects.all()
    serializer_class = shapes.ImportSerializer
    filterset_class = ImportFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": WRITE}

    @extend_schema(
        request={"multipart/form-data": shapes.UploadSerializer}, responses={202: shapes.ImportSerializer}
    )
    def create(self, request: Request) -> Response:
        """Take a CSV, Excel or JSON Lines file in; it is stored in the background, watch what it becomes."""
        facts = checked(shapes.UploadSerializer, request.data)
        chosen = _mapping(facts["mapping"])
        job = imports.receive(facts["file"], facts["file"].name, actor(request), sheet=facts["sheet"])
        if facts["start"]:
            self._start(job, chosen, _modes(facts, request))
        return Response(self._told(job), status=202)

    @extend_schema(request=shapes.StartSerializer, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def start(self, request: Request, pk: str) -> Response:
        """Start an import that waits for its mapping."""
        job, facts = self.get_object(), checked(shapes.StartSerializer, request.data)
        imports.confirm(job, facts["mapping"], **_modes(facts, request))
        return Response(self._told(job))

    @extend_schema(request=None, responses=shapes.ImportSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop an import; what is stored stays."""
        job = self.get_object()
        imports.cancel(job, actor(request))
        return Response(self._told(job))

    @extend_schema(request=None, responses={202: shapes.ImportSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        """Take an import back: who came goes, what changed returns, unless worked with since."""
        job = undo.begin(self.get_object(), actor(request))
        return Response(self._told(job), status=202)

    @extend_schema(responses=shapes.RowProblemSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, required_perms=MAY_READ_ROWS)
    def errors(self, request: Request, pk: str) -> Response:
        """List what was left out, and why."""
        found: QuerySet[Any] = self.get_object().problems.all()
        page: Any = self.paginate_queryset(found)
        return self.get_paginated_response(shapes.RowProblemSerializer(page, many=True).data)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(
        detail=True, methods=["get"], url_path="errors.csv", filterset_class=None,
        required_perms=MAY_READ_ROWS,
    )  # fmt: skip
    def errors_csv(self, request: Request, pk: str) -> StreamingHttpResponse:
        """Return what was left out as a CSV file."""
        job = self.get_object()
        name = f'attachment; filename="import-{job.pk}-errors.csv"'
        answer = StreamingHttpResponse(previews.errors_csv(job), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = name
        return answer

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(
        detail=True, methods=["get"], url_path="rejected.csv", filterset_class=None,
        required_perms=MAY_READ_ROWS,
    )  # fmt: skip
    def rejected_csv(self, request: Request, pk: str) -> StreamingHttpResponse:
        """Return the rows that were left out, as they were, to mend and send again."""
        job = self.get_object()
        answer = StreamingHttpResponse(rejected.lines(job), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="import-{job.pk}-rejected.csv"'
        return answer

    def _start(self, job: ImportJob, chosen: dict[str, str] | None, modes: dict[str, Any]) -> None:
        """Queue a fresh upload; one whose mapping is refused is not kept."""
        try:
            imports.confirm(job, chosen, **modes)
        except imports.BadMapping:
            imports.discard(job)
            raise

    def _told(self, job: ImportJob) -> dict[str, Any]:
        earlier = imports.twin(job)
        return {**self.get_serializer(job).data, "same_file_as": earlier.pk if earlier else None}


def _modes(facts: dict[str, Any], request: Request) -> dict[str, Any]:
    names = ("create_new", "update_existing", "new_fields")
    return {**{name: facts[name] for name in names}, "by": actor(request)}


def _mapping(sent: Any) -> dict[str, str] | None:
    """Read the mapping out of a form field or a JSON body."""
    try:
        found = json.loads(sent) if isinstance(sent, str) and sent.strip() else sent or None
    except ValueError:
        found = sent
    if found is None:
        return None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValidationError({"mapping": ['Send an object such as {"Column": "field"}.']})
    return {str(column): value for column, value in found.items()}
