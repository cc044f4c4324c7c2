"""Suppression, consent, export and erasure through the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.models.user import Role
from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from campaigns.services.errors import Conflict
from campaigns.services.idempotency import IdempotentMixin
from leads.api.identity import OldNumbers
from leads.filters import SuppressionFilter
from leads.models import Consent, Lead, Suppression
from leads.serializers import privacy as shapes
from leads.services.privacy import consents, erasing, exporting, suppressing

READ, WRITE = "leads:read", "leads:write"


class SuppressionViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[Suppression]):
    """Who must not be contacted. Entries are added here; only an admin lifts one, in the house itself."""

    queryset = Suppression.objects.all()
    serializer_class = shapes.SuppressionSerializer
    filterset_class = SuppressionFilter
    required_scopes = {"GET": READ, "POST": WRITE}

    def get_queryset(self) -> QuerySet[Suppression]:
        """Return entries, the newest first; a partner system sees what it added itself."""
        rows, person = super().get_queryset().order_by("-id"), actor(self.request)
        return rows.filter(added_by=person) if getattr(person, "role", "") == Role.PARTNER else rows

    @extend_schema(request=shapes.SuppressionInSerializer, responses={201: shapes.AddedSerializer})
    def create(self, request: Request) -> Response:
        """Put up to 1,000 addresses, numbers or domains on the list, once each."""
        facts = checked(shapes.SuppressionInSerializer, request.data)
        values = "\n".join(facts.pop("values"))
        added = suppressing.add(values, by=actor(request), **facts)
        said = {"new": added.new, "known": added.known, "unreadable": added.unreadable}
        return Response(shapes.AddedSerializer(said).data, status=201)


class LeadPrivacyViewSet(OldNumbers, ScopedQuerysetMixin, GenericViewSet[Lead]):
    """One person's consent, and (for admins) everything that is stored about them."""

    queryset = Lead.objects.current()
    serializer_class = shapes.ConsentSerializer  # type: ignore[assignment]
    lookup_value_regex = r"\d+"
    pagination_class = None
    filter_backends: tuple[Any, ...] = ()
    required_scopes = {"GET": READ, "POST": WRITE}

    @extend_schema(responses=shapes.ConsentSerializer(many=True))
    @action(
        detail=True,
        methods=["get"],
        required_perms={"GET": "leads.view_consent", "POST": "leads.add_consent"},
    )
    def consents(self, request: Request, pk: str) -> Response:
        """List every word of a person, the newest first."""
        return Response(shapes.ConsentSerializer(consents.history(self.get_object()), many=True).data)

    @extend_schema(request=shapes.ConsentWordSerializer, responses={201: shapes.ConsentSerializer})
    @consents.mapping.post
    def say(self, request: Request, pk: str) -> Response:
        """Record a yes or a no; a yes needs its evidence."""
        facts = checked(shapes.ConsentWordSerializer, request.data)
        granted = facts.pop("granted")
        word: Consent = consents.record(self.get_object(), is_granted=granted, by=actor(request), **facts)
        return Response(shapes.ConsentSerializer(word).data, status=201)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"], required_perms={"GET": "leads.view_erasure"})
    def export(self, request: Request, pk: str) -> Response:
        """Hand over everything that is stored about a person; for admins, and written down."""
        return Response(exporting.collect(self.get_object(), actor(request)))

    @extend_schema(request=shapes.EraseSerializer, responses=shapes.ErasureSerializer)
    @action(detail=True, methods=["post"], required_perms={"POST": "leads.add_erasure"})
    def erase(self, request: Request, pk: str) -> Response:
        """Forget a person for good; for admins. Repeat their address, number or name."""
        lead = self.get_object()
        if lead.erased_at:
            raise Conflict("This person is forgotten already.")
        facts = shapes.EraseSerializer(data=request.data, context={"lead": lead})
        facts.is_valid(raise_exception=True)
        done = erasing.erase(lead, facts.validated_data["reason"], actor(request))
        return Response(shapes.ErasureSerializer(done).data)
