"""What the provider said becomes the truth of our rows, with every consequence, in one transaction.

The UPDATE carries the lease token (or, for settled doubts, the status): a worker whose lease was taken over
changes nothing. Only messages that this UPDATE really moved are booked, counted and noted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from campaigns.models import Hold
from campaigns.services import bulk, ledger
from campaigns.services.ledger import Charge
from leads.models import ProspectStage
from leads.services import prospects, timeline
from outreach.channels.base import Channel, Receipt
from outreach.models import Enrollment, MessageStatus
from outreach.services import enrollments, failpoints, recordset, tallies
from outreach.services.claiming import MAX_TRIES, Claimed

COLUMNS = (("id", "bigint"), ("status", "text"), ("reason", "text"), ("provider", "text"),
           ("provider_id", "text"), ("tries", "integer"), ("due_at", "timestamptz"),
           ("sent_at", "timestamptz"))  # fmt: skip
NAMES = tuple(name for name, _ in COLUMNS)
LATE = timedelta(hours=1)
BACKOFF = timedelta(seconds=5 * settings.LEASE_SECONDS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The new state of one message."""

    row: Claimed
    status: str
    receipt: Receipt
    due_at: datetime
    tries: int


def mark(
    rows: Iterable[Claimed],
    receipts: Iterable[Receipt],
    *,
    channel: Channel,
    now: datetime,
    token: str = "",
    holds: Mapping[int, Hold] | None = None,
    price: Decimal = Decimal(0),
) -> list[Claimed]:
    """Store the outcomes; without ``token`` the messages are ``uncertain`` ones. Return those now sent."""
    rows = list(rows)
    words = {receipt.uid: receipt for receipt in receipts}
    verdicts = {row.id: _verdict(row, words.get(row.uid), channel, now) for row in rows}
    with transaction.atomic():
        moved = [verdicts[pk] for pk in _update(list(verdicts.values()), token, now)]
        sent = [verdict for verdict in moved if verdict.status == MessageStatus.SENT]
        failpoints.hit("before_mark")
        _book(sent, holds or {}, channel, price, now)
        _note(sent, channel, now)
        _stop_failed(moved, now)
    return [verdict.row for verdict in sent]


def _verdict(row: Claimed, receipt: Receipt | None, channel: Channel, now: datetime) -> Verdict:
    receipt = receipt or Receipt(row.uid, "unknown", channel.name, reason="The provider gave no answer.")
    match receipt.outcome:
        case "accepted":
            return Verdict(row, MessageStatus.SENT, receipt, row.due_at, row.attempts)
        case "refused":
            return Verdict(row, MessageStatus.FAILED, receipt, row.due_at, row.attempts)
        case "later" if receipt.retry_at is not None:
            return Verdict(row, MessageStatus.QUEUED, receipt, receipt.retry_at, max(0, row.attempts - 1))
        case "later" if row.attempts >= MAX_TRIES:
            reason = f"Given up after {row.attempts} tries. {receipt.reason}"
            given_up = replace(receipt, reason=reason)
            return Verdict(row, MessageStatus.FAILED, given_up, row.due_at, row.attempts)
        case "later":
            wait = BACKOFF * 3 ** max(0, row.attempts - 1)
            return Verdict(row, MessageStatus.QUEUED, receipt, now + wait, row.attempts)
    return Verdict(row, MessageStatus.UNCERTAIN, receipt, now, row.attempts)


def _update(verdicts: Sequence[Verdict], token: str, now: datetime) -> list[int]:
    if not verdicts:
        return []
    rows = [
        (v.row.id, v.status, v.receipt.reason[:200], v.receipt.provider, v.receipt.provider_id[:120], v.tries,
         v.due_at, now if v.status == MessageStatus.SENT else None)
        for v in verdicts
    ]  # fmt: skip
    # not «status = …» alone: PostgreSQL would walk its small index once for each of our rows
    ours = "m.lease_token = %s" + ("" if token else " AND COALESCE(m.status, '') = 'uncertain'")
    found = bulk.fetch(
        "UPDATE outreach_message AS m SET status = r.status, reason = r.reason, provider = r.provider,"  # noqa: S608
        " provider_id = r.provider_id, attempts = r.tries, due_at = r.due_at, sent_at = r.sent_at,"
        f" lease_token = '', lease_until = NULL FROM {recordset.records(*COLUMNS)}"
        f" WHERE m.id = r.id AND {ours} RETURNING {'m.id' if bulk.is_postgres() else 'id'}",
        [recordset.dumps(NAMES, rows), token],
    )
    return [pk for (pk,) in found]


