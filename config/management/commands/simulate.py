"""``simulate``: a whole campaign on a virtual clock with offline people, in a scratch world of its own."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from campaigns import clock
from config import scratch
from config.simulation import outcome, workspace
from config.simulation.world import FIRST_MORNING, World


class Command(BaseCommand):
    """Print funnel, money and the reconcile proofs of a simulated campaign."""

    help = "Simulate a campaign: a virtual clock, offline people, the same code as in real life."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--leads", type=int, default=100, help="how many people to harvest (100)")
        parser.add_argument("--days", type=int, default=30, help="how many days to live through (30)")
        parser.add_argument("--seed", type=int, default=7, help="the same seed tells the same story (7)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Live through the days, then say what came of it."""
        if not scratch.is_scratch():
            sys.exit(scratch.rerun("sqlite"))
        call_command("migrate", verbosity=0)
        world = World(seed=options["seed"])
        with clock.at(FIRST_MORNING):
            people = workspace.furnish()
            campaign = workspace.deploy(
                people, "Simulated campaign", leads=options["leads"], vertical="dental", location="Austin, TX"
            )
        world.launch(campaign)
        world.run(FIRST_MORNING + timedelta(days=options["days"]), None if options["json"] else self._tell)
        found = outcome.of(campaign, world.seconds)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self._print(outcome.funnel(campaign), found)
        if not found["reconciled"]:
            sys.exit(1)

    def _tell(self, moment: datetime) -> None:
        self.stdout.write(f"  {moment:%a %d %b}", ending="\r")
        self.stdout.flush()

    def _print(self, funnel: dict[str, int], found: dict[str, Any]) -> None:
        self.stdout.write("Funnel")
        for stage, count in funnel.items():
            self.stdout.write(f"  {stage:<12}{count:>8,}")
        self.stdout.write("Outcome")
        for name, value in found.items():
            self.stdout.write(f"  {name:<12}{value!s:>12}")
        call_command("reconcile", stdout=self.stdout)
