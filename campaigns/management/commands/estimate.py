"""``manage.py estimate --count N``: what so many prospects will cost, line by line."""

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from campaigns.serializers.money import EstimateSerializer
from campaigns.services import estimates

MOST = 1_000_000


class Command(BaseCommand):
    """Print the same estimate that the deploy form and the API show."""

    help = "Say what a campaign of so many prospects will cost at the prices of today."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the number of prospects, whom it is about, and ``--json``."""
        parser.add_argument("--count", type=int, required=True, help="prospects")
        parser.add_argument(
            "--vertical", default="", help="kept beside the estimate; prices do not depend on it"
        )
        parser.add_argument(
            "--location", default="", help="kept beside the estimate; prices do not depend on it"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Estimate and print."""
        count = options["count"]
        if not 1 <= count <= MOST:
            raise CommandError(f"--count must be between 1 and {MOST:,}.")
        _make_ready()
        found = estimates.estimate(count)
        about = {name: options[name] for name in ("vertical", "location") if options[name]}
        if options["json"]:
            self.stdout.write(json.dumps({**EstimateSerializer(found).data, "count": count, **about}))
            return
        where = " in ".join(about.values())
        self.stdout.write(f"{count:,} prospects{f' ({where})' if where else ''}: ${found.total:,}")
        self.stdout.write(f"at least ${found.low:,}, at most ${found.high:,}\n")
        for item in found.items:
            self.stdout.write(
                f"  {item.label:<20} {item.units.normalize():>12,f} {item.unit:<8} ${item.amount:>12,.4f}"
            )


def _make_ready() -> None:
    """On a fresh clone make the tables first; a price list is written where prices are missing."""
    if not connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
    estimates.seed_prices()
