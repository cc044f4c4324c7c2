"""Lets people in one by one or by the thousand: stored once, with consent, keys, timeline and campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from campaigns.services import bulk
from leads.models import Consent
from leads.services import intake, prospects, timeline
from leads.services.doors import marks
from leads.services.intake import Entrance, Outcome

REFUSED = "refused"
_CONSENT = ("lead_id", "channel", "is_granted", "basis", "source", "evidence", "recorded_at")


@dataclass(frozen=True)
class Word:
    """What a person said about one channel, with the proof."""

    channel: str
    is_granted: bool
    evidence: str = ""
    basis: str = "consent"


@dataclass(frozen=True)
class Arrival:
    """One person at the door: the draft, what they allowed, how they found us, what the timeline says.

    ``key`` makes a repeated report of the same arrival a no-op on the timeline.
    """

    draft: dict[str, Any]
    words: tuple[Word, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    visitor: str = ""
    kind: str = "arrived"
    summary: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    campaign_id: int | None = None


def arrive(arrivals: Sequence[Arrival], entrance: Entrance, *, source: str) -> list[Outcome]:
    """Store people with all they brought; return their outcomes in order. Call inside a transaction."""
    outcomes = intake.store([dict(one.draft) for one in arrivals], entrance)
    _bring_in(arrivals, outcomes, entrance, source)
    return outcomes


def arrive_unproven(arrival: Arrival, entrance: Entrance, *, source: str) -> Outcome:
    """Let in somebody who only says who they are: what we know already is filled up, never overwritten."""
    draft = arrival.draft
    (found,) = intake.store([dict(draft)], replace(entrance, updates=False))
    if found.verdict not in ("created", REFUSED):
        (found,) = intake.store([dict(draft)], replace(entrance, told={found.lead_id}))
    _bring_in([arrival], [found], entrance, source)
    return found


def _bring_in(
    arrivals: Sequence[Arrival], outcomes: Sequence[Outcome], entrance: Entrance, source: str
) -> None:
    let_in = [
        (arrival, outcome.lead_id)
        for arrival, outcome in zip(arrivals, outcomes, strict=True)
        if outcome.verdict != REFUSED
    ]
    _consents(let_in, entrance, source)
    marks.remember(
        (key for one, lead_id in let_in for key in marks.keys(lead_id, one.marks, one.visitor)), source
    )
    campaigns: dict[int, list[int]] = {}
    for arrival, lead_id in let_in:
        if arrival.campaign_id:
            campaigns.setdefault(arrival.campaign_id, []).append(lead_id)
    for campaign_id, lead_ids in campaigns.items():
        prospects.enroll(campaign_id, dict.fromkeys(lead_ids), entrance.now)
    timeline.record_many(
        timeline.Entry(
            lead_id, one.kind, one.summary, "web", one.campaign_id, one.data, key=one.key, at=entrance.now
        )
        for one, lead_id in let_in
        if one.summary
    )


def _consents(let_in: Sequence[tuple[Arrival, int]], entrance: Entrance, source: str) -> None:
    """Add consent rows and say so on the timeline."""
    rows = [
        (lead_id, word.channel, word.is_granted, word.basis, source[:80], word.evidence, entrance.now)
        for one, lead_id in let_in
        for word in one.words
    ]
    if rows:
        bulk.copy_rows(Consent, _CONSENT, rows)
    timeline.record_many(
        timeline.Entry(
            lead_id, "consent", f"{'Allowed' if word.is_granted else 'Refused'} {word.channel} ({source})",
            word.channel, data={"evidence": word.evidence[:500]}, at=entrance.now,
        )
        for one, lead_id in let_in
        for word in one.words
    )  # fmt: skip
