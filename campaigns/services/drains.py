"""Drains work off rows that wait; ``settings.DRAINS`` lists them, a tick (or a simulation) calls them."""

import time
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.services import jobs

PATIENCE = 20.0
HOURLY = 3600  # seconds: what looks at the house so seldom does it once in a round of all


def work(name: str, patience: float = PATIENCE) -> int:
    """Call one drain until nothing waits for it or ``patience`` seconds have passed; return rows handled."""
    with jobs.watched(name) as report:
        report.handled = _empty(name, patience)
    return report.handled


def _empty(name: str, patience: float) -> int:
    drain = import_string(settings.DRAINS[name][0])
    handled, started = 0, time.monotonic()
    while time.monotonic() - started < patience:
        count = drain(clock.now())
        handled += count
        if not count:
            break
    return handled


def run_all(now: datetime, rounds: int = 20) -> dict[str, int]:
    """Call every drain, round after round (hourly ones once), until all are quiet; return rows by name."""
    handled = dict.fromkeys(settings.DRAINS, 0)
    due = list(settings.DRAINS)
    with clock.at(now):
        for _ in range(rounds):
            counts = {name: _empty(name, patience=3600.0) for name in due}
            for name, count in counts.items():
                handled[name] += count
            if not any(counts.values()):
                break
            due = [name for name, (_, every) in settings.DRAINS.items() if every < HOURLY]
    return handled
