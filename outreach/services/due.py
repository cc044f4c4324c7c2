"""Who is due: enrollments whose next step waits to be planned, with all that planning needs, in one query."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.services import bulk
from leads.services import contactability
from outreach.services.windows import Window

WAITING = "('draft', 'approved', 'queued', 'claimed')"
FACTS = ("first_name", "last_name", "title", "city", "industry", "custom", "company_name", "company_industry")


@dataclass(frozen=True, slots=True)
class Due:
    """A person whose next step is due; ``next_*`` describe the step after it, if there is one."""

    enrollment_id: int
    campaign_id: int
    lead_id: int
    position: int
    sender_id: int | None
    sender_name: str
    sender_email: str
    step_id: int
    channel: str
    window: Window
    next_delay: int | None
    next_window: Window | None
    email: str
    time_zone: str
    is_blocked: bool
    facts: Mapping[str, Any]


def take(now: datetime, limit: int, campaign_id: int | None = None) -> list[Due]:
    """Return due people of active campaigns; on PostgreSQL they are locked for this transaction."""
    blocked, params = contactability.blocked_sql("email")
    scope, scope_params = ("AND +x.campaign_id = %s", [campaign_id]) if campaign_id else ("", [])
    rows = bulk.fetch(
        f"""
        SELECT e.id, e.campaign_id, e.lead_id, e.position, s.id, s.name, s.email,
            st.id, st.channel, st.window_start, st.window_end, st.business_days,
            nx.delay_hours, nx.window_start, nx.window_end, nx.business_days,
            l.email, l.time_zone, ({blocked}),
            l.first_name, l.last_name, l.title, l.city, l.industry, l.custom, c.name, c.industry
        FROM (
            SELECT x.* FROM outreach_enrollment x
            WHERE x.status = 'active' AND x.due_at <= %s {scope} AND {_can_go_on("x")}
            ORDER BY x.due_at LIMIT {int(limit)}
            {"FOR UPDATE SKIP LOCKED" if bulk.is_postgres() else ""}) e
        JOIN leads_lead l ON l.id = e.lead_id
        LEFT JOIN leads_company c ON c.id = l.company_id
        LEFT JOIN outreach_sender s ON s.id = COALESCE(e.sender_id, {_any_sender()})
        JOIN outreach_step st ON st.version_id = e.version_id AND st.position = e.position + 1
        LEFT JOIN outreach_step nx ON nx.version_id = e.version_id AND nx.position = e.position + 2
        ORDER BY e.due_at, e.id""",  # noqa: S608
        [*params, now, *scope_params],
    )
    return [_due(row) for row in rows]


def count(campaign_id: int, now: datetime) -> int:
    """Count the people of a campaign whose next step waits to be planned."""
    rows = bulk.fetch(
        "SELECT count(*) FROM outreach_enrollment x WHERE x.status = 'active' AND x.due_at <= %s"  # noqa: S608
        f" AND x.campaign_id = %s AND {_can_go_on('x')}",
        [now, campaign_id],
    )
    return int(rows[0][0])


def finish(now: datetime) -> int:
    """End the enrollments that have had their last step; return how many."""
    return bulk.run(
        "UPDATE outreach_enrollment AS e SET status = 'finished', ended_at = %s, due_at = NULL"  # noqa: S608
        f" WHERE e.status = 'active' AND e.due_at <= %s AND e.position >= {_steps('e')} AND {_open('e')} < 1",
        [now, now],
    )


def _can_go_on(alias: str) -> str:
    """The campaign is active, there is a next step, and the message before has left.

    Written so that both databases walk the small index of due enrollments and stop at the limit: SQLite is
    kept off another index by the plus, PostgreSQL off a join (which it would do for all) by plain numbers.
    """
    active = "SELECT ca.id FROM campaigns_campaign ca WHERE ca.status = 'active'"
    return (
        f"+{alias}.campaign_id {f'= ANY(ARRAY({active}))' if bulk.is_postgres() else f'IN ({active})'}"
        f" AND {alias}.position < {_steps(alias)} AND {_open(alias)} < 1"
    )


def _steps(alias: str) -> str:
    return f"(SELECT count(*) FROM outreach_step t WHERE t.version_id = {alias}.version_id)"  # noqa: S608


def _open(alias: str) -> str:
    """Count the messages that have not left yet."""
    return (
        f"(SELECT count(*) FROM outreach_message o WHERE o.enrollment_id = {alias}.id"  # noqa: S608
        f" AND o.status IN {WAITING})"
    )


def _any_sender() -> str:
    return "(SELECT min(id) FROM outreach_sender WHERE is_active)"


def _due(row: tuple[Any, ...]) -> Due:
    facts = dict(zip(FACTS, row[19:], strict=True))
    if isinstance(facts["custom"], str):
        facts["custom"] = json.loads(facts["custom"])
    next_window = None if row[12] is None else Window(row[13], row[14], bool(row[15]))
    return Due(
        enrollment_id=row[0], campaign_id=row[1], lead_id=row[2], position=row[3], sender_id=row[4],
        sender_name=row[5] or "", sender_email=row[6] or "", step_id=row[7], channel=row[8],
        window=Window(row[9], row[10], bool(row[11])), next_delay=row[12], next_window=next_window,
        email=row[16], time_zone=row[17], is_blocked=bool(row[18]), facts=facts,
    )  # fmt: skip
