"""Sending: claim a batch, hand it over outside any transaction, and write down what became of it.

A worker may die at any line. Before the claim commits nothing has happened; after it the lease protects
the messages; when the lease ends they are ``uncertain`` and settled by asking the provider, never by
sending again blindly. Crash tests kill it at the five named failpoints.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from campaigns import clock
from outreach.channels import registry
from outreach.channels.base import Channel, Outgoing, Receipt
from outreach.services import claiming, composing, failpoints, marking, postponing, tracking
from outreach.services.claiming import Claim

logger = logging.getLogger(__name__)


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Send one batch of each channel; return how many messages were handled."""
    claiming.expire(now)
    return sum(_drain(registry.channel(name), now, limit) for name in registry.names())


class Leash:
    """Keeps a batch inside its lease, and stops what was paused, answered or suppressed meanwhile."""

    def __init__(self, claim: Claim, channel: Channel) -> None:
        self._claim, self._channel = claim, channel
        self._ends = time.monotonic() + claiming.SEND_SECONDS
        self._withdrawn: set[str] = set()

    def stops(self, uid: str) -> bool:
        """Whether this letter must not start any more."""
        return time.monotonic() > self._ends or uid in self._withdrawn

    def look(self) -> None:
        """Read again who may still be written to."""
        allowed = claiming.still_allowed(self._claim.token, self._channel.name, clock.now())
        self._withdrawn = {row.uid for row in self._claim.rows} - allowed


def _drain(channel: Channel, now: datetime, limit: int) -> int:
    if channel.rests():
        return 0
    claim = claiming.claim(channel, now, min(limit, channel.batch_size))
    if claim.rows:
        failpoints.hit("after_claim")
        _carry_out(channel, claim, now)
    elif not claim.turned_away:
        return postponing.postpone(now, limit)
    return len(claim.rows) + claim.turned_away


def _carry_out(channel: Channel, claim: Claim, now: datetime) -> None:
    leash = Leash(claim, channel)  # its time runs from the claim on
    letters = _compose(claim)
    failpoints.hit("after_compose")
    receipts = _hand_over(channel, letters, leash)
    failpoints.hit("after_accept")
    assert claim.allowances is not None  # noqa: S101 rows come with allowances
    sent = marking.mark(
        claim.rows, receipts, channel=channel, now=now, token=claim.token, holds=claim.holds,
        price=claim.allowances.price,
    )  # fmt: skip
    failpoints.hit("after_mark")
    tracking.catch_up([row.id for row in sent])


def _compose(claim: Claim) -> list[Outgoing]:
    assert claim.allowances is not None  # noqa: S101
    words = [
        composing.Words(row.uid, row.to_address, row.subject, row.body, row.campaign_id, row.sender_id,
                        row.in_reply_to, is_answer=row.step_id is None)
        for row in claim.rows
    ]  # fmt: skip
    return composing.compose(words, claim.allowances.senders, claim.allowances.addresses)


def _hand_over(channel: Channel, letters: Sequence[Outgoing], leash: Leash) -> list[Receipt]:
    """An exception says nothing about any letter: those without a receipt become ``uncertain``."""
    try:
        return channel.send_batch(letters, leash)
    except Exception:
        logger.exception("channel %s failed with %s letters under way", channel.name, len(letters))
        return []
