"""What every page's shell shows: what waits for this person, what the engine does, whether mail is real."""

from typing import Any

from django.conf import settings
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from campaigns import clock
from campaigns.models import PipelineRun, RunStatus, StageRun, User
from config import demo_logins
from config.simulation import workspace
from conversations.models import Conversation, ConversationStatus
from leads.models import Task, TaskStatus
from leads.services.known import mentions

NEEDS_US = (ConversationStatus.OPEN, ConversationStatus.ESCALATED)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give pages the shell's values; each is read only when a template shows it, by one query."""
    person = getattr(request, "user", None)
    if not isinstance(person, User) or not person.is_authenticated:
        return {
            "demo_mode": settings.OFFLINE_PROVIDERS,
            "demo_logins": SimpleLazyObject(lambda: demo_logins.offered(request)),
            "demo_password": workspace.PASSWORD,
        }
    return {
        "demo_mode": settings.OFFLINE_PROVIDERS,
        "nav_counts": SimpleLazyObject(lambda: nav_counts(person)),
        "engine": SimpleLazyObject(engine),
    }


def nav_counts(person: User) -> dict[str, int]:
    """Count what waits for this person, by place of the sidebar, in one query."""
    inbox = Conversation.objects.visible_to(person).filter(status__in=NEEDS_US)
    today = Task.objects.filter(owner=person, status=TaskStatus.OPEN, due_at__lte=clock.now())
    me = User.objects.filter(pk=person.pk)
    counts = me.values_list(_number_of(inbox), _number_of(today), _number_of(mentions.unread(person)))
    return dict(zip(("inbox", "today", "mentions"), counts[0], strict=True))


def engine() -> dict[str, Any]:
    """Tell what the pipeline works on: the newest run that is alive, else that all is quiet."""
    at_work = StageRun.objects.filter(run=OuterRef("pk"), status=RunStatus.RUNNING).values("name")[:1]
    run = (
        PipelineRun.objects.filter(status__in=(RunStatus.QUEUED, RunStatus.RUNNING))
        .values(stage=Subquery(at_work), done=Sum("stages__done"), total=Sum("stages__total"))
        .order_by("-pk")
        .first()
    )
    if run is None:
        return {"label": "All quiet", "running": True}
    detail = (run["stage"] or "waiting").capitalize()
    return {"label": "Running", "running": True, "detail": detail, "done": run["done"], "total": run["total"]}


def _number_of(rows: QuerySet[Any]) -> Subquery:
    """Return a subquery that counts ``rows``."""
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(number=count).values("number"))
