"""How the house's periodic work is doing: each drain reports here, the job monitor reads it.

A report is written when rows were handled, when something failed, or once a minute, so that an idle house
does not write all day.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F

from campaigns import clock
from campaigns.models import JobState

EVERY = 60.0  # seconds between two reports of an idle job in one process
BUSY_EVERY = 5.0  # the same while it has work
LATE_AFTER = timedelta(minutes=3)
_reported: dict[str, float] = {}
_pending: dict[str, int] = {}
_lock = threading.Lock()


class Report:
    """Filled in by the job while it works."""

    handled = 0


@dataclass(frozen=True)
class Job:
    """One line of the job monitor; ``state`` is working, idle, late, failing or new."""

    name: str
    label: str
    every: int
    state: str
    known: JobState | None


@contextmanager
def watched(name: str) -> Iterator[Report]:
    """Measure one round of a job and note how it went; what it raises goes on."""
    report, started = Report(), time.perf_counter()
    try:
        yield report
    except Exception as error:
        _fail(name, time.perf_counter() - started, error)
        raise
    if _is_due(name, report.handled):
        _succeed(name, time.perf_counter() - started)


def monitor(now: datetime) -> list[Job]:
    """Return every periodic job of the house with its state, those that need a look first."""
    known = {state.name: state for state in JobState.objects.all()}
    found = [_job(name, every, known.get(name), now) for name, (_, every) in settings.DRAINS.items()]
    order = ("failing", "late", "working", "idle", "new")
    return sorted(found, key=lambda job: (order.index(job.state), job.name))


def _job(name: str, every: int, state: JobState | None, now: datetime) -> Job:
    return Job(name, name.replace("_", " ").capitalize(), every, _word(state, every, now), state)


def _word(state: JobState | None, every: int, now: datetime) -> str:
    if state is None or state.last_at is None:
        return "failing" if state and state.failures else "new"
    if state.failures:
        return "failing"
    age = now - state.last_at
    if age > max(LATE_AFTER, timedelta(seconds=3 * every)):
        return "late"
    return "working" if state.last_handled and age < timedelta(seconds=30) else "idle"


def _is_due(name: str, handled: int) -> bool:
    """Whether to write now; what is not written yet is added to the next report of this process."""
    with _lock:
        _pending[name] = _pending.get(name, 0) + handled
        wait = BUSY_EVERY if _pending[name] else EVERY
        if time.monotonic() - _reported.get(name, float("-inf")) < wait:
            return False
        _reported[name] = time.monotonic()
        return True


def _succeed(name: str, seconds: float) -> None:
    with _lock:
        handled, _pending[name] = _pending.get(name, 0), 0
    facts = {"last_at": clock.now(), "last_seconds": seconds, "last_handled": handled, "failures": 0}
    if not JobState.objects.filter(name=name).update(handled=F("handled") + handled, **facts):
        JobState.objects.get_or_create(name=name, defaults={**facts, "handled": handled})


def _fail(name: str, seconds: float, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"[:300]
    facts = {"last_error": text, "failed_at": clock.now(), "last_seconds": seconds}
    with suppress(DatabaseError):  # a house without its database has a louder way to say so
        if not JobState.objects.filter(name=name).update(failures=F("failures") + 1, **facts):
            JobState.objects.get_or_create(name=name, defaults={**facts, "failures": 1})
