"""Celery, thin: it wakes the drains of ``settings.DRAINS``; the rows they work off are the queue."""

import os
from typing import Any

from celery import Celery, signals
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("default", "send", "ingest", "learn")
HEARTBEAT = "config.celery.heartbeat"
HEARTBEAT_EVERY = 5


def beat_table(drains: dict[str, tuple[str, int]], queues: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Derive the scheduler's table: one tick a drain, worthless once the next one is due."""
    ticks = {
        f"tick {name}": {
            "task": "campaigns.tasks.tick",
            "schedule": float(seconds),
            "kwargs": {"name": name},
            "options": {"queue": queues.get(name, "default"), "expire_seconds": max(seconds, 10)},
        }
        for name, (_, seconds) in drains.items()
    }
    options = {"expire_seconds": 10 * HEARTBEAT_EVERY}
    return {**ticks, "heartbeat": {"task": HEARTBEAT, "schedule": float(HEARTBEAT_EVERY), "options": options}}


def _make_app() -> Celery:
    from django.conf import settings

    made = Celery("leadloom")
    made.config_from_object("django.conf:settings", namespace="CELERY")
    made.conf.task_queues = [Queue(name) for name in QUEUES]  # type: ignore[no-untyped-call]
    made.conf.beat_schedule = beat_table(settings.DRAINS, settings.DRAIN_QUEUES)
    made.conf.CELERY_DB_REUSE_MAX = 10_000  # else the connection is closed before and after every task
    made.autodiscover_tasks()
    made.set_default()
    return made


app = _make_app()


@app.task(name=HEARTBEAT)  # type: ignore[untyped-decorator]
def heartbeat(**_: object) -> None:
    """Note that broker, scheduler and worker reach each other; ``/health/ready/`` reads the age of it."""
    from config import health

    health.beat()


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def _forget_again(**_: object) -> None:
    """Before any work: forget again whom an older copy of the data brought back."""
    from leads.services.privacy import replaying

    replaying.catch_up()


@signals.worker_ready.connect  # type: ignore[untyped-decorator]
def _first_heartbeat(**_: object) -> None:
    heartbeat()


@signals.beat_init.connect  # type: ignore[untyped-decorator]
@signals.beat_embedded_init.connect  # type: ignore[untyped-decorator]
def _forget_removed_drains(**_: object) -> None:
    """Drop the rows of drains that are no longer listed, so that nothing ticks for them."""
    from django_celery_beat.models import PeriodicTask

    stale = PeriodicTask.objects.filter(task="campaigns.tasks.tick", name__startswith="tick ")
    stale.exclude(name__in=app.conf.beat_schedule).delete()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _keep_our_logging(**_: object) -> None:
    """Answer Celery's question who sets up logging: Django already has."""
