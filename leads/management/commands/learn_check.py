"""``learn_check``: what the learning parts reach on public data with known outcomes, beside their goals."""

import inspect
import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

LINE = "{mark:<5} {name:<44} {value:>9} {goal:>10}  {data}"


class Command(BaseCommand):
    """Print every figure beside its goal; exit 1 when a goal is missed."""

    help = "Measure lead scoring, churn and identity on public lists (skips what is not there)."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--data", default="", help="the folder of the lists (LEARN_DATA)")
        parser.add_argument("--only", default="", help="figures whose name contains this")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure with the product's own trainer; nothing is stored."""
        folder, started = Path(options["data"] or settings.LEARN_DATA), time.monotonic()
        found = [one for path in settings.LEARN_CHECKS for one in _figures(path, folder)]
        found = [one for one in found if options["only"] in one["name"]]
        passed = bool(found) and all(one["passed"] for one in found)
        if options["json"]:
            facts = {"passed": passed, "seconds": round(time.monotonic() - started, 1), "figures": found}
            self.stdout.write(json.dumps(facts))
        else:
            self._table(found, time.monotonic() - started)
        if not passed:
            sys.exit(1)

    def _table(self, found: list[dict[str, Any]], seconds: float) -> None:
        if not found:
            self.stderr.write(f"There is no data in {settings.LEARN_DATA}; name a folder with --data.")
        for one in found:
            mark = ("ok" if one["passed"] else "MISS") if one["goal"] else ""
            self.stdout.write(LINE.format(mark=mark, **one))
        missed = sum(not one["passed"] for one in found)
        self.stdout.write(f"{len(found)} figures, {missed} below their goal, {seconds:.0f} s")


def _figures(path: str, folder: Path) -> list[dict[str, Any]]:
    """Call one check; some need no folder."""
    check = import_string(path)
    found: list[dict[str, Any]] = check(folder) if inspect.signature(check).parameters else check()
    return found
