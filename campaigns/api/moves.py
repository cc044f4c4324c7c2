"""What is done with a campaign: start, pause, stop, archive, launch, run, copy."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import clock
from campaigns.models import Campaign
from campaigns.serializers.running import (
    CloneBody,
    DeployedSerializer,
    ExecuteBody,
    LaunchQuery,
    MoveSerializer,
    StandingSerializer,
)
from campaigns.services import cloning, execution, lifecycle, standing
from campaigns.services.access import actor, asked, checked

MAY_RUN = {"POST": "campaigns.run_campaign"}
LIMIT = OpenApiParameter("limit", int, description="Canary: write to so many people, hold the rest.")
MOVED = extend_schema(request=MoveSerializer, responses=DeployedSerializer)
RUNS = {202: StandingSerializer}


class MovesMixin(GenericViewSet[Campaign]):
    """The verbs of a campaign's address."""

    @MOVED
    @action(detail=True, methods=["post"], required_perms=MAY_RUN)
    def start(self, request: Request, pk: str) -> Response:
        """Let messages leave."""
        return self._move(request, lifecycle.start)

    @MOVED
    @action(detail=True, methods=["post"], required_perms=MAY_RUN)
    def pause(self, request: Request, pk: str) -> Response:
        """Stop the next send; nobody is lost."""
        return self._move(request, lifecycle.pause)

    @MOVED
    @action(detail=True, methods=["post"], required_perms=MAY_RUN)
    def stop(self, request: Request, pk: str) -> Response:
        """End the campaign for good and freeze its final report."""
        return self._move(request, lifecycle.stop)

    @MOVED
    @action(detail=True, methods=["post"], required_perms={"POST": "campaigns.delete_campaign"})
    def archive(self, request: Request, pk: str) -> Response:
        """Put a draft or stopped campaign away; its numbers stay."""
        return self._move(request, lifecycle.archive)

    @extend_schema(request=None, responses=DeployedSerializer)
    @action(detail=True, methods=["post"], required_perms=MAY_RUN)
    def release(self, request: Request, pk: str) -> Response:
        """Lift the canary limit: the people held back are written to."""
        campaign = self.get_object()
        lifecycle.release(campaign, actor(request))
        return self._shown(campaign)

    @extend_schema(request=CloneBody, responses={201: DeployedSerializer})
    @action(detail=True, methods=["post"], required_perms={"POST": "campaigns.add_campaign"})
    def clone(self, request: Request, pk: str) -> Response:
        """Make a new draft with the same plan."""
        campaign = self.get_object()
        name = checked(CloneBody, request.data)["name"]
        return self._shown(cloning.clone(campaign, actor(request), name), status=201)

    @extend_schema(parameters=[LIMIT], request=None, responses=RUNS)
    @action(detail=True, methods=["post"], required_perms=MAY_RUN)
    def launch(self, request: Request, pk: str) -> Response:
        """Check, activate and run; with ``limit`` only so many people are written to until the release."""
        return self._launch(request)

    @extend_schema(parameters=[LIMIT], request=None, responses=RUNS)
    @action(detail=True, methods=["post"], required_perms=MAY_RUN)
    def execute(self, request: Request, pk: str) -> Response:
        """Do as launch does; the name that older integrations use."""
        return self._launch(request)

    @extend_schema(request=ExecuteBody, responses=RUNS)
    @action(
        detail=True, methods=["post"], url_path="execute/full-pipeline", url_name="full-pipeline",
        required_perms=MAY_RUN,
    )  # fmt: skip
    def full_pipeline(self, request: Request, pk: str) -> Response:
        """Run all stages once, without activating the campaign."""
        return self._run(request, None)

    @extend_schema(operation_id="campaigns_execute_stage", request=ExecuteBody, responses=RUNS)
    @action(
        detail=True, methods=["post"], url_path=r"execute/(?P<stage>[a-z_]+)", url_name="stage",
        required_perms=MAY_RUN,
    )  # fmt: skip
    def stage(self, request: Request, pk: str, stage: str) -> Response:
        """Run one stage: harvest, score, qualify, route or nurture."""
        return self._run(request, stage)

    def _move(self, request: Request, move: Any) -> Response:
        campaign = self.get_object()
        move(campaign, actor(request), checked(MoveSerializer, request.data)["reason"])
        return self._shown(campaign)

    def _launch(self, request: Request) -> Response:
        campaign = self.get_object()
        limit = asked(LaunchQuery, request).get("limit")
        lifecycle.launch(campaign, actor(request), limit=limit)
        return self._standing(campaign)

    def _run(self, request: Request, stage: str | None) -> Response:
        campaign = self.get_object()
        execution.execute(campaign, actor(request), stage, **checked(ExecuteBody, request.data))
        return self._standing(campaign)

    def _standing(self, campaign: Campaign) -> Response:
        campaign.refresh_from_db()
        found = standing.of(campaign, clock.now())
        return Response(StandingSerializer(found, context=self.get_serializer_context()).data, status=202)

    def _shown(self, campaign: Campaign, status: int = 200) -> Response:
        return Response(
            DeployedSerializer(campaign, context=self.get_serializer_context()).data, status=status
        )
