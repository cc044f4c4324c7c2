"""Stage 5: who gets which sequence, which sender and which owner, and never two at once.

A slice takes a fixed number of statements: one reads who has room, one reads the prospects with their matches
and what they are already in, four write. The exclusivity constraint of the database has the last word: who
loses a race to it is noted as such. A refused prospect keeps its stage and is looked at again a day later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from campaigns.models import Campaign
from campaigns.services import bulk
from campaigns.services.pipeline import StageReport
from outreach.services import candidates, recordset, windows
from outreach.services import room as rooms
from outreach.services.candidates import ELSEWHERE, FREE, HERE, Candidate
from outreach.services.room import Offer, Room

BALANCING = 7_305_001  # the advisory lock under which loads are read and given out
ENROLLMENT = (("version_id", "bigint"), ("prospect_id", "bigint"), ("lead_id", "bigint"),
              ("campaign_id", "bigint"), ("sender_id", "bigint"), ("due_at", "timestamptz"),
              ("exclusivity_key", "text"))  # fmt: skip
DECISION = (("prospect_id", "bigint"), ("sequence_id", "bigint"), ("owner_id", "bigint"), ("rule", "text"),
            ("reason", "text"))  # fmt: skip
OWNED = (("id", "bigint"), ("owner_id", "bigint"))


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a candidate; ``offer`` is empty when nothing fits."""

    candidate: Candidate
    offer: Offer | None
    rule: str
    reason: str = ""
    sender_id: int | None = None
    owner_id: int | None = None


def stage(campaign: Campaign, *, limit: int, now: datetime) -> StageReport:
    """Route up to ``limit`` qualified prospects of a campaign."""
    with transaction.atomic():
        if bulk.is_postgres():  # on SQLite there is one writer at a time anyway
            bulk.run("SELECT pg_advisory_xact_lock(%s)", [BALANCING])
        room = rooms.read(campaign, now)
        waiting, left = candidates.read(campaign, room.offers, limit, now)
        decisions = [_decide(candidate, room) for candidate in waiting]
        placed = _enroll([d for d in decisions if d.offer], campaign, now)
        decisions = [d if not d.offer or d.candidate.prospect_id in placed else _lost(d) for d in decisions]
        _log(decisions, now)
        _move_on([d for d in decisions if d.offer])
    return StageReport(done=len(placed), failed=len(decisions) - len(placed), left=left)


def exclusivity_key(mode: str, *, lead_id: int, campaign_id: int, sequence_id: int) -> str:
    """Return what only one living enrollment may hold."""
    return {
        "lead": f"lead:{lead_id}",
        "campaign": f"campaign:{campaign_id}:lead:{lead_id}",
        "sequence": f"sequence:{sequence_id}:lead:{lead_id}",
    }[mode]


def _decide(candidate: Candidate, room: Room) -> Decision:
    fitting = [offer for offer, fits in zip(room.offers, candidate.matches, strict=True) if fits]
    if not fitting:
        reason = "No published sequence fits." if room.offers else "There is no sequence with room."
        return Decision(candidate, None, "no match", reason)
    free = [offer for offer in fitting if not _overlaps(candidate, offer)]
    if not free:
        return Decision(candidate, None, "overlap", "Is already in another sequence.")
    offer = next((offer for offer in free if offer.left > 0), None)
    if offer is None:
        return Decision(candidate, None, "capacity", f"«{free[0].name}» is full."[:200])
    sender_id = room.senders.take()
    if sender_id is None:
        return Decision(candidate, None, "no sender", "No active sender has room.")
    offer.left -= 1
    owner_id = candidate.owner_id or room.owners.take()
    reason = "" if owner_id else "No owner: every rep is away or full."
    return Decision(candidate, offer, offer.name[:60], reason, sender_id, owner_id)


def _overlaps(candidate: Candidate, offer: Offer) -> bool:
    bearable = {"lead": FREE, "campaign": ELSEWHERE, "sequence": HERE}
    return candidate.busy > bearable[offer.exclusivity]


def _lost(decision: Decision) -> Decision:
    reason = "Is already in another sequence, or has been through this one."
    return Decision(decision.candidate, None, "overlap", reason)


def _enroll(decisions: Sequence[Decision], campaign: Campaign, now: datetime) -> set[int]:
    """Insert the enrollments; return the prospects that the constraints let in."""
    rows = [_enrollment(decision, campaign, now) for decision in decisions]
    if not rows:
        return set()
    names = [name for name, _ in ENROLLMENT]
    moment = "%s::timestamptz" if bulk.is_postgres() else "%s"
    found = bulk.fetch(
        f"INSERT INTO outreach_enrollment ({', '.join(names)}, status, stop_reason, position, created_at)"  # noqa: S608
        f" SELECT {', '.join(names)}, 'active', '', 0, {moment} FROM {recordset.records(*ENROLLMENT)}"
        " WHERE true ON CONFLICT DO NOTHING RETURNING prospect_id",
        [now, recordset.dumps(names, rows)],
    )
    return {prospect_id for (prospect_id,) in found}


def _enrollment(decision: Decision, campaign: Campaign, now: datetime) -> tuple[Any, ...]:
    candidate, offer = decision.candidate, decision.offer
    assert offer is not None  # noqa: S101 only placed candidates come here
    wanted = now + timedelta(hours=offer.delay_hours)
    due_at = windows.next_moment(wanted, candidate.time_zone, offer.window, seed=str(candidate.lead_id))
    key = exclusivity_key(
        offer.exclusivity, lead_id=candidate.lead_id, campaign_id=campaign.pk, sequence_id=offer.id
    )
    return (offer.version_id, candidate.prospect_id, candidate.lead_id, campaign.pk, decision.sender_id,
            due_at, key)  # fmt: skip


def _log(decisions: Sequence[Decision], now: datetime) -> None:
    rows = [
        (d.candidate.prospect_id, d.offer.id if d.offer else None, d.owner_id, d.rule, d.reason)
        for d in decisions
    ]
    if not rows:
        return
    names = [name for name, _ in DECISION]
    moment = "%s::timestamptz" if bulk.is_postgres() else "%s"
    bulk.run(
        f"INSERT INTO outreach_routingdecision ({', '.join(names)}, decided_at)"  # noqa: S608
        f" SELECT {', '.join(names)}, {moment} FROM {recordset.records(*DECISION)}",
        [now, recordset.dumps(names, rows)],
    )


def _move_on(decisions: Sequence[Decision]) -> None:
    """Prospects become ``routed``; they and their leads get the owner unless they have one."""
    if not decisions:
        return
    names = [name for name, _ in OWNED]
    bulk.run(
        "UPDATE leads_prospect AS p SET stage = 'routed', owner_id = r.owner_id"  # noqa: S608
        f" FROM {recordset.records(*OWNED)} WHERE p.id = r.id AND p.stage = 'qualified'",
        [recordset.dumps(names, [(d.candidate.prospect_id, d.owner_id) for d in decisions])],
    )
    bulk.run(
        "UPDATE leads_lead AS l SET owner_id = COALESCE(l.owner_id, r.owner_id),"  # noqa: S608
        " team_id = COALESCE(l.team_id,"
        " (SELECT u.team_id FROM campaigns_user u WHERE u.id = r.owner_id)),"
        " lifecycle = CASE l.lifecycle WHEN 'new' THEN 'working' ELSE l.lifecycle END"
        f" FROM {recordset.records(*OWNED)} WHERE l.id = r.id",
        [recordset.dumps(names, [(d.candidate.lead_id, d.owner_id) for d in decisions])],
    )
