"""The only writer of conversations and turns: open, say, assign, escalate, end, reopen.

A turn's number comes from the conversation's own counter, moved in the same short transaction that writes
the turn: the row lock makes numbers gapless under any number of writers, and ``external_id`` (the mail's
Message-ID) makes a repeated delivery a no-op. A customer's answer is counted by one conditional UPDATE.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from conversations.models import Author, Conversation, ConversationStatus, Turn

S = ConversationStatus
LINE = 200
SUBJECT = 250


class ThreadError(Exception):
    """A move the conversation's state does not allow, or a word that cannot be said."""

    code = "thread"
    status = 409


def open_thread(
    lead_id: int,
    campaign_id: int | None,
    *,
    channel: str = "email",
    subject: str = "",
    assignee_id: int | None = None,
    now: datetime | None = None,
) -> Conversation:
    """Return the customer's conversation in this campaign, opening it if there is none."""
    facts = {"channel": channel, "subject": subject[:SUBJECT], "assignee_id": assignee_id,
             "created_at": now or clock.now(), "last_turn_at": now or clock.now()}  # fmt: skip
    if campaign_id is None:
        latest = Conversation.objects.filter(lead_id=lead_id, campaign=None).exclude(status=S.ENDED)
        return latest.first() or Conversation.objects.create(lead_id=lead_id, **facts)
    return Conversation.objects.get_or_create(lead_id=lead_id, campaign_id=campaign_id, defaults=facts)[0]


def say(
    conversation: Conversation,
    text: str,
    *,
    author: str,
    external_id: str | None = None,
    said_at: datetime | None = None,
    **facts: Any,
) -> Turn | None:
    """Add a turn; return ``None`` when this ``external_id`` has been heard before.

    ``facts`` are further columns of the turn: user, channel, message_id, intent, certainty, sentiment.
    """
    if not text.strip():
        raise ThreadError("There is nothing in this message.")
    said_at = said_at or clock.now()
    if _is_heard(external_id):
        return None
    try:
        with transaction.atomic():
            number = _next_number(conversation, text, author, said_at)
            return Turn.objects.create(
                conversation=conversation, number=number, author=author, body=text, said_at=said_at,
                external_id=external_id, **{"channel": conversation.channel, **facts},
            )  # fmt: skip
    except IntegrityError:
        if _is_heard(external_id):
            return None  # a twin delivery was faster
        raise


def take_back(turn: Turn) -> None:
    """Remove our own last turn as if it had not been said; leave a line if others spoke after it."""
    with transaction.atomic():
        mine = Conversation.objects.filter(pk=turn.conversation_id)
        if mine.filter(turns_count=turn.number).update(turns_count=F("turns_count") - 1):
            turn.delete()
        else:
            Turn.objects.filter(pk=turn.pk).update(author=Author.SYSTEM, body="A reply was taken back.")
        _look_again(turn.conversation_id)


def count_response(conversation: Conversation) -> bool:
    """Count the customer's answer; only the first call for a conversation returns ``True``."""
    uncounted = Conversation.objects.filter(pk=conversation.pk, response_counted=False)
    conversation.response_counted = True
    return bool(uncounted.update(response_counted=True))


def understood(conversation: Conversation, intent: str, sentiment: str) -> None:
    """Note what the customer wants and how they feel, as read from their last words."""
    conversation.intent, conversation.sentiment = intent, sentiment
    Conversation.objects.filter(pk=conversation.pk).update(intent=intent, sentiment=sentiment)


def assign(conversation: Conversation, to: User | None, by: User | None) -> None:
    """Give the conversation to a person (or back to the queue)."""
    before = conversation.assignee_id
    _change(conversation, (*S.values,), by, "assign", "", assignee=to)
    conversation.assignee = to
    audit.record(by, "assign", conversation, before={"assignee": before}, after={"assignee": to and to.pk})


def escalate(conversation: Conversation, by: User | None, reason: str = "") -> None:
    """Say that a person must take over; the reason becomes a line of the thread."""
    since = conversation.waiting_since or clock.now()
    _change(
        conversation, (S.OPEN, S.WAITING), by, "escalate", reason, status=S.ESCALATED, waiting_since=since
    )
    line = f"A person is needed: {reason}" if reason else "A person is needed."
    say(conversation, line, author=Author.SYSTEM, user=by)


def snooze(conversation: Conversation, until: datetime | None, by: User | None) -> None:
    """Put it aside until a moment; ``None``, like the customer's next word, brings it back."""
    _change(conversation, (S.OPEN, S.ESCALATED, S.WAITING), by, "snooze", "", snoozed_until=until)
    audit.record(by, "snooze", conversation, after={"until": until.isoformat() if until else None})


def end(conversation: Conversation, by: User | None = None, reason: str = "") -> None:
    """End the conversation; the customer's next word opens it again."""
    alive = (S.OPEN, S.WAITING, S.ESCALATED)
    _change(conversation, alive, by, "end", reason, status=S.ENDED, ended_at=clock.now(),
            end_reason=reason[:40], waiting_since=None)  # fmt: skip


def reopen(conversation: Conversation, by: User | None = None, reason: str = "") -> None:
    """Open an ended conversation again."""
    _change(
        conversation, (S.ENDED,), by, "reopen", reason, status=S.OPEN, ended_at=None, end_reason="",
        waiting_since=clock.now(),
    )  # fmt: skip


def _is_heard(external_id: str | None) -> bool:
    return bool(external_id) and Turn.objects.filter(external_id=external_id).exists()


def _next_number(conversation: Conversation, text: str, author: str, said_at: datetime) -> int:
    """Move the counter (this locks the row until commit) and the conversation's state; return the number."""
    row = Conversation.objects.filter(pk=conversation.pk)
    line = " ".join(text.split())[:LINE]
    woken = {"snoozed_until": None} if author == Author.LEAD else {}
    row.update(turns_count=F("turns_count") + 1, last_line=line, last_turn_at=said_at, **woken)
    if author == Author.LEAD:
        row.filter(waiting_since=None).update(waiting_since=said_at)
        row.exclude(status=S.ESCALATED).update(status=S.OPEN, ended_at=None, end_reason="")
    elif author == Author.STAFF:
        row.update(status=S.WAITING, waiting_since=None, ended_at=None, end_reason="")
    elif author == Author.AGENT:
        row.exclude(status=S.ESCALATED).update(status=S.WAITING, waiting_since=None)
    conversation.refresh_from_db()
    return conversation.turns_count


def _look_again(conversation_id: int) -> None:
    """Set the conversation's state from its last spoken turn."""
    row = Conversation.objects.filter(pk=conversation_id)
    last = Turn.objects.filter(conversation_id=conversation_id).exclude(author=Author.SYSTEM).last()
    if last is None:
        row.update(last_line="", status=S.OPEN, waiting_since=None)
        return
    theirs = last.author == Author.LEAD
    row.update(
        last_line=" ".join(last.body.split())[:LINE], last_turn_at=last.said_at,
        status=S.OPEN if theirs else S.WAITING, waiting_since=last.said_at if theirs else None,
    )  # fmt: skip


def _change(
    conversation: Conversation, allowed: tuple[str, ...], by: User | None, verb: str, reason: str, **to: Any
) -> None:
    before = conversation.status
    if not Conversation.objects.filter(pk=conversation.pk, status__in=allowed).update(**to):
        conversation.refresh_from_db()
        raise ThreadError(f"This conversation is {conversation.get_status_display().lower()} already.")
    conversation.refresh_from_db()
    if "status" in to:
        after = {"status": to["status"]}
        audit.record(by, verb, conversation, reason=reason, before={"status": before}, after=after)
