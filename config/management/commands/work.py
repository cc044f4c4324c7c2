"""``work``: one worker without a broker. It drains the rows that wait, until it is stopped."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from campaigns.services import drains
from leads.services.privacy import replaying


class Command(BaseCommand):
    """Drain again and again; end cleanly on SIGTERM or Ctrl-C."""

    help = "Work off everything that waits, until stopped (a worker without Celery)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--only", nargs="*", default=None, help="names of drains (all)")
        parser.add_argument("--pause", type=float, default=0.5, help="seconds between rounds (0.5)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go round until told to stop."""
        self.stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        replaying.catch_up()  # nobody who was forgotten may be written to from an older copy of the data
        while not self.stopped.wait(options["pause"]):
            for name in options["only"] or settings.DRAINS:
                drains.work(name)
            close_old_connections()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped.set()
