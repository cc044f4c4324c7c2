"""The work of comparing, as rows: whoever stores or changes people writes down whom to look at again.

The row is written in the transaction of the change, so nobody is forgotten; the drain compares each batch
by its keys only, so the work follows the changes and not the size of the house.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.services import bulk
from leads.models import Lead, MatchRun

logger = logging.getLogger(__name__)
BATCH = 500
TRIES = 3
LEASE = timedelta(seconds=settings.LEASE_SECONDS * 5)
_COLUMNS = ("lead_ids",)


def ask(lead_ids: Iterable[int]) -> int:
    """Write down leads to be compared with all others; return how many. Call inside their transaction."""
    ids = sorted(set(lead_ids))
    rows = [(ids[at : at + BATCH],) for at in range(0, len(ids), BATCH)]
    if rows:
        bulk.copy_rows(MatchRun, _COLUMNS, rows)
    return len(ids)


def ask_all() -> int:
    """Write down every lead there is, as after a first import or with new parameters."""
    return ask(Lead.objects.current().filter(erased_at=None).order_by("id").values_list("id", flat=True))


def waiting() -> int:
    """Return how many batches wait."""
    return MatchRun.objects.filter(status=MatchRun.Status.QUEUED).count()


def drain(now: datetime, *, limit: int = 1) -> int:
    """Compare the next batches; return how many were handled (0: nothing waits)."""
    from leads.services.identity import following  # merging asks this room for work

    _give_up(now)
    following.sweep(now)
    token, ids = bulk.claim(_waiting(now), limit=limit, lease=LEASE, now=now)
    for run in MatchRun.objects.filter(pk__in=ids, lease_token=token).order_by("id"):
        try:
            _finish(run, _compare(run), now)
        except Exception as error:  # one bad batch must not hold up the others; the reason stays on its row
            logger.exception("match run %s failed", run.pk)
            _put_back(run, error, now)
    return len(ids)


def _compare(run: MatchRun) -> dict[str, Any]:
    from leads.services.identity import matching  # it asks for more work itself

    started = time.perf_counter()
    figures = matching.match(run.lead_ids)
    return {**figures, "seconds": round(time.perf_counter() - started, 3)}


def _finish(run: MatchRun, figures: dict[str, Any], now: datetime) -> None:
    mine = MatchRun.objects.filter(pk=run.pk, lease_token=run.lease_token, status=MatchRun.Status.QUEUED)
    mine.update(status=MatchRun.Status.DONE, figures=figures, error="", lease_until=None, done_at=now)


def _put_back(run: MatchRun, error: Exception, now: datetime) -> None:
    MatchRun.objects.filter(pk=run.pk, lease_token=run.lease_token).update(
        error=f"{type(error).__name__}: {error}"[:250], lease_until=now + timedelta(seconds=30)
    )


def _give_up(now: datetime) -> None:
    dead = _waiting(now).filter(attempts__gte=TRIES).order_by()
    dead.update(status=MatchRun.Status.FAILED, done_at=now)


def _waiting(now: datetime) -> QuerySet[MatchRun]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return MatchRun.objects.filter(free, status=MatchRun.Status.QUEUED).order_by("id")


def forget_old(now: datetime) -> int:
    """Drop finished work after a month."""
    old = MatchRun.objects.filter(status=MatchRun.Status.DONE, done_at__lt=now - timedelta(days=30))
    with transaction.atomic():
        return old.delete()[0]
