"""Whom to turn to next: replies before hot leads before due steps before quiet deals; four queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import User
from conversations.models import Conversation, ConversationStatus
from conversations.services.sections import ANSWER_WITHIN
from leads.models import Deal, DealStage, Lead, Task, TaskStatus

REPLY, HOT, STEP, QUIET = "reply", "hot", "step", "quiet"
LABELS = {REPLY: "Replies", HOT: "Hot leads", STEP: "Calls and tasks", QUIET: "Quiet deals"}
RANK = {name: place for place, name in enumerate(LABELS)}
HOT_SCORE = 80
HOT_FOR = timedelta(days=3)
QUIET_AFTER = timedelta(days=7)
LIMIT = 100


@dataclass(frozen=True)
class Item:
    """One thing to do: about whom, why, by when, and the page where it is done."""

    kind: str
    title: str
    lead: Lead
    why: str
    due_at: datetime | None
    url_name: str
    args: tuple[int, ...]
    priority: int = 3
    score: int | None = None
    channel: str = "email"
    row: Any = field(default=None, repr=False, compare=False)

    @property
    def order(self) -> tuple[Any, ...]:
        """Return its place in the list: kind, urgency, waiting longest, best lead."""
        due = self.due_at.timestamp() if self.due_at else float("inf")
        return (RANK[self.kind], self.priority, due, -(self.score or 0), self.lead.pk)


def queue(actor: User, now: datetime, *, scope: str = "mine", limit: int = LIMIT) -> list[Item]:
    """Return what waits for this person (``scope="team"``: for everybody they may see), the first first."""
    replies = list(_replies(actor, now, scope)[:limit])
    shown = {conversation.pk for conversation in replies}
    answered_there = {conversation.lead_id for conversation in replies}
    tasks = _tasks(actor, now, scope).exclude(conversation_id__in=shown)[:limit]
    items = [
        *map(_of_reply, replies),
        *(_of_task(task) for task in tasks),
        *(_of_hot(lead) for lead in _hot(actor, now, scope)[:limit] if lead.pk not in answered_there),
        *(_of_deal(deal) for deal in _quiet(actor, now, scope)[:limit]),
    ]
    return sorted(items, key=lambda item: item.order)[:limit]


def counts(items: list[Item]) -> dict[str, int]:
    """Count the items of each kind."""
    found = dict.fromkeys(LABELS, 0)
    for item in items:
        found[item.kind] += 1
    return found


def _replies(actor: User, now: datetime, scope: str) -> QuerySet[Conversation]:
    waiting = Conversation.objects.visible_to(actor).filter(
        Q(snoozed_until=None) | Q(snoozed_until__lte=now),
        status__in=(ConversationStatus.OPEN, ConversationStatus.ESCALATED),
        waiting_since__isnull=False,
    )
    if scope == "mine":
        waiting = waiting.filter(Q(assignee=actor) | Q(assignee=None, lead__owner=actor))
    return waiting.select_related("lead__company", "lead__score", "campaign").order_by("waiting_since")


def _tasks(actor: User, now: datetime, scope: str) -> QuerySet[Task]:
    asleep = Conversation.objects.filter(snoozed_until__gt=now).values("pk")
    due = Task.objects.filter(status=TaskStatus.OPEN, due_at__lte=now + timedelta(hours=12))
    due = due.exclude(conversation_id__in=asleep)
    if scope == "mine":
        due = due.filter(owner=actor)
    elif not actor.sees_all:
        due = due.filter(Q(owner=actor) | Q(lead__in=Lead.objects.visible_to(actor)))
    return due.select_related("lead__company", "lead__score").order_by("priority", "due_at")


def _hot(actor: User, now: datetime, scope: str) -> QuerySet[Lead]:
    """Return good leads who just showed interest and with whom nobody talks yet."""
    talks = Conversation.objects.filter(lead=OuterRef("pk")).exclude(status=ConversationStatus.ENDED)
    asked = Task.objects.filter(lead=OuterRef("pk"), status=TaskStatus.OPEN)
    hot = Lead.objects.visible_to(actor).filter(
        score__value__gte=HOT_SCORE, last_engaged_at__gte=now - HOT_FOR
    )
    if scope == "mine":
        hot = hot.filter(owner=actor)
    hot = hot.filter(~Exists(talks), ~Exists(asked), do_not_email=False)
    return hot.select_related("company", "score").order_by("-score__value", "-last_engaged_at")


def _quiet(actor: User, now: datetime, scope: str) -> QuerySet[Deal]:
    before = now - QUIET_AFTER
    open_ones = Deal.objects.visible_to(actor).exclude(stage__in=(DealStage.WON, DealStage.LOST))
    spoken = Conversation.objects.filter(lead=OuterRef("lead"), last_turn_at__gte=before)
    quiet = open_ones.filter(~Exists(spoken), stage_since__lt=before)
    if scope == "mine":
        quiet = quiet.filter(Q(owner=actor) | Q(owner=None, lead__owner=actor))
    return quiet.select_related("lead__company", "lead__score").order_by("-value", "id")


def _of_reply(conversation: Conversation) -> Item:
    escalated = conversation.status == ConversationStatus.ESCALATED
    due = conversation.waiting_since + ANSWER_WITHIN if conversation.waiting_since else None
    return Item(
        REPLY, conversation.subject or "Reply", conversation.lead, conversation.last_line, due,
        "conversations:thread", (conversation.pk,), 1 if escalated else 2, _score(conversation.lead),
        conversation.channel, conversation,
    )  # fmt: skip


def _of_task(task: Task) -> Item:
    kind = HOT if task.kind == "hot" else STEP
    brief = task.brief.partition("\n")[0]
    channel = {"call": "voice", "linkedin": "linkedin", "sms": "sms"}.get(task.kind, "email")
    return Item(
        kind, task.title, task.lead, brief, task.due_at, "leads:lead", (task.lead_id,), task.priority,
        _score(task.lead), channel, task,
    )  # fmt: skip


def _of_hot(lead: Lead) -> Item:
    why = f"Score {_score(lead)}, opened or clicked lately"
    return Item(HOT, "Get in touch", lead, why, None, "leads:lead", (lead.pk,), 2, _score(lead), row=lead)


def _of_deal(deal: Deal) -> Item:
    why = f"{deal.get_stage_display()}, ${deal.value:,.0f}: nothing said for a week"
    return Item(
        QUIET,
        deal.name,
        deal.lead,
        why,
        None,
        "leads:lead",
        (deal.lead_id,),
        3,
        _score(deal.lead),
        row=deal,
    )


def _score(lead: Lead) -> int | None:
    score = getattr(lead, "score", None)
    return score.value if score else None
