"""The raw inbox: rows that doors stored are claimed, understood and marked, many in one transaction.

A row that cannot be understood is tried three times (the try is counted when it is claimed, so that a row
which kills its worker is counted too) and then set aside as ``failed``; the others go on. News about
messages we do not know is looked at again every minute for three days.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.services import bulk
from outreach.models import RawDelivery
from outreach.providers import sendgrid
from outreach.providers.events import DeliveryEvent, loads
from outreach.services import hits, leftovers, settling, tracking

TRIES = 3
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
AGAIN_AFTER = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=3)
#: Rows at a time; a row may hold one event or two thousand, so transactions are cut by size.
ROWS = 1000
GROUP_CHARACTERS = 1_000_000

PARSERS: dict[str, Callable[[str], list[DeliveryEvent]]] = {
    sendgrid.NAME: sendgrid.parse,
    hits.NAME: loads,
    leftovers.NORMAL: loads,
}


class Unreadable(ValueError):
    """A raw delivery that is not what its door promised."""


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Work off raw events; return how many rows were handled (0: nothing waits).

    Rows claimed before without an end come one by one: one of them may have killed its worker.
    """
    _set_aside(now)
    fresh = _waiting("new", now).filter(attempts=0)
    return (
        _drain(fresh, now, min(limit, ROWS))
        or _drain(_waiting("new", now), now, 1)
        or _drain(_unmatched(now), now, min(limit, ROWS))
    )


def replay(deliveries: QuerySet[RawDelivery]) -> int:
    """Put failed or unmatched rows back in the line; return how many."""
    stuck = deliveries.filter(status__in=("failed", "unmatched"))
    return stuck.update(status="new", attempts=0, error="", lease_until=None)


def _waiting(status: str, now: datetime) -> QuerySet[RawDelivery]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return RawDelivery.objects.filter(free, status=status, kind="events").order_by("id")


def _unmatched(now: datetime) -> QuerySet[RawDelivery]:
    due = Q(processed_at__lte=now - AGAIN_AFTER, received_at__gt=now - GIVE_UP_AFTER)
    return _waiting("unmatched", now).filter(due).order_by("processed_at")


def _set_aside(now: datetime) -> None:
    dead = _waiting("new", now).filter(attempts__gte=TRIES).order_by()
    dead.update(status="failed", error="Given up: whoever read it died, three times.", processed_at=now)


def _drain(waiting: QuerySet[RawDelivery], now: datetime, limit: int) -> int:
    token, ids = bulk.claim(waiting, limit=limit, lease=LEASE, now=now)
    rows = list(RawDelivery.objects.filter(pk__in=ids, lease_token=token).order_by("id"))
    for group in _groups(rows):
        try:
            _handle(group, now)
        except Exception:  # one bad row must not hold up the others: they are taken one by one
            for row in group:
                _handle_alone(row, now)
    return len(rows)


def _groups(rows: Sequence[RawDelivery]) -> Iterator[list[RawDelivery]]:
    """Cut the rows into transactions of a few thousand events; a row is never cut."""
    group: list[RawDelivery] = []
    for row in rows:
        if group and sum(len(other.body) for other in group) + len(row.body) > GROUP_CHARACTERS:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _handle(rows: Sequence[RawDelivery], now: datetime) -> None:
    """Record the events of all rows and mark the rows, in one transaction."""
    events = [event for row in rows for event in _parse(row)]
    done = RawDelivery.objects.filter(pk__in=[row.pk for row in rows], lease_token=rows[0].lease_token)
    with transaction.atomic():
        done.update(status="done", processed_at=now, error="", lease_until=None)
        tracking.record_events(events, now)
    settling.confirm(list({event.message_uid for event in events}), now)


def _handle_alone(row: RawDelivery, now: datetime) -> None:
    try:
        _handle([row], now)
    except Exception as error:  # the reason is kept on the row for staff
        final = row.attempts >= TRIES
        RawDelivery.objects.filter(pk=row.pk, lease_token=row.lease_token).update(
            status="failed" if final else "new",
            error=f"{type(error).__name__}: {error}"[:250],
            processed_at=now,
            lease_until=None if final else now + timedelta(seconds=10 * row.attempts),
        )


def _parse(row: RawDelivery) -> list[DeliveryEvent]:
    parser = PARSERS.get(row.provider)
    if parser is None:
        raise Unreadable(f"nobody here reads events of {row.provider}")
    return parser(row.body)
