"""Candidates: the prospects that wait for a sequence, with what they match and what they are already in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Campaign
from campaigns.services import bulk
from leads.services.rules import language as rules
from outreach.services.room import Offer

LOOK_AGAIN = timedelta(days=1)  # when somebody who was refused is tried again
#: How many wait: those at the stage without those refused lately, each part a look into an index.
WAITING = """(SELECT count(*) FROM leads_prospect w WHERE w.campaign_id = %s AND w.stage = 'qualified')
            - (SELECT count(DISTINCT w.id) FROM outreach_routingdecision d
               JOIN leads_prospect w ON w.id = d.prospect_id
               WHERE d.sequence_id IS NULL AND w.campaign_id = %s AND w.stage = 'qualified'
                   AND d.decided_at > %s)"""
#: What a person is in already: nothing, another campaign's sequence, one here, one that bears no other.
FREE, ELSEWHERE, HERE, EXCLUSIVE = range(4)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prospect that waits for a sequence: what it matches and what it is already in."""

    prospect_id: int
    lead_id: int
    owner_id: int | None
    time_zone: str
    busy: int
    matches: tuple[bool, ...]


def read(
    campaign: Campaign, offers: Sequence[Offer], limit: int, now: datetime
) -> tuple[list[Candidate], int]:
    """Return the next candidates, with what they match among the offers, and how many wait behind them."""
    values = {name: getattr(campaign, name) for name in rules.SETTINGS}
    conditions = [rules.compile_sql(rules.bind(offer.match, values), now) for offer in offers]
    matches = "".join(f", ({sql})" for sql, _ in conditions)
    again = now - LOOK_AGAIN
    rows = bulk.fetch(
        f"""
        SELECT {WAITING}, p.id, p.lead_id, COALESCE(p.owner_id, l.owner_id), l.time_zone,
            COALESCE((SELECT max(CASE WHEN e.exclusivity_key = 'lead:' || l.id THEN {EXCLUSIVE}
                WHEN e.campaign_id = p.campaign_id THEN {HERE} ELSE {ELSEWHERE} END)
                FROM outreach_enrollment e WHERE e.lead_id = l.id AND e.status IN ('active', 'paused')), 0)
            {matches}
        FROM (
            SELECT q.* FROM leads_prospect q
            WHERE q.campaign_id = %s AND q.stage = 'qualified' AND NOT EXISTS (
                SELECT 1 FROM outreach_routingdecision d
                WHERE d.prospect_id = q.id AND d.sequence_id IS NULL AND d.decided_at > %s)
            ORDER BY q.id LIMIT {int(limit)}) p
        JOIN leads_lead l ON l.id = p.lead_id
        LEFT JOIN leads_company c ON c.id = l.company_id LEFT JOIN leads_leadscore s ON s.lead_id = l.id
        ORDER BY p.id""",  # noqa: S608
        [campaign.pk, campaign.pk, again, *(value for _, params in conditions for value in params),
         campaign.pk, again],
    )  # fmt: skip
    found = [
        Candidate(prospect, lead, owner, zone, busy, tuple(map(bool, fits)))
        for _, prospect, lead, owner, zone, busy, *fits in rows
    ]
    return found, rows[0][0] - len(rows) if rows else 0
