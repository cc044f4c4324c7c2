"""``match_leads``: compare all leads with each other now, or teach the matcher."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns import clock
from campaigns.services.learning.registry import PromotionRefused
from leads.services.identity import learning, queue, working


class Command(BaseCommand):
    """Ask about every lead and work the batches off; with ``--train`` learn weights instead."""

    help = "Find leads that are here twice: merge what is certain, ask about the rest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--later", action="store_true", help="only write the work down for the workers")
        parser.add_argument("--train", action="store_true", help="learn weights from these leads")
        parser.add_argument("--promote", action="store_true", help="let the newest learned weights serve")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked, saying what came of it."""
        if options["train"] or options["promote"]:
            return self._learn(options)
        number = queue.ask_all()
        self.stdout.write(f"{number:,} leads to compare")
        while not options["later"] and working.drain(clock.now()):
            self.stdout.write(f"{queue.waiting():,} batches left")
        return None

    def _learn(self, options: dict[str, Any]) -> None:
        try:
            if options["train"]:
                made = learning.train()
                self.stdout.write(f"version {made.version}: {made.get_status_display()}. {made.note}".strip())
            if options["promote"]:
                self.stdout.write(f"version {learning.promote().version} serves now")
        except (learning.TooLittle, PromotionRefused) as problem:
            raise CommandError(str(problem)) from problem
