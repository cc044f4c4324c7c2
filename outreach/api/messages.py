"""Messages: read them, have them written, approve them."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from campaigns import clock
from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from outreach.filters import MessageFilter
from outreach.models import Message, Variant
from outreach.serializers import messages as shapes
from outreach.services import diagnosis, generation, review

READ, SEND = "messages:read", "messages:send"


class MessageViewSet(ScopedQuerysetMixin, ReadOnlyModelViewSet[Message]):
    """Everything that was or will be sent, newest first."""

    queryset = Message.objects.select_related("lead")
    serializer_class = shapes.MessageSerializer
    filterset_class = MessageFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": SEND}

    @extend_schema(responses=shapes.VariantSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def variants(self, request: Request, pk: str) -> Response:
        """List the three texts of the message: its own, or those of its step."""
        return Response(shapes.VariantSerializer(self.get_object().texts(), many=True).data)

    @extend_schema(request=shapes.WriteBody, responses=shapes.VariantSerializer(many=True))
    @variants.mapping.post
    def write(self, request: Request, pk: str) -> Response:
        """Write the three texts anew; they wait for approval."""
        wish = checked(shapes.WriteBody, request.data)
        found = generation.generate_for_message(self.get_object(), context=wish["notes"])
        return Response(shapes.VariantSerializer(found, many=True).data)

    @extend_schema(request=shapes.ApproveBody, responses=shapes.MessageSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Choose one of the three texts, changed if wished; the message goes back into the queue."""
        wish = checked(shapes.ApproveBody, request.data)
        variant = get_object_or_404(Variant.objects.filter(message=self.get_object()), pk=wish.pop("variant"))
        if wish:
            words = {"subject": variant.subject, "body": variant.body, **wish}
            variant = review.edit(variant, **words, by=actor(request))
        return Response(self.get_serializer(review.approve(variant, actor(request))).data)

    @extend_schema(request=None, responses=shapes.MessageSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Throw the written texts away; the message leaves with the text of its step."""
        return Response(self.get_serializer(review.discard(self.get_object(), actor(request))).data)

    @extend_schema(responses=shapes.MessageStatusSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def status(self, request: Request, pk: str) -> Response:
        """Say where the message stands, what happened to it and what is in its way."""
        message: Message = self.get_object()
        facts = {name: getattr(message, name) for name in ("id", "status", "reason", "due_at", "sent_at")}
        found = {
            "hindrances": diagnosis.why_not(message, clock.now()),
            "events": message.events.order_by("occurred_at")[:100],
        }
        return Response(shapes.MessageStatusSerializer({**facts, **found}).data)
