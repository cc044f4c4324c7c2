"""The ground floor's part of ``/api/v1/``: campaigns, their runs and their money."""

from rest_framework.routers import SimpleRouter

from campaigns.api.campaigns import CampaignViewSet
from campaigns.api.models import ModelVersionViewSet
from campaigns.api.money import CostViewSet, PriceViewSet, RevenueViewSet
from campaigns.api.runs import CampaignRunViewSet, HistoryViewSet, RunViewSet
from campaigns.services import schema

__all__ = ["router", "schema"]
ONE = r"campaigns/(?P<campaign_pk>\d+)"

router = SimpleRouter()
router.register("campaigns", CampaignViewSet, basename="campaign")
router.register(f"{ONE}/costs", CostViewSet, basename="campaign-cost")
router.register(f"{ONE}/revenues", RevenueViewSet, basename="campaign-revenue")
router.register(f"{ONE}/runs", CampaignRunViewSet, basename="campaign-run")
router.register(f"{ONE}/history", HistoryViewSet, basename="campaign-history")
router.register("runs", RunViewSet, basename="run")
router.register("prices", PriceViewSet, basename="price")
router.register("models", ModelVersionViewSet, basename="model")
