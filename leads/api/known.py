"""Notes, files and timelines of leads and companies, and the house's own fields."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from campaigns.services.access import actor, checked
from campaigns.services.idempotency import IdempotentMixin
from leads.models import Activity, Attachment, Company, CustomField, Lead
from leads.serializers import known as shapes
from leads.services.known import fieldbook, files, history, notes
from leads.services.known.places import Place

READ, WRITE = "leads:read", "leads:write"
BYTES = "application/octet-stream"
GUARD: dict[str, Any] = {
    "filterset_class": None, "pagination_class": None,
    "required_scopes": {"GET": READ, "POST": WRITE},
    "required_perms": {"GET": "leads.view_note", "POST": "leads.add_note"},
}  # fmt: skip


class KnownDoors:
    """Adds ``notes/``, ``files/`` and ``timeline/`` to the doors of a lead or a company."""

    @extend_schema(responses=shapes.NoteSerializer(many=True))
    @action(detail=True, methods=["get"], **GUARD)
    def notes(self, request: Request, pk: str) -> Response:
        """List the notes, pinned ones first (the newest 200)."""
        found = notes.of(self._place())[:200]
        return Response(shapes.NoteSerializer(found, many=True).data)

    @extend_schema(request=shapes.NoteInSerializer, responses={201: shapes.NoteSerializer})
    @notes.mapping.post
    def write_note(self, request: Request, pk: str) -> Response:
        """Write a note; colleagues named with an @ who may see the page are told."""
        place, body = self._place(), checked(shapes.NoteInSerializer, request.data)["body"]
        note = notes.write(place, body, actor(request))
        return Response(shapes.NoteSerializer(note).data, status=201)

    @extend_schema(responses=shapes.FileSerializer(many=True))
    @action(detail=True, methods=["get"], parser_classes=[MultiPartParser, FormParser], **GUARD)
    def files(self, request: Request, pk: str) -> Response:
        """List the files, the newest first."""
        found = files.of(self._place())[: files.MOST]
        return Response(shapes.FileSerializer(found, many=True, context={"request": request}).data)

    @extend_schema(
        request={"multipart/form-data": shapes.FileInSerializer}, responses={201: shapes.FileSerializer}
    )
    @files.mapping.post
    def add_file(self, request: Request, pk: str) -> Response:
        """Keep a file; what is too large or not what its name says is refused with the reason."""
        place, file = self._place(), checked(shapes.FileInSerializer, request.data)["file"]
        kept = files.add(place, file, actor(request))
        return Response(shapes.FileSerializer(kept, context={"request": request}).data, status=201)

    @extend_schema(parameters=[shapes.AskedSerializer], responses=shapes.TimelineSerializer)
    @action(
        detail=True, methods=["get"], filterset_class=None, pagination_class=None,
        required_scopes={"GET": READ}, required_perms={"GET": "leads.view_activity"},
    )  # fmt: skip
    def timeline(self, request: Request, pk: str) -> Response:
        """List what happened, newest first: filtered, searched, by page."""
        asked = checked(shapes.AskedSerializer, request.query_params.dict())
        wanted = history.Asked(words=asked.pop("find"), **asked)
        page = history.page(history.chosen(self._stories(request), wanted), wanted.after)
        rows = [row for _, entries in page.days for row in entries]
        told = shapes.StorySerializer(rows, many=True, context={"request": request}).data
        return Response({"results": told, "after": page.after})

    def _place(self) -> Place:
        place: Place = self.get_object()  # type: ignore[attr-defined]
        return place

    def _stories(self, request: Request) -> QuerySet[Activity]:
        place = self._place()
        if isinstance(place, Lead):
            return history.of_lead(place)
        return history.of_leads(Lead.objects.visible_to(actor(request)).filter(company=place))


class FileViewSet(IdempotentMixin, mixins.RetrieveModelMixin, GenericViewSet[Attachment]):
    """Files of pages one may see."""

    queryset = Attachment.objects.filter(removed_at=None)
    serializer_class = shapes.FileSerializer
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "DELETE": WRITE}
    required_perms = {"GET": "leads.view_note", "DELETE": "leads.add_note"}

    def get_queryset(self) -> QuerySet[Attachment]:
        """Return the files on pages this caller may see."""
        person = actor(self.request)
        if not person.is_authenticated:
            return Attachment.objects.none()
        seen = Q(lead__in=Lead.objects.visible_to(person)) | Q(company__in=Company.objects.visible_to(person))
        return super().get_queryset().filter(seen)

    @extend_schema(responses={(200, BYTES): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> FileResponse:
        """Hand the bytes out as a download."""
        file = self.get_object()
        try:
            found = files.opened(file)
        except FileNotFoundError as error:
            raise Http404("the bytes are gone") from error
        answer = FileResponse(found, as_attachment=True, filename=file.name, content_type=BYTES)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a file off its page; its bytes are erased a day later."""
        files.remove(self.get_object(), actor(request))
        return Response(status=204)


class CustomFieldViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[CustomField]
):
    """The house's own fields of leads and companies, archived ones included."""

    queryset = CustomField.objects.all()
    serializer_class = shapes.CustomFieldSerializer
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": WRITE, "PATCH": WRITE}

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """A change keeps the key and the type."""
        is_change = self.action == "partial_update"
        return shapes.CustomFieldPatchSerializer if is_change else shapes.CustomFieldSerializer

    @extend_schema(responses={201: shapes.CustomFieldSerializer})
    def create(self, request: Request) -> Response:
        """Define a field; its key follows from its name when none is sent."""
        facts = checked(shapes.CustomFieldSerializer, request.data)
        made = fieldbook.add(
            facts.get("entity", "lead"), facts["label"], facts.get("kind", "text"), actor(request),
            key=facts.get("key", ""), choices=facts.get("choices", []), help_text=facts.get("help_text", ""),
        )  # fmt: skip
        return Response(shapes.CustomFieldSerializer(made).data, status=201)

    @extend_schema(responses=shapes.CustomFieldSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Name a field anew, change its list, archive it or take it out again; stored values stay."""
        field = self.get_object()
        form = shapes.CustomFieldPatchSerializer(field, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        facts = dict(form.validated_data)
        if "is_archived" in facts:
            fieldbook.archive(field, actor(request), is_archived=facts.pop("is_archived"))
        kept = {name: facts.get(name, getattr(field, name)) for name in ("label", "choices", "help_text")}
        if facts:
            fieldbook.change(field, actor(request), **kept)
        return Response(shapes.CustomFieldSerializer(field).data)
