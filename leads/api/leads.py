"""Leads: list, look at, add, change; their score, decisions and reach."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from campaigns.models import User
from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from leads.api import versions
from leads.api.identity import LeadMerging
from leads.api.known import KnownDoors
from leads.api.research import LeadResearch
from leads.filters import LeadFilter
from leads.models import Lead, Prospect
from leads.serializers import arriving
from leads.serializers import lead as shapes
from leads.services import contactability, qualification, scoring
from leads.services.doors import partners
from leads.services.known import overview, profile

READ, WRITE = "leads:read", "leads:write"


class LeadViewSet(
    KnownDoors, LeadMerging, LeadResearch, ScopedQuerysetMixin, mixins.ListModelMixin,
    mixins.RetrieveModelMixin, GenericViewSet[Lead],
):  # fmt: skip
    """The people one may see."""

    queryset = Lead.objects.current().select_related("company", "score")
    serializer_class = shapes.LeadSerializer
    filterset_class = LeadFilter
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": WRITE, "PATCH": WRITE}

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """A change names the version it is based on."""
        if self.action == "create":
            return arriving.LeadInSerializer
        return shapes.LeadPatchSerializer if self.action == "partial_update" else shapes.LeadSerializer

    @extend_schema(responses={200: shapes.LeadSerializer, 201: shapes.LeadSerializer})
    def create(self, request: Request) -> Response:
        """Let a person in: 201 when new, 200 with the lead when we know them already."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        lead, is_new = partners.let_in(dict(form.validated_data), actor(request))
        return Response(self._said(lead), status=201 if is_new else 200)

    @extend_schema(request=arriving.BatchSerializer, responses=arriving.BatchAnswerSerializer)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def batch(self, request: Request) -> Response:
        """Let up to 1,000 people in; every row has its own outcome, a bad one refuses no other."""
        rows = checked(arriving.BatchSerializer, request.data)["leads"]
        good, bad = arriving.read_rows(rows, self.get_serializer_context())
        results = partners.let_many_in(list(good.values()), actor(request))
        return Response(arriving.answer(len(rows), dict(zip(good, results, strict=True)), bad))

    @extend_schema(responses=shapes.LeadSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some facts; if somebody else did meanwhile, 409 with how the lead stands now."""
        lead = self.get_object()
        form = self.get_serializer(lead, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changes = dict(form.validated_data)
        version = versions.based_on(request, changes)
        changed = profile.change(lead, changes, version=version, by=actor(request))
        return versions.marked(Response(self._said(changed)), changed.version)

    @extend_schema(responses=shapes.ProspectSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def decisions(self, request: Request, pk: str) -> Response:
        """List the person's newest campaigns, each with the questions asked there and the answers."""
        found, steps = overview.decisions(self.get_object())
        return Response(shapes.ProspectSerializer(found, many=True, context={"steps": steps}).data)

    @extend_schema(responses=shapes.ReachSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def reach(self, request: Request, pk: str) -> Response:
        """Say on which channels nobody may contact this person, and why."""
        return Response({"blocked": overview.blocked(self.get_object())})

    @extend_schema(responses=shapes.ScoreSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def score(self, request: Request, pk: str) -> Response:
        """Say the score with the contribution of every question, the largest first."""
        return Response(shapes.ScoreSerializer(overview.score(self.get_object())).data)

    @extend_schema(request=None, responses=shapes.ScoreSerializer)
    @score.mapping.post
    def rescore(self, request: Request, pk: str) -> Response:
        """Score this person again now."""
        scoring.score_leads([self.get_object().pk])
        return Response(shapes.ScoreSerializer(overview.score(self.get_object())).data)

    @extend_schema(request=shapes.OverrideSerializer, responses=shapes.ProspectSerializer)
    @action(
        detail=True, methods=["post"], filterset_class=None, required_perms={"POST": "leads.add_override"}
    )
    def override(self, request: Request, pk: str) -> Response:
        """Decide by hand whether this person qualifies for a campaign."""
        facts = checked(shapes.OverrideSerializer, request.data)
        visible = Prospect.objects.visible_to(actor(request)).select_related("campaign", "lead")
        prospect = get_object_or_404(visible, lead=self.get_object(), campaign_id=facts.pop("campaign"))
        qualification.override(prospect, by=actor(request), **facts)
        steps = {prospect.pk: qualification.explain(prospect)}
        return Response(shapes.ProspectSerializer(prospect, context={"steps": steps}).data)

    @extend_schema(request=shapes.LeadAssignSerializer, responses=shapes.LeadSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def assign(self, request: Request, pk: str) -> Response:
        """Hand this person over to a colleague of one's own team, or back to the pool."""
        lead, person = self.get_object(), actor(request)
        owner: User | None = checked(shapes.LeadAssignSerializer, request.data)["owner"]
        overview.may_hand_over(owner, person)
        profile.assign(Lead.objects.filter(pk=lead.pk), owner, person)
        lead.refresh_from_db()
        return Response(self._said(lead))

    @extend_schema(request=shapes.SuppressSerializer, responses={204: None})
    @action(
        detail=True, methods=["post"], filterset_class=None, required_perms={"POST": "leads.add_suppression"}
    )
    def suppress(self, request: Request, pk: str) -> Response:
        """Put this person on the suppression list."""
        facts = checked(shapes.SuppressSerializer, request.data)
        contactability.suppress_lead(self.get_object(), by=actor(request), **facts)
        return Response(status=204)

    def _said(self, lead: Lead) -> dict[str, Any]:
        return dict(shapes.LeadSerializer(lead, context=self.get_serializer_context()).data)