def _book(
    sent: Sequence[Verdict], holds: Mapping[int, Hold], channel: Channel, price: Decimal, now: datetime
) -> None:
    """Pay for what left and free the rest of the money held."""
    charges: dict[int, list[Charge]] = defaultdict(list)
    for verdict in sent:
        charges[verdict.row.campaign_id].append(_charge(verdict, channel, price))
    for campaign_id in sorted({*holds, *charges}):
        held = holds.get(campaign_id) or ledger.hold(campaign_id, Decimal(0), channel.operation, now)
        if charges[campaign_id]:
            ledger.settle(held, charges[campaign_id], now)
        else:
            ledger.release(held, now)


def _charge(verdict: Verdict, channel: Channel, price: Decimal) -> Charge:
    row = verdict.row
    return Charge(
        provider=channel.provider, operation=channel.operation, units=Decimal(1), unit_price=price,
        reference=f"send:{row.uid}", channel=channel.name, lead_id=row.lead_id, message_id=row.id,
        is_simulated=verdict.receipt.provider == "post_office",
    )  # fmt: skip


def _note(sent: Sequence[Verdict], channel: Channel, now: datetime) -> None:
    """Count, tell the timeline, move prospects on, keep the next step its distance."""
    if not sent:
        return
    rows = [verdict.row for verdict in sent]
    tallies.fold(Counter((tallies.place(r.campaign_id, r.step_id, r.variant_id, now), "sent") for r in rows))
    timeline.record_many([_entry(row, channel, now) for row in rows])
    ids = ", ".join(str(row.id) for row in rows)
    bulk.run(
        "UPDATE leads_lead SET last_contacted_at = %s WHERE id IN"  # noqa: S608
        f" (SELECT lead_id FROM outreach_message WHERE id IN ({ids}))",
        [now],
    )
    _advance([row.enrollment_id for row in rows if row.enrollment_id])
    _keep_distance([row for row in rows if row.enrollment_id and now - row.due_at > LATE], now)


def _entry(row: Claimed, channel: Channel, now: datetime) -> timeline.Entry:
    return timeline.Entry(
        lead_id=row.lead_id, kind="sent", channel=channel.name, summary=f"Sent «{row.subject}»"[:250],
        campaign_id=row.campaign_id, key=f"sent:{row.uid}", at=now, data={"message": row.id},
    )  # fmt: skip


def _advance(enrollment_ids: Sequence[int]) -> None:
    ids = Enrollment.objects.filter(pk__in=enrollment_ids).values_list("prospect_id", flat=True)
    prospects.advance(list(ids), ProspectStage.CONTACTED, from_=(ProspectStage.ROUTED,))


def _keep_distance(late: Sequence[Claimed], now: datetime) -> None:
    """What left late moves the next step by the same time, so that two steps never come together."""
    shifts = [(row.enrollment_id, (now - row.due_at).total_seconds()) for row in late]
    if not shifts:
        return
    shifted = (
        "e.due_at + r.seconds * interval '1 second'"
        if bulk.is_postgres()
        else "strftime('%%Y-%%m-%%d %%H:%%M:%%S', e.due_at, '+' || CAST(r.seconds AS INTEGER) || ' seconds')"
    )
    bulk.run(
        f"UPDATE outreach_enrollment AS e SET due_at = {shifted} FROM"  # noqa: S608
        f" {recordset.records(('id', 'bigint'), ('seconds', 'double precision'))}"
        " WHERE e.id = r.id AND e.status IN ('active', 'paused') AND e.due_at IS NOT NULL",
        [recordset.dumps(("id", "seconds"), shifts)],
    )


def _stop_failed(moved: Sequence[Verdict], now: datetime) -> None:
    """Nobody gets a second step whose first one was refused for good."""
    failed = [v.row.enrollment_id for v in moved if v.status == MessageStatus.FAILED and v.row.enrollment_id]
    if failed:
        enrollments.stop(failed, "failed", now)
