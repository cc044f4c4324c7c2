"""Conversations in the REST API: read, answer, hand over, end."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from campaigns.models import Campaign
from campaigns.services.access import ScopedQuerysetMixin, actor
from conversations.filters import ConversationFilter
from conversations.models import Conversation, Turn
from conversations.serializers import (
    AssignSerializer,
    ConversationSerializer,
    ReasonSerializer,
    ReplySerializer,
    TurnSerializer,
)
from conversations.services import reply, threads
from leads.services.known import overview

SCOPES = {"GET": "messages:read", "POST": "messages:send"}


class ConversationViewSet(ScopedQuerysetMixin, ReadOnlyModelViewSet[Any]):
    """Everything said between us and our customers."""

    queryset = Conversation.objects.select_related("lead")
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilter
    required_scopes = SCOPES

    @extend_schema(methods=["GET"], responses=TurnSerializer(many=True))
    @extend_schema(methods=["POST"], request=ReplySerializer, responses={201: TurnSerializer})
    @action(detail=True, methods=["get", "post"], filterset_class=None)
    def turns(self, request: Request, pk: str) -> Response:
        """List what was said, or answer the customer."""
        conversation = self.get_object()
        if request.method == "GET":
            rows = self.paginate_queryset(Turn.objects.filter(conversation=conversation))
            return self.get_paginated_response(TurnSerializer(rows, many=True).data)
        turn = reply.reply(conversation, _valid(ReplySerializer, request)["text"], actor(request))
        return Response(TurnSerializer(turn).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer, responses=ConversationSerializer)
    @action(detail=True, methods=["post"])
    def escalate(self, request: Request, pk: str) -> Response:
        """Say that a person must take over."""
        conversation = self.get_object()
        threads.escalate(conversation, actor(request), _valid(ReasonSerializer, request)["reason"])
        return Response(self.get_serializer(conversation).data)

    @extend_schema(request=ReasonSerializer, responses=ConversationSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End the conversation."""
        conversation = self.get_object()
        threads.end(conversation, actor(request), _valid(ReasonSerializer, request)["reason"])
        return Response(self.get_serializer(conversation).data)

    @extend_schema(request=AssignSerializer, responses=ConversationSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the conversation to a colleague."""
        conversation = self.get_object()
        assignee = _valid(AssignSerializer, request)["assignee"]
        overview.may_hand_over(assignee, actor(request))
        threads.assign(conversation, assignee, actor(request))
        return Response(self.get_serializer(conversation).data)


class CampaignConversationsViewSet(ScopedQuerysetMixin, GenericViewSet[Any]):
    """The conversations of one campaign."""

    queryset = Campaign.objects.all()
    serializer_class = ConversationSerializer
    required_scopes = {"GET": "messages:read"}
    required_perms = {"GET": "conversations.view_conversation"}

    @extend_schema(responses=ConversationSerializer(many=True))
    @action(detail=True, methods=["get"])
    def conversations(self, request: Request, pk: str) -> Response:
        """List the campaign's conversations."""
        mine = Conversation.objects.visible_to(actor(request)).filter(campaign=self.get_object())
        rows = self.paginate_queryset(mine.select_related("lead"))
        return self.get_paginated_response(ConversationSerializer(rows, many=True).data)


def _valid(form: type[Any], request: Request) -> dict[str, Any]:
    checked = form(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


router = SimpleRouter()
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("campaigns", CampaignConversationsViewSet, basename="campaign-conversations")
