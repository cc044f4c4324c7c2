"""Runs as resources: watch them, cancel them; and the history of who did what."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.filters import RunFilter
from campaigns.models import AuditEntry, PipelineRun
from campaigns.serializers.running import AuditSerializer, RunSerializer
from campaigns.services import audit, pipeline
from campaigns.services.access import OfCampaignMixin, ScopedQuerysetMixin, actor
from campaigns.services.errors import Conflict

SCOPES = {"GET": "campaigns:read", "POST": "campaigns:run"}


class RunViewSet(
    ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[PipelineRun]
):
    """Runs of the campaigns one may see."""

    queryset = PipelineRun.objects.prefetch_related("stages")
    serializer_class = RunSerializer
    filterset_class = RunFilter
    lookup_value_regex = r"\d+"
    visible_through = "campaign"
    required_scopes = SCOPES

    @extend_schema(request=None, responses=RunSerializer)
    @action(detail=True, methods=["post"], required_perms={"POST": "campaigns.run_campaign"})
    def cancel(self, request: Request, pk: str) -> Response:
        """End a run; the slice at work finishes, the next one does not start."""
        run = self.get_object()
        if not pipeline.cancel(run):
            raise Conflict(f"This run is {run.get_status_display().lower()} already.")
        audit.record(actor(request), "cancel run", run.campaign, after={"run": run.pk})
        return Response(RunSerializer(self.get_object()).data)


class CampaignRunViewSet(OfCampaignMixin, mixins.ListModelMixin, GenericViewSet[PipelineRun]):
    """Runs of one campaign, newest first."""

    queryset = PipelineRun.objects.prefetch_related("stages")
    serializer_class = RunSerializer
    filterset_class = RunFilter
    required_scopes = SCOPES


class HistoryViewSet(OfCampaignMixin, mixins.ListModelMixin, GenericViewSet[AuditEntry]):
    """Who did what to a campaign, when and why."""

    queryset = AuditEntry.objects.select_related("actor")
    serializer_class = AuditSerializer
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Any]:
        """Return the entries of the campaign in the address."""
        return AuditEntry.objects.none() if self.is_drawn else audit.history(self.campaign)

    @property
    def is_drawn(self) -> bool:
        """Whether only the OpenAPI document is being drawn."""
        return bool(getattr(self, "swagger_fake_view", False))
