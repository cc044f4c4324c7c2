"""``/api/v1/providers/``: how the providers of lead data are doing, and what was ordered from them."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import clock
from campaigns.services.access import ScopedQuerysetMixin
from leads.models import ProviderOrder
from leads.serializers import sourcing as shapes
from leads.services.harvesting import board


class ProviderViewSet(ScopedQuerysetMixin, GenericViewSet[ProviderOrder]):
    """Providers, and the orders of one's own campaigns."""

    queryset = ProviderOrder.objects.select_related("campaign").defer("answer", "request")
    serializer_class = shapes.OrderSerializer
    visible_through = "campaign"
    pagination_class = None
    required_scopes = {"GET": "campaigns:read"}
    required_perms = {"GET": "leads.view_providerstate"}

    @extend_schema(responses=shapes.ProviderSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the four providers: state, reason in words, credits, share answered from memory, cost."""
        return Response(shapes.ProviderSerializer(board.rows(clock.now()), many=True).data)

    @extend_schema(responses=shapes.OrderSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=GenericViewSet.pagination_class)
    def orders(self, request: Request) -> Response:
        """List orders, the newest first; ``?provider=hunter`` narrows them."""
        found: QuerySet[ProviderOrder] = self.get_queryset()
        provider = request.query_params.get("provider", "")
        page = self.paginate_queryset(found.filter(provider=provider) if provider else found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
