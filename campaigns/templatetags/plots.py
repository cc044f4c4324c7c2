"""The geometry of charts: scales, round ticks and paths, in percent of the plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil, floor, log10
from typing import Final

Value = float | int
ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A span of values laid on 0 to 100 percent."""

    low: float
    high: float

    def at(self, value: Value) -> float:
        """Return where a value lies, in percent, kept inside the plot."""
        span = (self.high - self.low) or 1.0
        return round(min(100.0, max(0.0, (float(value) - self.low) / span * 100)), 2)


def nice_step(span: float, steps: int) -> float:
    """Return a round step that cuts a span into about that many parts."""
    raw = (span or 1.0) / max(1, steps)
    power = 10.0 ** floor(log10(raw))
    return next(factor * power for factor in ROUND if factor * power >= raw * 0.999)


def ticks(low: float, high: float, steps: int = 4) -> list[float]:
    """Return round tick values that enclose the span."""
    step = nice_step(high - low, steps)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, max(last, first + 1) + 1)]


def break_factor(first: float, rest: float) -> int:
    """Return by how much a small tail is enlarged so that it reads beside its head: 2, 3, 5, 10, 20, 30 …"""
    room = 0.85 * first / rest if rest else 1.0
    power: int = 10 ** max(0, floor(log10(max(room, 1.0))))
    return max(factor * power for factor in (1, 2, 3, 5) if factor * power <= max(room, 1.0))


def position(value: Value | date) -> float:
    """Return a number for a place on the time or number axis."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return datetime.combine(value, time()).timestamp()
    return float(value)


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return an SVG path through points given in percent, the y axis pointing up."""
    return "".join(f"{'L' if n else 'M'}{x:g} {100 - y:g}" for n, (x, y) in enumerate(points))


def area(points: Sequence[tuple[float, float]]) -> str:
    """Return the path of the ground under a line."""
    return f"{path(points)}L{points[-1][0]:g} 100L{points[0][0]:g} 100Z" if points else ""


def band(rows: Sequence[tuple[float, float, float]]) -> str:
    """Return the path of a band between a low and a high line."""
    upper = [(x, high) for x, _, high in rows]
    lower = [(x, low) for x, low, _ in reversed(rows)]
    return f"{path([*upper, *lower])}Z" if rows else ""
