"""Mail that came back: every raw reply is claimed, read, and turned into what it means, once.

Reading and matching happen before the transaction, everything that follows from a mail happens inside one,
together with the mark on its row: a crash can neither lose nor double a reply. A mail that cannot be
handled is tried three times (the try is counted at the claim, so that a mail which kills its worker is
counted too) and then set aside as ``failed``; the others go on. A mail from nobody we know is kept as
``unmatched`` and shown to staff.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.services import bulk
from conversations.services import answers, hearing, machines
from leads.services.identity import redirects
from outreach.models import RawDelivery

logger = logging.getLogger(__name__)
TRIES = 3
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
RETRY = timedelta(seconds=30)
ROWS = 200
ERROR = 250


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Work off raw replies; return how many rows were handled (0: nothing waits).

    Rows that were claimed before without an end come one by one: one of them may have killed its worker.
    """
    _set_aside(now)
    return _drain(_waiting(now).filter(attempts=0), now, min(limit, ROWS)) or _drain(_waiting(now), now, 1)


def _waiting(now: datetime) -> QuerySet[RawDelivery]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return RawDelivery.objects.filter(free, status="new", kind="reply").order_by("id")


def _set_aside(now: datetime) -> None:
    dead = _waiting(now).filter(attempts__gte=TRIES).order_by()
    dead.update(status="failed", error="Given up: whoever read it died, three times.", processed_at=now)


def _drain(waiting: QuerySet[RawDelivery], now: datetime, limit: int) -> int:
    token, ids = bulk.claim(waiting, limit=limit, lease=LEASE, now=now)
    rows = list(RawDelivery.objects.filter(pk__in=ids, lease_token=token).order_by("id"))
    for row in rows:
        try:
            _handle(row, now)
        except Exception as error:  # one bad mail must not hold up the others; the reason stays on its row
            logger.exception("raw reply %s could not be handled", row.pk)
            _put_back(row, error, now)
    return len(rows)


def _handle(row: RawDelivery, now: datetime) -> None:
    """Read the mail, then do all that follows from it and mark the row, in one transaction."""
    heard = hearing.hear(row)
    with transaction.atomic():
        mine = RawDelivery.objects.filter(pk=row.pk, lease_token=row.lease_token, status="new")
        status = "done" if heard.is_known else "unmatched"
        if not mine.update(status=status, processed_at=now, error="", lease_until=None):
            return  # our lease ended and somebody else took the mail: theirs counts
        if not heard.is_known:
            return
        if redirects.resolve_locked(heard.person.pk) != heard.person.pk:
            heard = hearing.hear(row)  # merged since we read it: the answer belongs to the survivor
        if heard.is_by_machine:
            machines.note(heard, now)
        else:
            answers.take(heard, now)


def _put_back(row: RawDelivery, error: Exception, now: datetime) -> None:
    final = row.attempts >= TRIES
    RawDelivery.objects.filter(pk=row.pk, lease_token=row.lease_token, status="new").update(
        status="failed" if final else "new",
        error=f"{type(error).__name__}: {error}"[:ERROR],
        processed_at=now,
        lease_until=None if final else now + RETRY * row.attempts,
    )
