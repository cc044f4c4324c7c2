"""Senders: the mailboxes that messages leave from."""

from rest_framework import mixins
from rest_framework.viewsets import ReadOnlyModelViewSet

from campaigns.services.idempotency import IdempotentMixin
from outreach.filters import SenderFilter
from outreach.models import Sender
from outreach.serializers.senders import SenderSerializer

READ, SEND = "messages:read", "messages:send"


class SenderViewSet(
    IdempotentMixin, mixins.CreateModelMixin, mixins.UpdateModelMixin, ReadOnlyModelViewSet[Sender]
):
    """The mailboxes that messages leave from."""

    queryset = Sender.objects.all()
    serializer_class = SenderSerializer
    filterset_class = SenderFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": SEND, "PUT": SEND, "PATCH": SEND}
