"""``erasures``: whom this house forgot, and (``--replay``) forgetting them again after a restore."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from leads.services.privacy import journal, replaying


class Command(BaseCommand):
    """Compare the log of erasures with the database."""

    help = "Compare the log of erasures with the database; --replay carries out what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--replay", action="store_true", help="carry out again what this copy lacks")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many erasures there are and how many this database lacks."""
        replayed = replaying.catch_up() if options["replay"] else 0
        found = {
            "logged": sum(1 for _ in journal.lines()), "pending": len(journal.pending()), "replayed": replayed
        }  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(found))
        elif found["pending"]:
            self.stdout.write(
                f"{found['pending']} erasures are missing here. Run: manage.py erasures --replay"
            )
        elif replayed or options["verbosity"] > 0:
            self.stdout.write(f"{replayed} erasures were carried out again; all {found['logged']} hold.")
