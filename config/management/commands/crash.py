"""``crash``: kill real workers in the middle of their work, then compare the books."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import scratch


class Command(BaseCommand):
    """Exit 0 only when nothing was lost, doubled or left unpaid."""

    help = (
        "Kill workers (SIGKILL) while they score, route and send; afterwards count what was lost or doubled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--messages", type=int, default=3000, help="people in the campaign, two letters each (3000)"
        )
        parser.add_argument("--kills", type=int, default=10, help="how many times to kill (10)")
        parser.add_argument("--workers", type=int, default=2, help="workers at a time (2)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare a scratch world, kill, count."""
        if not scratch.is_scratch():
            sys.exit(scratch.rerun())
        from config.crash import scene, verdict
        from config.crash.harness import Harness

        call_command("migrate", verbosity=0)
        campaign = scene.set_up(options["messages"])
        harness = Harness(campaign, kills=options["kills"], workers=options["workers"])
        harness.run()
        found = {
            **verdict.of(campaign).as_dict(),
            "kills": harness.kills,
            "killed_in": dict(harness.killed_in),
            "deaths": harness.deaths,
            "seconds": harness.seconds,
        }
        text = (
            json.dumps(found)
            if options["json"]
            else "\n".join(f"{key:<12}{value}" for key, value in found.items())
        )
        self.stdout.write(text)
        if not found["clean"]:
            sys.exit(1)
