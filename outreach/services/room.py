"""Who still has room: sequences that take people, senders that write to them, owners that look after them.

One statement reads all three with their present load; ``Balance`` then hands out places, always to the least
loaded, in turn where loads are equal.
"""

import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.models import Campaign
from campaigns.services import bulk
from outreach.services.windows import Window

SLACK, RECENT = 10_000, 2_000
CARRIED = "('routed', 'contacted', 'replied', 'graduated')"


@dataclass
class Offer:
    """A sequence that takes people: its newest published version and first step."""

    id: int
    name: str
    exclusivity: str
    match: dict[str, Any]
    is_own: bool
    version_id: int
    delay_hours: int
    window: Window
    left: int


@dataclass
class Balance:
    """Places among equals: each is given to whoever carries least, in turn among equals."""

    queue: list[tuple[int, int, int, int]] = field(default_factory=list)
    turn: int = 0

    def add(self, pk: int, load: int, capacity: int) -> None:
        """Let somebody take part who carries ``load`` of ``capacity``."""
        if load < capacity:
            heapq.heappush(self.queue, (load, self.turn, pk, capacity))

    def take(self) -> int | None:
        """Give one place away; ``None`` when nobody has room."""
        if not self.queue:
            return None
        load, _, pk, capacity = heapq.heappop(self.queue)
        self.turn += 1
        if load + 1 < capacity:
            heapq.heappush(self.queue, (load + 1, self.turn, pk, capacity))
        return pk


@dataclass(frozen=True)
class Room:
    """Everything that can be handed out."""

    offers: list[Offer]
    senders: Balance
    owners: Balance


def read(campaign: Campaign, now: datetime) -> Room:
    """Read who has room for people of a campaign; its own sequences come before those everybody may use."""
    room = Room([], Balance(), Balance())
    rows = bulk.fetch(SQL, [campaign.pk, campaign.team_id, campaign.team_id, now])
    for kind, pk, load, capacity, *rest in rows:
        if kind == "sequence":
            if load < capacity:
                room.offers.append(_offer(pk, capacity - load, rest))
        else:
            (room.senders if kind == "sender" else room.owners).add(pk, load, capacity)
    room.offers.sort(key=lambda offer: (not offer.is_own, offer.id))
    return room


def _offer(pk: int, left: int, rest: Iterable[Any]) -> Offer:
    name, exclusivity, match, is_own, version_id, delay, start, end, business = rest
    rule = json.loads(match) if isinstance(match, str) else match
    window = Window(start, end, bool(business))
    return Offer(pk, name, exclusivity, rule, bool(is_own), version_id, delay, window, left)


#: Counting a million enrollments for each slice would make routing quadratic: a sequence is counted only when
#: it could be full, senders are compared by the newest enrollments, owners carry few people anyway.
SQL = f"""
    SELECT 'sequence', q.id,
        CASE WHEN (SELECT COALESCE(max(id), 0) FROM outreach_enrollment) + {SLACK} < q.capacity THEN 0 ELSE
            (SELECT count(*) FROM outreach_enrollment e
             JOIN outreach_sequenceversion w ON w.id = e.version_id
             WHERE w.sequence_id = q.id AND e.status IN ('active', 'paused')) END,
        q.capacity, q.name, q.exclusivity, CAST(q.match AS text), q.campaign_id IS NOT NULL,
        v.id, st.delay_hours, st.window_start, st.window_end, st.business_days
    FROM outreach_sequence q
    JOIN outreach_sequenceversion v ON v.id = (
        SELECT n.id FROM outreach_sequenceversion n WHERE n.sequence_id = q.id AND n.published_at IS NOT NULL
        ORDER BY n.number DESC LIMIT 1)
    JOIN outreach_step st ON st.version_id = v.id AND st.position = 1
    WHERE q.is_active AND (q.campaign_id = %s OR q.campaign_id IS NULL)
    UNION ALL
    SELECT 'owner', u.id,
        (SELECT count(*) FROM leads_prospect p WHERE p.owner_id = u.id AND p.stage IN {CARRIED}),
        u.capacity, '', '', '', false, 0, 0, 0, 0, false
    FROM campaigns_user u
    WHERE u.is_active AND u.role = 'rep' AND NOT u.is_away AND (u.team_id = %s OR CAST(%s AS bigint) IS NULL)
    UNION ALL
    SELECT 'sender', s.id,
        (SELECT count(*) FROM (SELECT e.sender_id FROM outreach_enrollment e
            ORDER BY e.id DESC LIMIT {RECENT}) r WHERE r.sender_id = s.id),
        1000000000, '', '', '', false, 0, 0, 0, 0, false
    FROM outreach_sender s
    WHERE s.is_active AND (s.rested_until IS NULL OR s.rested_until <= %s)"""  # noqa: S608
