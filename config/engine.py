"""Worker and scheduler inside this process: two daemon threads, the same code as in their own processes."""

import threading

from celery.beat import Service
from celery.worker import WorkController, state
from django_celery_beat.schedulers import DatabaseScheduler

from config import health
from config.celery import QUEUES, app, heartbeat

CONCURRENCY = 4


class Engine:
    """A Celery worker (threads) and beat; ``ask_to_stop`` is safe in a signal handler."""

    def __init__(self) -> None:
        app.finalize()
        self._worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=CONCURRENCY,
            queues=list(QUEUES),
            hostname="embedded@local",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            quiet=True,
            ready_callback=lambda consumer: health.beat(),
        )
        self._beat = Service(app, scheduler_cls=DatabaseScheduler, max_interval=5)
        self._threads = [
            threading.Thread(target=self._worker.start, name="worker", daemon=True),
            threading.Thread(target=self._run_beat, name="beat", daemon=True),
        ]

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Ask both to finish what they hold and end."""
        self._beat.stop()
        state.should_stop = 0

    def wait(self, seconds: float) -> bool:
        """Wait until the worker has ended, at most ``seconds``; return whether it has."""
        heartbeat.delay()  # a message wakes it from its two-second wait for one
        self._threads[0].join(seconds)
        return not self._threads[0].is_alive()

    def _run_beat(self) -> None:
        self._beat.start(embedded_process=True)
