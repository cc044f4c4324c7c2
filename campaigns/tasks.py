"""Celery's hands: a tick wakes one drain. A lost or doubled tick changes nothing, the rows are the queue."""

import threading
from collections import defaultdict

from celery import shared_task

from campaigns.services import drains, schedules

_at_work: dict[str, threading.Lock] = defaultdict(threading.Lock)


@shared_task(name="campaigns.tasks.tick")  # type: ignore[untyped-decorator]
def tick(*, name: str, **_: object) -> int:
    """Work off one drain; one at a time in each process, so that a slow one cannot take every thread."""
    lock = _at_work[name]
    if not lock.acquire(blocking=False):
        return 0
    try:
        return drains.work(name)
    finally:
        lock.release()


@shared_task(name="campaigns.tasks.run_scheduled")  # type: ignore[untyped-decorator]
def run_scheduled(*, campaign_id: int, **_: object) -> int | None:
    """Queue the run that a campaign's schedule asks for; return its id."""
    run = schedules.fire(campaign_id)
    return run.pk if run else None
