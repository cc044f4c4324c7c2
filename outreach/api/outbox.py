"""The messages of one campaign: list them, have them written, push them, see what is in their way."""

from dataclasses import asdict

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import clock
from campaigns.services.access import OfCampaignMixin, actor, asked, visible
from outreach.filters import CampaignMessageFilter
from outreach.models import Message
from outreach.serializers import messages as shapes
from outreach.services import generation, outbox

READ, SEND = "messages:read", "messages:send"
MAY_RUN = {"POST": "campaigns.run_campaign"}  # a whole campaign is more than one's own messages


class CampaignMessagesViewSet(OfCampaignMixin, mixins.ListModelMixin, GenericViewSet[Message]):
    """The messages of one campaign."""

    queryset = Message.objects.all()
    serializer_class = shapes.MessageSerializer
    filterset_class = CampaignMessageFilter
    required_scopes = {"GET": READ}

    def get_queryset(self) -> QuerySet[Message]:
        """Return those to people the caller may see."""
        return visible(super().get_queryset(), actor(self.request))


class SendViewSet(OfCampaignMixin, GenericViewSet[Message]):
    """The outbox of one campaign."""

    queryset = Message.objects.all()
    serializer_class = shapes.OutboxSerializer
    filterset_class = None
    pagination_class = None
    required_scopes = {"GET": READ, "POST": SEND}
    required_perms = {"GET": "campaigns.view_campaign", **MAY_RUN}

    @extend_schema(responses=shapes.OutboxSerializer)
    def list(self, request: Request, campaign_pk: str) -> Response:
        """Say how the messages stand and what keeps them."""
        return Response(self.get_serializer(outbox.of(self.campaign, clock.now())).data)

    @extend_schema(request=shapes.PushBody, responses={202: shapes.OutboxSerializer})
    def create(self, request: Request, campaign_pk: str) -> Response:
        """Plan what is due now; it leaves within seconds."""
        limit = asked(shapes.PushBody, request)["limit"]
        found = outbox.push(self.campaign, actor(request), limit)
        return Response(self.get_serializer(found).data, status=202)


class GenerateViewSet(OfCampaignMixin, GenericViewSet[Message]):
    """Texts written for each person."""

    queryset = Message.objects.all()
    serializer_class = shapes.GeneratedSerializer
    required_scopes = {"POST": SEND}
    required_perms = MAY_RUN

    @extend_schema(request=shapes.GenerateBody, responses=shapes.GeneratedSerializer)
    def create(self, request: Request, campaign_pk: str) -> Response:
        """Have three texts written for each of the next messages; they wait for approval."""
        wish = asked(shapes.GenerateBody, request)
        found = generation.generate_for_campaign(self.campaign, context=wish.pop("notes"), **wish)
        return Response(self.get_serializer(asdict(found)).data)
