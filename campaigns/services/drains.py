"""Drains work off rows that wait; ``settings.DRAINS`` lists them, a tick (or a simulation) calls them."""

import time
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.services import jobs

PATIENCE = 20.0


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
    """Call every drain, round after round, until all are quiet; return rows handled by name."""
    handled = dict.fromkeys(settings.DRAINS, 0)
    with clock.at(now):
        for _ in range(rounds):
            counts = {name: _empty(name, patience=3600.0) for name in settings.DRAINS}
            for name, count in counts.items():
                handled[name] += count
            if not any(counts.values()):
                break
    return handled
