"""Companies: list, look at, change; their notes, files and timeline."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from campaigns.services.access import ScopedQuerysetMixin, actor
from leads.api import versions
from leads.api.known import KnownDoors
from leads.api.research import CompanyResearch
from leads.filters import CompanyFilter
from leads.models import Company
from leads.serializers.company import CompanyPatchSerializer, CompanySerializer
from leads.services.known import firm

IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The version that was read."
)


class CompanyViewSet(
    KnownDoors, CompanyResearch, ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin,
    GenericViewSet[Company],
):  # fmt: skip
    """Where the leads work whom one may see."""

    queryset = Company.objects.all()
    serializer_class = CompanySerializer
    filterset_class = CompanyFilter
    lookup_value_regex = r"\d+"
    http_method_names = ["get", "post", "patch", "head", "options"]
    required_scopes = {"GET": "leads:read", "POST": "leads:write", "PATCH": "leads:write"}

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """A change names the version it is based on."""
        return CompanyPatchSerializer if self.action == "partial_update" else CompanySerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say one company, its version as ETag."""
        company = self.get_object()
        return versions.marked(Response(self.get_serializer(company).data), company.version)

    @extend_schema(parameters=[IF_MATCH], responses=CompanySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some facts; if somebody else did meanwhile, 409 with how the company stands now."""
        company = self.get_object()
        form = CompanyPatchSerializer(
            company, data=request.data, partial=True, context=self.get_serializer_context()
        )
        form.is_valid(raise_exception=True)
        facts = dict(form.validated_data)
        version = versions.based_on(request, facts)
        changed = firm.change(company, facts, version=version, by=actor(request))
        told = CompanySerializer(changed, context=self.get_serializer_context()).data
        return versions.marked(Response(told), changed.version)
