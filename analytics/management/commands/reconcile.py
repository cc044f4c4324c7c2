"""``manage.py reconcile``: make every proof; exit 1 on any difference."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from analytics.services import reconcile


class Command(BaseCommand):
    """Print the proofs that sums agree; nothing is changed."""

    help = "Prove that messages, people, money, counters and imports add up; exit 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read ``--json``."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove and print."""
        made = reconcile.checks()
        wrong = reconcile.differences(made)
        if options["json"]:
            answer = {
                "ok": not wrong,
                "checks": len(made),
                "differences": [check.as_dict() for check in wrong],
            }
            self.stdout.write(json.dumps(answer))
        else:
            for check in wrong:
                self.stdout.write(
                    f"✗ {check.name}, {check.campaign}: expected {check.expected}, found {check.found}"
                )
            self.stdout.write(f"{len(made) - len(wrong)} of {len(made)} proofs hold.")
        if wrong:
            sys.exit(1)
