"""Messages that waited past the person's hours (a pause, a cap, a worker off) move to the next ones."""

from datetime import datetime

from campaigns.services import bulk
from outreach.services import recordset, windows
from outreach.services.windows import ALWAYS, Window

COLUMNS = (("id", "bigint"), ("due_at", "timestamptz"), ("closes_at", "timestamptz"))


def postpone(now: datetime, limit: int = 1000) -> int:
    """Give due messages whose hours are over a new time; return how many."""
    rows = bulk.fetch(
        "SELECT m.id, m.lead_id, l.time_zone, st.window_start, st.window_end, st.business_days"
        " FROM outreach_message m JOIN leads_lead l ON l.id = m.lead_id"
        " LEFT JOIN outreach_step st ON st.id = m.step_id"
        " WHERE m.status = 'queued' AND m.due_at <= %s AND m.closes_at <= %s ORDER BY m.due_at LIMIT %s",
        [now, now, limit],
    )
    times = [_times(*row, now=now) for row in rows]
    if not times:
        return 0
    return bulk.run(
        "UPDATE outreach_message AS m SET due_at = r.due_at, closes_at = r.closes_at"  # noqa: S608
        f" FROM {recordset.records(*COLUMNS)} WHERE m.id = r.id AND m.status = 'queued'"
        " AND m.closes_at <= %s",
        [recordset.dumps([name for name, _ in COLUMNS], times), now],
    )


def _times(
    pk: int,
    lead_id: int,
    zone: str,
    start: int | None,
    end: int | None,
    business: bool | None,
    *,
    now: datetime,
) -> tuple[int, datetime, datetime]:
    window = ALWAYS if start is None or end is None else Window(start, end, bool(business))
    due_at = windows.next_moment(now, zone, window, seed=str(lead_id))
    return pk, due_at, windows.closing(due_at, zone, window)
