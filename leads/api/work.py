"""Companies, tasks and deals."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns.services.access import ScopedQuerysetMixin, actor, checked
from leads.filters import DealFilter, TaskFilter
from leads.models import Deal, Task
from leads.serializers import work as shapes
from leads.services import deals
from leads.services.known import todo

READ, WRITE = "leads:read", "leads:write"
SCOPES = {"GET": READ, "POST": WRITE, "PATCH": WRITE, "PUT": WRITE, "DELETE": WRITE}


class TaskViewSet(ScopedQuerysetMixin, mixins.UpdateModelMixin, mixins.ListModelMixin,
                  mixins.RetrieveModelMixin, GenericViewSet[Task]):  # fmt: skip
    """What is to be done about the leads one may see."""

    queryset = Task.objects.all()
    serializer_class = shapes.TaskSerializer
    filterset_class = TaskFilter
    lookup_value_regex = r"\d+"
    http_method_names = ["get", "post", "patch", "head", "options"]
    visible_through = "lead"
    required_scopes = SCOPES

    def create(self, request: Request) -> Response:
        """Add a task."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        facts = dict(form.validated_data)
        lead, owner = facts.pop("lead"), facts.pop("owner", None) or actor(request)
        made = todo.add_task(lead.pk, facts.pop("title"), owner_id=owner.pk, **facts)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(request=None, responses=shapes.TaskSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def complete(self, request: Request, pk: str) -> Response:
        """Tick a task off."""
        task = self.get_object()
        todo.complete(task, actor(request))
        return Response(self.get_serializer(task).data)

    @extend_schema(request=None, responses=shapes.TaskSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def cancel(self, request: Request, pk: str) -> Response:
        """Drop a task."""
        task = self.get_object()
        todo.cancel(task, actor(request))
        return Response(self.get_serializer(task).data)


class DealViewSet(
    ScopedQuerysetMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Deal]
):
    """Chances to sell; won deals book revenue in the ledger."""

    queryset = Deal.objects.select_related("lead__company", "campaign")
    serializer_class = shapes.DealSerializer
    filterset_class = DealFilter
    lookup_value_regex = r"\d+"
    required_scopes = SCOPES

    def create(self, request: Request) -> Response:
        """Open a deal; an open one for the same person and campaign is answered instead."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        facts = form.validated_data
        made = deals.open_deal(
            facts["lead"], facts.get("campaign"), facts["value"], actor(request), facts.get("name", "")
        )
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(request=shapes.DealMoveSerializer, responses=shapes.DealSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def move(self, request: Request, pk: str) -> Response:
        """Move a deal to another stage of the board."""
        stage = checked(shapes.DealMoveSerializer, request.data)["stage"]
        return self._said(deals.move(self.get_object(), stage, actor(request)))

    @extend_schema(request=shapes.WinSerializer, responses=shapes.DealSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def win(self, request: Request, pk: str) -> Response:
        """Win a deal."""
        value = checked(shapes.WinSerializer, request.data)["value"]
        return self._said(deals.win(self.get_object(), value, actor(request)))

    @extend_schema(request=shapes.LoseSerializer, responses=shapes.DealSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def lose(self, request: Request, pk: str) -> Response:
        """Lose a deal, with the reason."""
        reason = checked(shapes.LoseSerializer, request.data)["reason"]
        return self._said(deals.lose(self.get_object(), reason, actor(request)))

    def _said(self, deal: Deal) -> Response:
        return Response(self.get_serializer(deal).data)
