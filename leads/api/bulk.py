"""Acts on many leads: ask, watch, cancel, take back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.models import User
from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from leads.filters import BulkActionFilter
from leads.models import BulkAction
from leads.serializers import grouped as shapes
from leads.services import segments
from leads.services.grouped import asking
from leads.services.grouped.asking import Chosen


class BulkActionViewSet(
    ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[BulkAction]
):
    """Acts on everybody whom a filter found at that moment."""

    queryset = BulkAction.objects.all()
    serializer_class = shapes.BulkActionSerializer
    filterset_class = BulkActionFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": "leads:read", "POST": "leads:write"}
    required_perms = {"GET": "leads.view_lead", "POST": "leads.change_lead"}

    @extend_schema(
        request=shapes.AskSerializer,
        responses={200: shapes.ActPreviewSerializer, 202: shapes.BulkActionSerializer},
    )
    def create(self, request: Request) -> Response:
        """Queue an act; with ``preview`` only say what it would do."""
        asked, person = checked(shapes.AskSerializer, request.data), actor(request)
        verb, params, chosen = asked["verb"], asked["params"], _chosen(asked, person)
        if asked["preview"]:
            return Response(shapes.ActPreviewSerializer(asking.preview(verb, params, chosen, person)).data)
        made = asking.ask(verb, params, chosen, person)
        return Response(self.get_serializer(made).data, status=202)

    @extend_schema(request=None, responses=shapes.BulkActionSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop an act; what is done so far stays and can be taken back."""
        found = self.get_object()
        asking.cancel(found, actor(request))
        return Response(self.get_serializer(found).data)

    @extend_schema(request=None, responses={202: shapes.BulkActionSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        """Take an act back wherever nobody changed anything since."""
        undone = asking.undo(self.get_object(), actor(request))
        return Response(self.get_serializer(undone).data, status=202)


def _chosen(asked: dict[str, Any], person: User) -> Chosen:
    """Return whom a request means; a segment must be one the caller may use."""
    if asked["ids"] is not None:
        return Chosen(ids=tuple(asked["ids"]))
    if asked["criteria"] is not None:
        return Chosen(asked["criteria"])
    segment = segments.visible_to(person).filter(pk=asked["segment"]).first()
    if segment is None:
        raise ValidationError({"segment": ["There is no such segment."]})
    return Chosen(segment.criteria)
