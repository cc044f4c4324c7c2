"""``manage.py sandbox``: the four providers of lead data on this machine, for trying and testing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from leads.providers.sandbox.core import PROVIDERS, Sandbox
from leads.providers.sandbox.server import Server


class Command(BaseCommand):
    """Serves the sandbox until it is interrupted."""

    help = "Serve sandboxes of Apollo, Dropcontact, Hunter and Outscraper on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the provider, the port and where the book is kept."""
        parser.add_argument(
            "--provider", choices=[*PROVIDERS], default="", help="Only this one, at the root."
        )
        parser.add_argument("--port", type=int, default=8090, help="Where it listens (8090).")
        parser.add_argument("--book", default="", help="The book's file (default: in LEADLOOM_VAR).")
        parser.add_argument("--latency", type=float, default=0.0, help="Seconds every answer takes.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how to use it, then serve."""
        book = Path(options["book"] or settings.VAR / "providers" / "server.sqlite3")
        sandbox = Sandbox(book).turn(latency=options["latency"])
        try:
            server = Server(sandbox, options["port"], options["provider"])
        except OSError as error:
            raise CommandError(f"Port {options['port']} is taken: {error}. Choose another.") from error
        for name in [options["provider"]] if options["provider"] else PROVIDERS:
            self.stdout.write(f"{name.upper()}_URL={server.base_url(name)} {name.upper()}_API_KEY=sandbox")
        self.stdout.write("The book: GET /_log, GET /_billed. Bad days: POST /_knobs, POST /_faults.")
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            self.stdout.write("Closed.")
        finally:
            server.server_close()
