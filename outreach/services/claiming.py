"""Claiming: one conditional UPDATE decides, message by message, who may be written to at this moment.

Inside one short transaction: consent and suppression, the campaign's status, budget and canary, the
sender's caps, the person's hours, a stopped sequence, the number of tries. What may not leave becomes
``suppressed`` or ``failed`` with its reason; the rest is ours until the lease ends. Poison is isolated: a
message whose worker died is tried again in a small group, then alone, then given up.
"""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from campaigns.models import Hold
from campaigns.services import bulk, ledger
from leads.services import contactability
from outreach.channels.base import Channel
from outreach.models import MessageStatus
from outreach.services import allowances, enrollments, recordset
from outreach.services.allowances import REACHED, Allowances

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
SEND_SECONDS = settings.LEASE_SECONDS / 2  # the rest is for the slowest letter (20 s) and its mark
MAX_TRIES = 3
SUSPECTS = 30
COLUMNS = ("id", "uid", "status", "campaign_id", "lead_id", "enrollment_id", "step_id", "variant_id",
           "sender_id", "to_address", "subject", "body", "in_reply_to", "attempts", "due_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message row as claimed."""

    id: int
    uid: str
    status: str
    campaign_id: int
    lead_id: int
    enrollment_id: int | None
    step_id: int | None
    variant_id: int | None
    sender_id: int
    to_address: str
    subject: str
    body: str
    in_reply_to: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True)
class Claim:
    """What one worker holds: messages, the lease token and the money set aside for each campaign."""

    token: str = ""
    rows: list[Claimed] = field(default_factory=list)
    turned_away: int = 0
    holds: Mapping[int, Hold] = field(default_factory=dict)
    allowances: Allowances | None = None


def claim(channel: Channel, now: datetime, limit: int) -> Claim:
    """Take up to ``limit`` due messages of a channel; somebody else's shortage of money is tried later."""
    try:
        with transaction.atomic():
            return _claim(channel, now, limit)
    except ledger.BudgetExceeded:
        return Claim()


def expire(now: datetime) -> int:
    """Turn the messages of dead workers into ``uncertain``: they may have left."""
    return bulk.run(
        "UPDATE outreach_message SET status = 'uncertain', lease_token = '', due_at = %s,"
        " reason = 'The worker stopped while sending.' WHERE status = 'claimed' AND lease_until < %s",
        [now, now],
    )


def still_allowed(token: str, channel: str, now: datetime) -> set[str]:
    """Return which of the claimed messages may still leave: read again while a long batch is under way."""
    blocked, params = contactability.blocked_sql(channel)
    rows = bulk.fetch(
        "SELECT m.uid FROM outreach_message m JOIN leads_lead l ON l.id = m.lead_id"  # noqa: S608
        " JOIN campaigns_campaign ca ON ca.id = m.campaign_id"
        " LEFT JOIN outreach_enrollment e ON e.id = m.enrollment_id"
        " WHERE m.lease_token = %s AND m.status = 'claimed' AND (m.step_id IS NULL OR ca.status = 'active')"
        f" AND (e.id IS NULL OR e.status IN ('active', 'finished')) AND NOT ({blocked})",
        [token, *params],
    )
    return {row[0] for row in rows}


def _claim(channel: Channel, now: datetime, limit: int) -> Claim:
    allowed = allowances.read(channel, now)
    if not allowed.per_sender or not allowed.per_campaign:
        return Claim()
    token = uuid.uuid4().hex
    sql, params = _statement(channel, allowed, token, now, limit)
    rows = sorted((Claimed(*row) for row in bulk.fetch(sql, params)), key=lambda row: (row.due_at, row.id))
    ours = [row for row in rows if row.status == MessageStatus.CLAIMED]
    _turn_away([row for row in rows if row.status == MessageStatus.SUPPRESSED], channel, now)
    _give_up([row for row in rows if row.status == MessageStatus.FAILED], now)
    counts = Counter(row.campaign_id for row in ours)
    holds = {pk: ledger.hold(pk, allowed.price * counts[pk], channel.operation, now) for pk in sorted(counts)}
    return Claim(token, ours, len(rows) - len(ours), holds, allowed)


