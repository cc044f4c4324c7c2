"""Take replies by SMTP: point the MX record of the reply domain (or a relay) here."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from outreach.providers import smtp_inbound
from outreach.services import mailroom


class Command(BaseCommand):
    """Listens until it is told to stop."""

    help = "Receive replies by SMTP and store them for processing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2525)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        server = smtp_inbound.controller(accept, options["host"], options["port"])
        server.start()
        self.stdout.write(f"Receiving mail on {options['host']}:{options['port']}. Stop with Ctrl-C.")
        stopped = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stopped.set())
        stopped.wait()
        server.stop()


def accept(raw: bytes, envelope_to: list[str], envelope_from: str) -> None:
    """Store one mail on a thread of the server, with a database connection that is fit for use."""
    close_old_connections()
    try:
        mailroom.accept(raw, provider="smtp", envelope_to=envelope_to, envelope_from=envelope_from)
    finally:
        close_old_connections()
