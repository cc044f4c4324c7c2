"""Works off the rows of ``queue``: each batch is compared by its keys only, so the work follows the changes
and not the size of the house."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from campaigns.services import bulk
from leads.models import MatchRun
from leads.services.identity import following, matching

logger = logging.getLogger(__name__)
TRIES = 3
LEASE = timedelta(seconds=settings.LEASE_SECONDS * 5)
KEEP = timedelta(days=30)


def drain(now: datetime, *, limit: int = 1) -> int:
    """Compare the next batches; return how many were handled (0: nothing waits)."""
    _give_up(now)
    following.sweep(now)
    token, ids = bulk.claim(_waiting(now), limit=limit, lease=LEASE, now=now)
    for run in MatchRun.objects.filter(pk__in=ids, lease_token=token).order_by("id"):
        try:
            _finish(run, _compare(run), now)
        except Exception as error:  # one bad batch must not hold up the others; the reason stays on its row
            logger.exception("match run %s failed", run.pk)
            _put_back(run, error, now)
    if ids:
        _forget_old(now)
    return len(ids)


def _compare(run: MatchRun) -> dict[str, Any]:
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


def _forget_old(now: datetime) -> None:
    """Drop finished work after a month."""
    MatchRun.objects.filter(status=MatchRun.Status.DONE, done_at__lt=now - KEEP).delete()
