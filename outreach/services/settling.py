"""Settling doubts: a message whose fate is unknown is looked up at the provider, never blindly repeated.

The offline post office knows for certain. Most real ones cannot be asked, but report by event: such a message
stays ``uncertain``, shown as such, until an event arrives or a person decides.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.models import User
from campaigns.services import audit, ledger
from outreach.channels import registry
from outreach.channels.base import Channel, Receipt
from outreach.models import Event, Message, MessageStatus
from outreach.services import marking, tracking
from outreach.services.claiming import COLUMNS, Claimed

ASK_AGAIN = timedelta(minutes=15)


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Ask the providers about uncertain messages that are due; return how many were settled."""
    return sum(_settle(registry.channel(name), now, limit) for name in registry.names())


def confirm(uids: Sequence[str], now: datetime) -> int:
    """Count uncertain messages as sent, because news about them arrived; return how many."""
    rows = _rows(Message.objects.filter(uid__in=uids))
    receipts = [Receipt(row.uid, "accepted", "event") for row in rows]
    return len(_mark(registry.channel("email"), rows, receipts, now))


def decide(message: Message, *, was_sent: bool, by: User, now: datetime) -> bool:
    """Let a person say what became of a message; return whether it was still open."""
    rows = _rows(Message.objects.filter(pk=message.pk))
    outcome = Receipt(message.uid, "accepted" if was_sent else "later", "person", retry_at=now)
    if not rows:
        return False
    _mark(registry.channel(message.channel), rows, [outcome], now)
    audit.record(by, "settle", message, reason="was sent" if was_sent else "was not sent, send again")
    return True


def _settle(channel: Channel, now: datetime, limit: int) -> int:
    rows = _rows(Message.objects.filter(channel=channel.name, due_at__lte=now), limit)
    if not rows:
        return 0
    answers = _reported(rows) | channel.look_up([row.uid for row in rows])
    known = [row for row in rows if row.uid in answers]
    _mark(channel, known, list(answers.values()), now)
    silent = [row.id for row in rows if row.uid not in answers]
    Message.objects.filter(pk__in=silent, status=MessageStatus.UNCERTAIN).update(due_at=now + ASK_AGAIN)
    return len(known)


def _reported(rows: Sequence[Claimed]) -> dict[str, Receipt]:
    """What anybody reported about a message proves that it left."""
    found = Event.objects.filter(message_id__in=[row.id for row in rows]).values_list(
        "message__uid", "provider"
    )
    return {uid: Receipt(uid, "accepted", provider) for uid, provider in found}


def _mark(channel: Channel, rows: list[Claimed], receipts: list[Receipt], now: datetime) -> list[Claimed]:
    price = ledger.unit_price(channel.provider, channel.operation, now)
    sent = marking.mark(rows, receipts, channel=channel, now=now, price=price)
    tracking.catch_up([row.id for row in sent])
    return sent


def _rows(messages: QuerySet[Message], limit: int = 1000) -> list[Claimed]:
    # a literal, not a parameter: otherwise SQLite cannot use the small index of uncertain messages
    uncertain = messages.extra(where=["outreach_message.status = 'uncertain'"]).order_by("due_at")
    return [Claimed(*row) for row in uncertain.values_list(*COLUMNS)[:limit]]
