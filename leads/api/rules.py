"""Rules: their versions, a new draft of the tree, a trial of it, its differences, putting it in force."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import clock
from campaigns.services.access import actor, checked
from leads.models import Prospect, Rule, RuleKind
from leads.serializers import rules as shapes
from leads.services import rulebook
from leads.services.qualifying import trying, versions
from leads.services.qualifying.trying import Trial

READ, WRITE = "leads:read", "leads:write"
CHANGE = {"POST": "leads.change_rule"}


class RuleViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Rule]):
    """The versions of the scoring card and the qualification tree; a version never changes."""

    queryset = Rule.objects.select_related("created_by").order_by("kind", "-version")
    serializer_class = shapes.RuleSerializer
    filterset_fields = ("kind", "is_active")
    lookup_value_regex = r"\d+"
    required_scopes = {"GET": READ, "POST": WRITE}
    required_perms = CHANGE

    @extend_schema(request=shapes.RuleDraftSerializer, responses={201: shapes.RuleSerializer})
    def create(self, request: Request) -> Response:
        """Keep a new version of the qualification tree; the one in force stays in force."""
        facts = checked(shapes.RuleDraftSerializer, request.data)
        made = versions.draft(facts["name"], facts["body"], actor(request))
        return Response(shapes.RuleSerializer(made).data, status=201)

    @extend_schema(request=shapes.TreeTrySerializer, responses=shapes.TrialSerializer)
    @action(detail=True, methods=["post"], filterset_fields=None, url_path="test")
    def test(self, request: Request, pk: str) -> Response:
        """Try a version, or a changed tree, on the last 500 people one may see; nothing is written."""
        body = checked(shapes.TreeTrySerializer, request.data).get("body") or self._tree().body
        in_force = rulebook.active(RuleKind.QUALIFICATION).body
        visible = Prospect.objects.visible_to(actor(request))
        return Response(shapes.TrialSerializer(_said(trying.run(body, in_force, visible, clock.now()))).data)

    @extend_schema(responses=shapes.TreeDifferenceSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_fields=None, pagination_class=None)
    def differences(self, request: Request, pk: str) -> Response:
        """Say in words what this version changes against the tree in force."""
        in_force = rulebook.active(RuleKind.QUALIFICATION).body
        found = versions.differences(in_force, self._tree().body)
        return Response(shapes.TreeDifferenceSerializer(found, many=True).data)

    @extend_schema(request=shapes.ActivateSerializer, responses=shapes.RuleSerializer)
    @action(detail=True, methods=["post"], filterset_fields=None)
    def activate(self, request: Request, pk: str) -> Response:
        """Put this version of the tree in force, an older one too; the reason is kept."""
        rule, reason = self._tree(), checked(shapes.ActivateSerializer, request.data)["reason"]
        return Response(shapes.RuleSerializer(versions.activate(rule, actor(request), reason)).data)

    def _tree(self) -> Rule:
        rule = self.get_object()
        if rule.kind != RuleKind.QUALIFICATION:
            raise ValidationError("Only versions of the qualification tree are tried and put in force here.")
        return rule


def _said(trial: Trial) -> dict[str, Any]:
    moves = [{"was": was, "would": would, "people": number} for was, would, number in trial.moves]
    flips = [
        {"prospect": one.prospect_id, "lead": one.lead.pk, "was": one.was, "would": one.would,
         "path": [f"{step.question}: {step.answer}" for step in one.steps]}
        for one in trial.flips
    ]  # fmt: skip
    return {
        "total": trial.total, "by_hand": trial.by_hand, "qualified": trial.qualified,
        "was_qualified": trial.was_qualified, "changed": trial.changed, "moves": moves, "flips": flips,
    }  # fmt: skip
