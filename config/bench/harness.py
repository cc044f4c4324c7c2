"""Measures a floor and the product alternately (A B B A) and compares their CPU time.

Wall time on a shared machine swings by a factor of two; the ratio of CPU times of interleaved runs does
not. So the ratio is what is judged; everything else is printed to be looked at.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

Work = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """One hot path: ``prepare`` puts the world right before each run, ``check`` proves the result counts."""

    name: str
    units: int
    unit: str
    floor: Work
    product: Work
    prepare: Work
    check: Work
    goal: float
    earlier: str = ""


@dataclass
class Timing:
    """CPU and wall seconds of the runs of one function."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """One measured case."""

    name: str
    units: int
    unit: str
    per_second: float
    cpu_us: float
    ratio: float
    low: float
    high: float
    wall_ratio: float
    goal: float
    earlier: str

    @property
    def verdict(self) -> str:
        """Whether the whole range lies within the goal, beyond it, or across it."""
        if self.high <= self.goal:
            return "ok"
        return "slow" if self.low > self.goal else "unsure"


def measure(case: Case, pairs: int = 5) -> Result:
    """Run floor and product alternately ``pairs`` times and compare them."""
    floor, product = Timing(), Timing()
    _timed(case, case.floor, Timing())
    for number in range(pairs):
        both = [(case.floor, floor), (case.product, product)]
        for work, timing in both if number % 2 == 0 else reversed(both):
            _timed(case, work, timing)
            if work is case.product:
                case.check()
    ratios = sorted(mine / max(bare, 1e-9) for mine, bare in zip(product.cpu, floor.cpu, strict=True))
    cpu, wall = statistics.median(product.cpu), statistics.median(product.wall)
    return Result(
        case.name, case.units, case.unit, case.units / wall, cpu / case.units * 1e6,
        statistics.median(ratios), ratios[0], ratios[-1], wall / max(statistics.median(floor.wall), 1e-9),
        case.goal, case.earlier,
    )  # fmt: skip


def cpu_seconds() -> float:
    """Return CPU seconds used so far by this process and its PostgreSQL backend, if that runs here."""
    return time.process_time() + _backend_cpu()


def _timed(case: Case, work: Work, timing: Timing) -> None:
    case.prepare()
    gc.collect()
    cpu, wall = cpu_seconds(), time.perf_counter()
    work()
    timing.wall.append(time.perf_counter() - wall)
    timing.cpu.append(cpu_seconds() - cpu)


def _backend_cpu() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    numbers = stat.read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
