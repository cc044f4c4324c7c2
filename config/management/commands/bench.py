"""``bench``: the product's hot paths beside the floor of the database, measured alternately in one run."""

import json
import math
import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import scratch

HEAD = (
    f"{'case':<10}{'units':>8} {'speed':>12} {'CPU/unit':>12} {'ratio':>7} [range]     goal  verdict earlier"
)
LINE = (
    "{name:<10}{units:>8} {per_second:>10,.0f}/s {cpu_us:>9.1f} us {ratio:>7.2f} [{low:.2f}–{high:.2f}]"
    " {goal:>5.1f}  {verdict:<7}{earlier}"
)

PEER = (
    "{name:<10}row by row through the ORM: {cost:>9.1f} us a {unit}, {peer_factor:.0f} times {cpu_us:.1f} us"
)


class Command(BaseCommand):
    """Print CPU ratios with their range; with ``--check`` exit 1 when a goal is missed for certain."""

    help = "Measure the hot paths beside the floor the database sets (ratios, not seconds, are judged)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--sizes", default="10k", help="how many leads, such as 10k,100k (10k)")
        parser.add_argument(
            "--only", default="", help="names of cases, such as score,undo,memory (the usual ones)"
        )
        parser.add_argument("--pairs", type=int, default=5, help="pairs of floor and product (5)")
        parser.add_argument(
            "--peer-baseline", action="store_true", help="also measure each path written row by row"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--check", action="store_true", help="exit 1 when a goal is missed for certain")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure in a scratch world, so that no real row is touched."""
        if not scratch.is_scratch():
            sys.exit(scratch.rerun())
        from django.db import connection

        call_command("migrate", verbosity=0)
        self.quiet = options["json"]
        self._say(
            f"{connection.vendor}, load {os.getloadavg()[0]:.1f}; ratio = CPU of product / CPU of floor"
        )
        self._say(HEAD)
        names = {name for name in options["only"].split(",") if name}
        results = [
            row for size in _sizes(options["sizes"]) for row in self._measure(size, names, options["pairs"])
        ]
        if options["peer_baseline"]:
            self._compare(results)
        walk = None if names else self._walk()
        if self.quiet:
            facts = {"database": connection.vendor, "load": os.getloadavg()[0], "walk_seconds": walk}
            self.stdout.write(json.dumps({**facts, "cases": results, "exponents": _exponents(results)}))
        for name, slope in _exponents(results).items():
            self._say(f"growth of {name}: exponent {slope:.2f}")
        if options["check"] and any(row["verdict"] == "slow" for row in results):
            sys.exit(1)

    def _measure(self, size: int, names: set[str], pairs: int) -> list[dict[str, Any]]:
        from config.bench import cases, import_cases
        from config.bench.harness import measure

        call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
        if "memory" in names:  # beside what a process needs, nothing is measured
            self._say(import_cases.alone(size))
            call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
        found = []
        lists = import_cases.all_cases(size) if names else []
        usual = [] if names == {"memory"} else cases.all_cases(cases.Stage.build(size))
        for case in sorted([*usual, *lists], key=lambda case: case.name == "import"):
            if names and case.name not in names:
                continue
            result = measure(case, pairs)
            found.append({**vars(result), "verdict": result.verdict})
            self._say(LINE.format(**found[-1]))
        return found

    def _compare(self, results: list[dict[str, Any]]) -> None:
        """Measure the usual way of each path and print how many times more it costs."""
        from config.bench import cases, peers

        call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
        stage = cases.Stage.build(peers.SAMPLE)
        usual = peers.measured(stage.campaign, stage.version)
        for row in results:
            if cost := usual.get(row["name"]):
                row["peer_factor"] = round(cost / row["cpu_us"], 1)
                self._say(PEER.format(cost=cost, **row))

    def _walk(self) -> dict[str, float]:
        """Time whole walks from harvest to the sent mail."""
        from config.bench import walk

        found = {}
        for count in (100, 1_000, 10_000):
            call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
            started, cpu = time.perf_counter(), time.process_time()
            sent = walk.walk(count)
            found[str(count)] = round(time.perf_counter() - started, 3)
            spent = f"{found[str(count)]:.2f} s wall, {time.process_time() - cpu:.2f} s CPU"
            self._say(f"whole walk of {count:>6} leads: {spent}, {sent} mails (earlier: 100 in 73 s)")
        return found

    def _say(self, text: str) -> None:
        if not self.quiet:
            self.stdout.write(text)
            self.stdout.flush()


def _sizes(text: str) -> list[int]:
    return [int(size.lower().replace("k", "000").replace("m", "000000")) for size in text.split(",")]


def _exponents(results: list[dict[str, Any]]) -> dict[str, float]:
    """Return the log-log slope of CPU over size for every case measured at several sizes."""
    slopes = {}
    for name in {row["name"] for row in results}:
        points = sorted(
            (row["units"], row["cpu_us"] * row["units"]) for row in results if row["name"] == name
        )
        if len({units for units, _ in points}) > 1:
            (small, few), (large, many) = points[0], points[-1]
            slopes[name] = round(math.log(many / few) / math.log(large / small), 2)
    return slopes
