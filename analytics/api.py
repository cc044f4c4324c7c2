"""Figures, reports and advice in the REST API."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet, ViewSet

from analytics.filters import RecommendationFilter
from analytics.models import Recommendation
from analytics.serializers import DismissSerializer, FiguresSerializer, RecommendationSerializer, profile
from analytics.services import customers, metrics, optimizer, overviews, recommendations, reports, sheets
from campaigns import clock
from campaigns.models import Campaign
from campaigns.services.access import ScopedQuerysetMixin, actor
from campaigns.services.idempotency import IdempotentMixin
from leads.api.identity import OldNumbers
from leads.models import Lead

OBJECT = OpenApiTypes.OBJECT
TYPE = OpenApiParameter("type", str, enum=reports.TYPES, description="Which report; full if not given.")
AS = OpenApiParameter("as", str, enum=["json", "csv"], description="How to answer.")
SCOPES = {"GET": "analytics:read", "POST": "campaigns:run"}
RUN = {"POST": "campaigns.run_campaign"}


class CampaignFiguresViewSet(ScopedQuerysetMixin, GenericViewSet[Any]):
    """The figures of one campaign."""

    queryset = Campaign.objects.all()
    serializer_class = FiguresSerializer
    required_scopes = SCOPES
    required_perms = RUN

    @extend_schema(responses=FiguresSerializer)
    @action(detail=True, methods=["get"])
    def metrics(self, request: Request, pk: str) -> Response:
        """Return every figure."""
        return Response(reports.plain(metrics.figures_of(self.get_object()).as_dict()))

    @extend_schema(responses=OBJECT)
    @action(detail=True, methods=["get"])
    def stats(self, request: Request, pk: str) -> Response:
        """Return the counts of people, messages and deals."""
        return Response(overviews.stats(self.get_object()))

    @extend_schema(responses=OBJECT)
    @action(detail=True, methods=["get"])
    def analytics(self, request: Request, pk: str) -> Response:
        """Return figures, funnel, texts compared, cost by provider and money over time."""
        return Response(overviews.analytics(self.get_object()))

    @extend_schema(responses=OBJECT)
    @action(detail=True, methods=["get"])
    def dashboard(self, request: Request, pk: str) -> Response:
        """Return what the campaign's page shows: figures with ratings, funnel, daily lines, advice."""
        return Response(overviews.dashboard(self.get_object()))

    @extend_schema(responses=OBJECT, parameters=[TYPE, AS])
    @action(detail=True, methods=["get"])
    def report(self, request: Request, pk: str) -> Response | HttpResponse:
        """Return a report: full, cost, lead or outreach."""
        report = reports.build(self.get_object(), request.query_params.get("type") or "full")
        return _as_wished(request, report)

    @extend_schema(request=None, responses=RecommendationSerializer(many=True))
    @action(detail=True, methods=["post"])
    def optimize(self, request: Request, pk: str) -> Response:
        """Look at the campaign now; return all advice that waits for a decision."""
        campaign = self.get_object()
        optimizer.run(campaign)
        waiting = recommendations.waiting(actor(request)).filter(campaign=campaign)
        return Response(RecommendationSerializer(waiting, many=True).data)


class RecommendationViewSet(ScopedQuerysetMixin, ReadOnlyModelViewSet[Recommendation]):
    """What the figures say should change."""

    queryset = Recommendation.objects.select_related("campaign")
    serializer_class = RecommendationSerializer
    filterset_class = RecommendationFilter
    required_scopes = SCOPES
    required_perms = RUN
    visible_through = "campaign"

    @extend_schema(request=None, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Do what is recommended."""
        recommendation = self.get_object()
        recommendations.apply(recommendation, actor(request))
        return Response(self.get_serializer(recommendation).data)

    @extend_schema(request=None, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Put it back as it was."""
        recommendation = self.get_object()
        recommendations.undo(recommendation, actor(request))
        return Response(self.get_serializer(recommendation).data)

    @extend_schema(request=DismissSerializer, responses=RecommendationSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say no."""
        recommendation = self.get_object()
        checked = DismissSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        recommendations.dismiss(recommendation, actor(request), checked.validated_data["reason"])
        return Response(self.get_serializer(recommendation).data)


class ReportViewSet(ViewSet):
    """All campaigns side by side."""

    required_scopes = {"GET": "analytics:read"}

    @extend_schema(responses=OBJECT, parameters=[AS])
    def list(self, request: Request) -> Response | HttpResponse:
        """Compare all campaigns."""
        campaigns = list(Campaign.objects.visible_to(actor(request)).live())
        return _as_wished(request, reports.comparison(campaigns))


class StatsViewSet(ViewSet):
    """The house in a few figures."""

    required_scopes = {"GET": "analytics:read"}

    @extend_schema(responses=OBJECT)
    def list(self, request: Request) -> Response:
        """Return the totals and the last seven days."""
        return Response(overviews.house(actor(request), clock.now()))


class OptimizeViewSet(IdempotentMixin, ViewSet):
    """The optimiser over all campaigns."""

    required_scopes = {"POST": "campaigns:run"}

    @extend_schema(request=None, responses=RecommendationSerializer(many=True))
    def create(self, request: Request) -> Response:
        """Look at all campaigns now; return all advice that waits for a decision."""
        optimizer.run_for(actor(request))
        return Response(RecommendationSerializer(recommendations.waiting(actor(request)), many=True).data)


class ProfileViewSet(OldNumbers, ScopedQuerysetMixin, GenericViewSet[Lead]):
    """One person seen from all sides."""

    queryset = Lead.objects.current()
    required_scopes = {"GET": "leads:read"}

    @extend_schema(responses=OBJECT)
    @action(detail=True, methods=["get"])
    def profile(self, request: Request, pk: str) -> Response:
        """Return everything known about a person."""
        try:
            found = customers.profile(self.get_object().pk, actor(request))
        except (Lead.DoesNotExist, ValueError):
            raise Http404 from None
        return Response(profile(found, actor(request)))


def _as_wished(request: Request, report: dict[str, Any]) -> Response | HttpResponse:
    if request.query_params.get("as") != "csv":
        return Response(report)
    answer = HttpResponse(sheets.as_csv(report), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{report["type"]}-report.csv"'
    return answer


router = SimpleRouter()
router.register("campaigns", CampaignFiguresViewSet, basename="campaign-figures")
router.register("recommendations", RecommendationViewSet, basename="recommendation")
router.register("leads", ProfileViewSet, basename="lead-profile")
router.register("report", ReportViewSet, basename="report")
router.register("stats", StatsViewSet, basename="stats")
router.register("optimize", OptimizeViewSet, basename="optimize")
