"""Campaigns: plan, change, look at, schedule."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from campaigns import clock
from campaigns.api.moves import MovesMixin
from campaigns.filters import CampaignFilter
from campaigns.models import Campaign
from campaigns.serializers.campaign import CampaignSerializer
from campaigns.serializers.money import EstimateQuery, PricedSerializer
from campaigns.serializers.running import DeployedSerializer, ScheduleSerializer, StandingSerializer
from campaigns.services import lifecycle, planning, schedules, standing
from campaigns.services.access import ScopedQuerysetMixin, actor, asked, checked

READ, RUN = "campaigns:read", "campaigns:run"
PLAN = extend_schema(request=CampaignSerializer, responses=DeployedSerializer)


class CampaignViewSet(ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, MovesMixin):
    """Campaigns of one's team; each answer says what may be done next."""

    queryset = Campaign.objects.all()
    filterset_class = CampaignFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": RUN, "PUT": RUN, "PATCH": RUN, "DELETE": RUN}

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Lists are slim, one campaign is told in full."""
        return DeployedSerializer if self.action == "retrieve" else CampaignSerializer

    @extend_schema(request=CampaignSerializer, responses={201: DeployedSerializer})
    def create(self, request: Request) -> Response:
        """Plan a campaign: answers its id, estimate, pre-flight list and next actions."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._shown(lifecycle.deploy(dict(form.validated_data), by=actor(request)), status=201)

    @PLAN
    def update(self, request: Request, pk: str, partial: bool = False) -> Response:
        """Change the plan of a campaign that is not over."""
        campaign = self.get_object()
        form = self.get_serializer(campaign, data=request.data, partial=partial)
        form.is_valid(raise_exception=True)
        return self._shown(planning.change(campaign, dict(form.validated_data), by=actor(request)))

    @PLAN
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of the plan."""
        return self.update(request, pk, partial=True)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Archive a draft or stopped campaign; its numbers stay."""
        lifecycle.archive(self.get_object(), actor(request), "deleted through the API")
        return Response(status=204)

    @extend_schema(
        methods=["GET"],
        operation_id="campaigns_estimate_any",
        parameters=[EstimateQuery],
        responses=PricedSerializer,
    )
    @extend_schema(methods=["POST"], request=EstimateQuery, responses=PricedSerializer)
    @action(
        detail=False, methods=["get", "post"], url_path="estimate", filterset_class=None,
        required_scopes={"GET": READ, "POST": READ}, required_perms={"POST": "campaigns.view_campaign"},
    )  # fmt: skip
    def estimate_plan(self, request: Request) -> Response:
        """Say what so many prospects would cost, before anything is planned."""
        return Response(PricedSerializer(standing.price(**asked(EstimateQuery, request))).data)

    @extend_schema(responses=PricedSerializer)
    @action(detail=True, methods=["get"])
    def estimate(self, request: Request, pk: str) -> Response:
        """Say what this campaign will cost beside the money left for it."""
        campaign = self.get_object()
        found = standing.price(campaign.prospect_count, campaign.remaining, campaign.source)
        return Response(PricedSerializer(found).data)

    @extend_schema(responses=StandingSerializer)
    @action(detail=True, methods=["get"])
    def status(self, request: Request, pk: str) -> Response:
        """Say how the campaign stands: its run, its spending, what hinders it, what may be done next."""
        found = standing.of(self.get_object(), clock.now())
        return Response(StandingSerializer(found, context=self.get_serializer_context()).data)

    @extend_schema(responses=ScheduleSerializer)
    @action(detail=True, methods=["get"])
    def schedule(self, request: Request, pk: str) -> Response:
        """Say when the campaign runs by itself."""
        found = schedules.of(self.get_object())
        if found is None:
            raise NotFound("This campaign has no schedule.")
        return Response(ScheduleSerializer(found).data)

    @extend_schema(request=ScheduleSerializer, responses=ScheduleSerializer)
    @schedule.mapping.put
    def set_schedule(self, request: Request, pk: str) -> Response:
        """Let the campaign run by itself at the times of a cron text."""
        campaign = self.get_object()
        times = checked(ScheduleSerializer, request.data)
        found = schedules.plan(campaign, times["cron"], times["timezone"], actor(request), times["missed"])
        return Response(ScheduleSerializer(found).data)

    @extend_schema(responses={204: None})
    @schedule.mapping.delete
    def drop_schedule(self, request: Request, pk: str) -> Response:
        """Take the schedule away."""
        if not schedules.remove(self.get_object(), actor(request)):
            raise NotFound("This campaign has no schedule.")
        return Response(status=204)
