"""Money: the ledger of a campaign, its revenue, and the price list."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.filters import CostFilter, PriceFilter, RevenueFilter
from campaigns.models import Cost, Price, Revenue
from campaigns.models.user import Role
from campaigns.serializers.money import (
    CostSerializer,
    CostSummarySerializer,
    PriceSerializer,
    RevenueSerializer,
)
from campaigns.services import income, spending
from campaigns.services.access import OfCampaignMixin, actor
from campaigns.services.idempotency import IdempotentMixin


class CostViewSet(OfCampaignMixin, mixins.ListModelMixin, GenericViewSet[Cost]):
    """What a campaign paid, call by call; rows are only ever added."""

    queryset = Cost.objects.all()
    serializer_class = CostSerializer
    filterset_class = CostFilter
    required_scopes = {"GET": "campaigns:read"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reps read the ledger of their own campaigns only."""
        super().initial(request, *args, **kwargs)
        if actor(request).role == Role.REP and self.campaign.owner_id != request.user.pk:
            raise PermissionDenied

    @extend_schema(responses=CostSummarySerializer, filters=True)
    @action(detail=False, methods=["get"], pagination_class=None)
    def summary(self, request: Request, campaign_pk: str) -> Response:
        """Sum the rows by provider and operation, beside budget and estimate."""
        lines = spending.by_operation(self.filter_queryset(self.get_queryset()))
        facts = {"budget": self.campaign.budget, "estimate": self.campaign.estimate}
        found = {**facts, "total": spending.total(lines), "lines": lines}
        return Response(CostSummarySerializer(found).data)


class RevenueViewSet(OfCampaignMixin, mixins.ListModelMixin, GenericViewSet[Revenue]):
    """What a campaign brought in: won deals and direct entries."""

    queryset = Revenue.objects.all()
    serializer_class = RevenueSerializer
    filterset_class = RevenueFilter
    required_scopes = {"GET": "campaigns:read", "POST": "events:write"}

    def create(self, request: Request, campaign_pk: str) -> Response:
        """Book money that came in; a ``reference`` used before answers with what was booked then."""
        campaign, form = self.campaign, self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        booked, is_new = income.book(campaign, by=actor(request), **form.validated_data)
        return Response(self.get_serializer(booked).data, status=201 if is_new else 200)


class PriceViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin,
    mixins.UpdateModelMixin, GenericViewSet[Price],
):  # fmt: skip
    """What outside services charge; estimates and the ledger read these rows."""

    queryset = Price.objects.order_by("-pk")
    serializer_class = PriceSerializer
    filterset_class = PriceFilter
    lookup_value_regex = r"\d+"
    required_scopes = {
        "GET": "campaigns:read", "POST": "campaigns:run", "PUT": "campaigns:run", "PATCH": "campaigns:run",
    }  # fmt: skip
