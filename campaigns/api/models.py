"""What was learned, through the API: look at versions, order a training, put one in force, go back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from campaigns.models import ModelVersion
from campaigns.serializers import models as shapes
from campaigns.services.access import actor, checked
from campaigns.services.idempotency import IdempotentMixin
from campaigns.services.learning import acts, queue


class ModelVersionViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[ModelVersion]
):
    """Versions of everything that is learned, the newest first."""

    queryset = ModelVersion.objects.order_by("-pk")
    serializer_class = shapes.ModelVersionSerializer
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": "analytics:read", "POST": "campaigns:run"}
    required_perms = {"POST": "campaigns.change_modelversion"}

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """One version alone comes with gates, curves and parameters."""
        is_whole = self.action in ("retrieve", "promote")
        return shapes.ModelVersionDetailSerializer if is_whole else shapes.ModelVersionSerializer

    @extend_schema(request=shapes.KindSerializer, responses={202: shapes.ModelVersionSerializer})
    @action(detail=False, methods=["post"])
    def train(self, request: Request) -> Response:
        """Order a training; a worker does it within seconds. One that waits already is returned."""
        kind = checked(shapes.KindSerializer, request.data)["kind"]
        order = queue.order(kind, actor(request), f"asked for by {actor(request)}")
        return Response(self.get_serializer(order).data, status=202)

    @extend_schema(request=None, responses=shapes.ModelVersionDetailSerializer)
    @action(detail=True, methods=["post"])
    def promote(self, request: Request, pk: str) -> Response:
        """Put a version that passed its gates (or served before) in force; 409 with the reason otherwise."""
        return Response(self.get_serializer(acts.promote(self.get_object(), actor(request))).data)

    @extend_schema(request=shapes.KindSerializer, responses=shapes.ModelVersionSerializer)
    @action(detail=False, methods=["post"])
    def back(self, request: Request) -> Response:
        """Put the version that served before in force again; 409 when there is none."""
        kind = checked(shapes.KindSerializer, request.data)["kind"]
        return Response(self.get_serializer(acts.back(kind, actor(request))).data)
