"""Two records of a person became one: what was said with both in one campaign becomes one thread."""

from collections.abc import Iterable
from datetime import datetime

from campaigns import clock
from conversations.models import Conversation, ConversationStatus, Turn
from leads.models import Task
from leads.services.identity.trail import Trail

S = ConversationStatus
URGENT = (S.ENDED, S.WAITING, S.OPEN, S.ESCALATED)
PARK = 1_000_000  # numbers of turns on their way to another place
REASON = "merged"


def conversations(trail: Trail, kept_id: int, gone_id: int) -> None:
    """Let the threads of a merged record follow; two in one campaign become one, in the order of time."""
    both = Conversation.objects.select_for_update().order_by("pk")
    mine = {one.campaign_id: one for one in both.filter(lead_id=kept_id).exclude(campaign=None)}
    for theirs in both.filter(lead_id=gone_id).exclude(end_reason=REASON, turns_count=0):
        own = mine.get(theirs.campaign_id)
        if own is None:
            trail.change(theirs, lead_id=kept_id)
        else:
            _join(trail, own, theirs)


def _join(trail: Trail, own: Conversation, theirs: Conversation) -> None:
    turns = sorted(
        Turn.objects.filter(conversation__in=[own, theirs]), key=lambda turn: (turn.said_at, turn.pk)
    )
    moving = [
        (turn, at) for at, turn in enumerate(turns, 1) if (turn.conversation_id, turn.number) != (own.pk, at)
    ]
    for turn, _ in moving:
        trail.change(turn, number=turn.number + PARK)
    for turn, at in moving:
        trail.change(turn, conversation_id=own.pk, number=at)
    for task in Task.objects.filter(conversation_id=theirs.pk):
        trail.change(task, conversation_id=own.pk)
    later = max(own, theirs, key=lambda one: one.last_turn_at)
    status = max(own.status, theirs.status, key=lambda one: URGENT.index(S(one)))
    is_over = status == S.ENDED
    trail.change(
        own, turns_count=len(turns), last_line=later.last_line, last_turn_at=later.last_turn_at,
        intent=later.intent, sentiment=later.sentiment, status=status,
        response_counted=own.response_counted or theirs.response_counted,
        assignee_id=own.assignee_id or theirs.assignee_id,
        waiting_since=_first([own.waiting_since, theirs.waiting_since]),
        ended_at=own.ended_at or theirs.ended_at if is_over else None,
        end_reason=own.end_reason or theirs.end_reason if is_over else "",
    )  # fmt: skip
    now = clock.now()
    trail.change(
        theirs,
        turns_count=0,
        status=S.ENDED,
        end_reason=REASON,
        ended_at=now,
        waiting_since=None,
        last_line="",
    )


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    known = [moment for moment in moments if moment]
    return min(known) if known else None
