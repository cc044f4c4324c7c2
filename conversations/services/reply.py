"""A colleague's answer: a queued message like any other, held back for ten seconds so that it can be undone.

It belongs to no sequence step, so it leaves through the ordinary sending (claim, consent, caps, receipt) but
is stopped neither by the customer's own reply nor by a paused campaign.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from campaigns import clock
from campaigns.models import User
from conversations.models import Author, Conversation, Turn
from conversations.services import threads
from leads.models import Task, TaskStatus
from leads.services import contactability, timeline
from leads.services.known import todo
from outreach.models import Message, MessageStatus, Sender

UNDO_TIME = timedelta(seconds=10)
SUBJECT = 250
BODY = 20_000


class ReplyRefused(Exception):
    """An answer that cannot be sent; the text says why and what to do."""

    code = "reply_refused"
    status = 409


def reply(conversation: Conversation, text: str, by: User) -> Turn:
    """Queue an answer to the customer and show it in the thread; ``undo`` takes it back for ten seconds."""
    text = text.strip()
    campaign_id = _check(conversation, text)
    before = _last_message(conversation.lead_id, campaign_id)
    sender = _sender(before)
    now = clock.now()
    with transaction.atomic():
        message = Message.objects.create(
            uid=uuid.uuid4().hex, campaign_id=campaign_id, lead=conversation.lead, sender=sender,
            channel="email", to_address=conversation.lead.email, subject=_subject(conversation, before),
            body=text, status=MessageStatus.QUEUED, in_reply_to=_answered(conversation),
            due_at=now + UNDO_TIME, created_at=now,
        )  # fmt: skip
        turn = threads.say(conversation, text, author=Author.STAFF, user=by, message_id=message.pk)
        timeline.record(
            conversation.lead_id, "answered", f"{by} answered", channel="email",
            campaign_id=campaign_id, actor=by, key=f"answer:{message.uid}",
        )  # fmt: skip
        for task in _asked(conversation.pk, TaskStatus.OPEN):
            todo.complete(task, by)
    assert turn is not None  # noqa: S101 without an external id a turn is always new
    if conversation.assignee_id is None:
        threads.assign(conversation, by, by)
    return turn


def undo(turn: Turn, by: User) -> str:
    """Take an answer back while it still waits; return its text, so that it can be mended."""
    with transaction.atomic():
        if not _waiting(turn).update(status=MessageStatus.CANCELLED, reason=f"Taken back by {by}."[:200]):
            raise ReplyRefused("This answer has left already and cannot be taken back.")
        for task in _asked(turn.conversation_id, TaskStatus.DONE).filter(done_at__gte=turn.said_at):
            todo.reopen(task, by)
        threads.take_back(turn)
    return turn.body


def can_undo(turn: Turn) -> bool:
    """Whether an answer still waits."""
    return _waiting(turn).exists()


def _waiting(turn: Turn) -> QuerySet[Message]:
    """Return the turn's message while it has not been claimed by the sending."""
    return Message.objects.filter(pk=turn.message_id or 0, status=MessageStatus.QUEUED, step=None)


def _check(conversation: Conversation, text: str) -> int:
    """Refuse what cannot be sent; return the campaign that it is sent for."""
    if not text:
        raise ReplyRefused("Write something first.")
    if len(text) > BODY:
        raise ReplyRefused(f"An answer has {BODY:,} characters at most; this one has {len(text):,}.")
    if conversation.campaign_id is None:
        raise ReplyRefused("This conversation belongs to no campaign, so there is no sender to answer from.")
    refused = contactability.may_contact([conversation.lead_id], "email", clock.now())
    if conversation.lead_id in refused:
        raise ReplyRefused(f"{conversation.lead} may not be written to: {refused[conversation.lead_id]}")
    return conversation.campaign_id


def _asked(conversation_id: int, status: str) -> QuerySet[Task]:
    """Return the tasks that asked for an answer in this conversation."""
    return Task.objects.filter(conversation_id=conversation_id, kind="reply", status=status)


def _last_message(lead_id: int, campaign_id: int) -> Message | None:
    mine = Message.objects.filter(lead_id=lead_id, campaign_id=campaign_id)
    return mine.exclude(sender=None).order_by("-id").select_related("sender").first()


def _sender(before: Message | None) -> Sender:
    """Answer from the mailbox the customer knows; else from the first that may send."""
    sender = before.sender if before else Sender.objects.filter(is_active=True).first()
    if sender is None:
        raise ReplyRefused("There is no active sender; add one in the settings.")
    return sender


def _subject(conversation: Conversation, before: Message | None) -> str:
    """Keep the subject, which mail programs thread by, with one «Re:»."""
    subject = conversation.subject or (before.subject if before else "") or "Your message"
    return (subject if subject.lower().startswith("re:") else f"Re: {subject}")[:SUBJECT]


def _answered(conversation: Conversation) -> str:
    """Return the Message-ID of the customer's last mail."""
    heard = conversation.turns.filter(author=Author.LEAD, channel="email", external_id__isnull=False)
    last = heard.last()
    return f"<{last.external_id}>" if last else ""