def _statement(
    channel: Channel, allowed: Allowances, token: str, now: datetime, limit: int
) -> tuple[str, list[Any]]:
    """Only ``due_at`` orders and no other column may be searched by, so that both databases walk the small
    index of queued messages and stop at the limit; a plus before a column keeps SQLite off its index."""
    blocked, blocked_params = contactability.blocked_sql(channel.name)
    exhausted = [pk for pk, room in allowed.people.items() if room == 0]
    sql = f"""
    UPDATE outreach_message AS m SET attempts = attempts + 1, lease_token = %s, lease_until = %s,
        status = CASE WHEN r.tries >= {MAX_TRIES} THEN 'failed' WHEN r.is_blocked THEN 'suppressed'
                      ELSE 'claimed' END
    FROM (
        SELECT x.*,
            row_number() OVER (PARTITION BY x.from_sender ORDER BY x.since, x.mid) AS of_sender,
            row_number() OVER (PARTITION BY x.for_campaign ORDER BY x.since, x.mid) AS of_campaign,
            sum(CASE WHEN x.is_new THEN 1 ELSE 0 END)
                OVER (PARTITION BY x.for_campaign ORDER BY x.since, x.mid) AS people,
            row_number() OVER (PARTITION BY x.tries ORDER BY x.since, x.mid) AS of_tries,
            min(x.tries) OVER () AS fewest
        FROM (
            SELECT m.id AS mid, m.sender_id AS from_sender, m.campaign_id AS for_campaign, m.due_at AS since,
                m.attempts AS tries, ({blocked}) AS is_blocked, {_is_new(allowed.people)} AS is_new
            FROM outreach_message m JOIN leads_lead l ON l.id = m.lead_id
            LEFT JOIN outreach_enrollment e ON e.id = m.enrollment_id
            WHERE m.status = 'queued' AND m.due_at <= %s AND m.channel = %s
                AND (m.closes_at IS NULL OR m.closes_at > %s)
                AND +m.sender_id IN ({_numbers(allowed.per_sender)})
                AND ((m.step_id IS NULL AND +m.campaign_id IN ({_numbers(allowed.per_campaign)}))
                     OR +m.campaign_id IN ({_numbers(allowed.active)}))
                AND (e.id IS NULL OR e.status IN ('active', 'finished'))
                AND NOT ({_is_new(exhausted)})
            ORDER BY m.due_at LIMIT {int(limit)} {_lock()}
        ) x
    ) r
    WHERE m.id = r.mid AND m.status = 'queued' AND r.tries = r.fewest
        AND r.of_tries <= CASE r.tries WHEN 1 THEN {SUSPECTS} WHEN 2 THEN 1 ELSE {int(limit)} END
        AND r.of_sender <= {_cases("r.from_sender", allowed.per_sender)}
        AND r.of_campaign <= {_cases("r.for_campaign", allowed.per_campaign)}
        AND (NOT r.is_new OR r.people <= {_cases("r.for_campaign", allowed.people)})
    RETURNING {", ".join(COLUMNS)}"""  # noqa: S608
    return sql, [token, now + LEASE, *blocked_params, now, channel.name, now]


def _is_new(campaigns: Any) -> str:
    """Whether the message would reach somebody whom a canary campaign has not reached yet."""
    return (
        f"(m.step_id IS NOT NULL AND m.campaign_id IN ({_numbers(campaigns)}) AND NOT EXISTS"  # noqa: S608
        " (SELECT 1 FROM outreach_message o WHERE o.lead_id = m.lead_id AND +o.campaign_id = m.campaign_id"
        f" AND o.step_id IS NOT NULL AND o.status IN {REACHED}))"
    )


def _numbers(ids: Any) -> str:
    return ", ".join(str(int(pk)) for pk in ids) or "-1"


def _cases(column: str, rooms: Mapping[int, int]) -> str:
    whens = " ".join(f"WHEN {int(pk)} THEN {int(room)}" for pk, room in rooms.items())
    return f"CASE {column} {whens} ELSE 0 END" if whens else "0"


def _lock() -> str:
    return "FOR UPDATE OF m SKIP LOCKED" if bulk.is_postgres() else ""


def _turn_away(rows: list[Claimed], channel: Channel, now: datetime) -> None:
    """Write down why, and stop the sequences of people who must not be written to."""
    if not rows:
        return
    why = contactability.may_contact([row.lead_id for row in rows], channel.name, now)
    reasons = [(row.id, why.get(row.lead_id, "May not be contacted.")[:200]) for row in rows]
    bulk.run(
        f"UPDATE outreach_message AS m SET reason = r.reason, lease_token = '' FROM"  # noqa: S608
        f" {recordset.records(('id', 'bigint'), ('reason', 'text'))} WHERE m.id = r.id",
        [recordset.dumps(("id", "reason"), reasons)],
    )
    enrollments.stop([row.enrollment_id for row in rows if row.enrollment_id], "suppressed", now)


def _give_up(rows: list[Claimed], now: datetime) -> None:
    if not rows:
        return
    reason = f"Given up after {MAX_TRIES} tries."
    bulk.run(
        f"UPDATE outreach_message SET lease_token = '', attempts = {MAX_TRIES},"  # noqa: S608
        " reason = substr(%s || ' ' || reason, 1, 200)"
        f" WHERE id IN ({_numbers(row.id for row in rows)})",
        [reason],
    )
    enrollments.stop([row.enrollment_id for row in rows if row.enrollment_id], "failed", now)
