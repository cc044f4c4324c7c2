"""Live counts: an estimate at once, the exact number after, and a statement that stops when nobody wants it.

Whoever counts holds a ticket in the cache. A newer count, or «Stop», takes the ticket away; the running
statement notices within a tenth of a second and ends: SQLite by its progress handler, PostgreSQL by a cancel
that this process sends for its own connection. Either ends by itself after ``SECONDS``.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection, transaction

from campaigns.models import User
from campaigns.services import bulk
from leads.models import Lead
from leads.services import segments
from leads.services.rules.leaves import Tree

SECONDS = 20.0
LOOK = 0.1  # seconds between two looks whether the number is still wanted
STEPS = 20_000  # instructions of SQLite between two calls of the handler: about a millisecond
SMALL = 20_000  # leads: so few are counted at once, without an estimate
SAMPLE = 3_000
KEPT = 120  # seconds a ticket lives
PEOPLE = 50


class Stopped(Exception):
    """The number is not wanted any more."""


class TooLong(Exception):
    """Counting took longer than ``SECONDS``."""


@dataclass(frozen=True)
class Estimate:
    """About how many, from a sample; ``share`` of it fits."""

    count: int
    share: float


def begin(name: str) -> str:
    """Take the ticket of a count; whoever held it before stops."""
    ticket = uuid.uuid4().hex
    cache.set(_key(name), ticket, KEPT)
    return ticket


def stop(name: str) -> None:
    """Take the ticket away without a newer count."""
    cache.delete(_key(name))


def is_wanted(name: str, ticket: str) -> bool:
    """Whether nobody has taken the ticket since."""
    return bool(cache.get(_key(name)) == ticket)


def estimate(criteria: Tree, actor: User) -> Estimate | None:
    """Return about how many leads fit, from a sample of ids; None when all can be counted at once."""
    [(low, high)] = bulk.fetch("SELECT min(id), max(id) FROM leads_lead")
    if high is None or high - low < SMALL:
        return None
    dice = random.Random(f"{low}:{high}")  # noqa: S311 - the same sample for the same table: numbers do not jump
    asked, params = bulk.among("l.id", dice.sample(range(low, high + 1), SAMPLE))
    sql, values = segments.counting(criteria, actor)
    [(found,)] = bulk.fetch(f"{sql} AND {asked}", [*values, *params])
    share = found / SAMPLE
    return Estimate(round(share * (high - low + 1)), share)


def exact(criteria: Tree, actor: User, wanted: Callable[[], bool], seconds: float = SECONDS) -> int:
    """Return how many leads fit; raise ``Stopped`` or ``TooLong``."""
    sql, params = segments.counting(criteria, actor)
    with cancellable(wanted, seconds):
        return int(bulk.fetch(sql, params)[0][0])


def people(criteria: Tree, actor: User, wanted: Callable[[], bool], seconds: float = SECONDS) -> list[Lead]:
    """Return the newest who fit; raise ``Stopped`` or ``TooLong``."""
    found = segments.queryset(criteria).visible_to(actor).select_related("company", "score")
    with cancellable(wanted, seconds):
        return list(found.order_by("-id")[:PEOPLE])


@contextmanager
def cancellable(wanted: Callable[[], bool], seconds: float = SECONDS) -> Iterator[None]:
    """End the statement inside as soon as it is not wanted or takes too long."""
    if not wanted():
        raise Stopped
    guard = _Guard(wanted, seconds)
    try:
        with guard.postgres() if bulk.is_postgres() else guard.sqlite():
            yield
    except OperationalError as error:
        if guard.reason is None and not guard.is_over():
            raise
        raise (guard.reason or TooLong)() from error


class _Guard:
    """Watches one statement."""

    def __init__(self, wanted: Callable[[], bool], seconds: float) -> None:
        self.wanted, self.seconds = wanted, seconds
        self.started = self.looked = time.monotonic()
        self.reason: type[Exception] | None = None

    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.started >= self.seconds

    @contextmanager
    def sqlite(self) -> Iterator[None]:
        """Look between the instructions of the statement."""
        connection.ensure_connection()
        raw: Any = connection.connection
        raw.set_progress_handler(self._look, STEPS)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)

    @contextmanager
    def postgres(self) -> Iterator[None]:
        """Look from a thread beside the statement; the lock keeps a late cancel off the next statement."""
        lock, done = threading.Lock(), threading.Event()

        def watch(raw: Any) -> None:
            while not done.wait(LOOK):
                with lock:
                    if not done.is_set() and self._look():
                        raw.cancel_safe()
                        return

        with transaction.atomic():
            bulk.run(f"SET LOCAL statement_timeout = {int(self.seconds * 1000)}")
            watcher = threading.Thread(target=watch, args=(connection.connection,), daemon=True)
            watcher.start()
            try:
                yield
            finally:
                with lock:
                    done.set()
                watcher.join()
            bulk.run("SET LOCAL statement_timeout = DEFAULT")

    def _look(self) -> int:
        now = time.monotonic()
        if self.is_over():
            self.reason = TooLong
        elif now - self.looked >= LOOK:
            self.looked = now
            self.reason = None if self.wanted() else Stopped
        return int(self.reason is not None)


def _key(name: str) -> str:
    return f"count-ticket:{name}"
