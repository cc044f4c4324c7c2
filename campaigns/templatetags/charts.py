"""Charts as HTML and SVG made on the server: themeable, printable, read aloud, tested as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django import template

from campaigns.templatetags import plots, wording

register = template.Library()

Row = Mapping[str, Any]
FORMATS: Final[dict[str, Callable[[float], str]]] = {
    "money": lambda value: wording.money(value, cents=False),
    "percent": lambda value: wording.percent(value, 0),
    "points": lambda value: f"{value * 100:+g}".replace("-", wording.MINUS),
    "number": lambda value: f"{value:,.10g}",
}
BREAK_BELOW: Final = 0.06  # a stage under this share of the first is drawn on a larger, marked scale


@register.inclusion_tag("partials/charts/spark.html")
def spark(values: Sequence[float], tone: str = "indigo", label: str = "") -> dict[str, Any]:
    """Draw the last periods of a figure as a small line with an end dot."""
    numbers = [float(value) for value in values]
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    scale = plots.Scale(low, high if high > low else low + 1)
    step = 100 / max(1, len(numbers) - 1)
    points = [(round(n * step, 2), round(8 + scale.at(value) * 0.84, 2)) for n, value in enumerate(numbers)]
    said = f"{label or 'Trend'}: from {numbers[0]:g} to {numbers[-1]:g}" if numbers else f"{label}: no data"
    end = 100 - points[-1][1] if points else 0
    return {"line": plots.path(points), "area": plots.area(points), "end": end, "tone": tone, "label": said}


@register.inclusion_tag("partials/charts/funnel.html")
def funnel(stages: Sequence[Row]) -> dict[str, Any]:
    """Draw stages as bars from zero with their share of the one before; a small tail has a marked scale."""
    first = max((float(stage["count"]) for stage in stages), default=0.0)
    broken = next((n for n, stage in enumerate(stages) if n and _is_tiny(stage, first)), None)
    tail = max((float(stage["count"]) for stage in stages[broken:]), default=0.0) if broken else 0.0
    factor = plots.break_factor(first, tail) if tail else 1
    drawn = [
        {**stage, **_joint(stages, n), "breaks": factor > 1 and n == broken,
         "size": plots.Scale(0, first).at(float(stage["count"]) * (factor if broken and n >= broken else 1))}
        for n, stage in enumerate(stages)
    ]  # fmt: skip
    said = ", ".join(f"{stage['label']} {stage['count']:,}" for stage in stages)
    return {"stages": drawn, "factor": factor, "label": f"Funnel: {said}"}


@register.inclusion_tag("partials/charts/bars.html")
def bars(rows: Sequence[Row], label: str = "Bars") -> dict[str, Any]:
    """Draw rows as bars to both sides of zero on one scale: what speaks for and what against."""
    values = [float(row["value"]) for row in rows]
    scale = plots.Scale(min([0.0, *values]), max([0.0, *values]))
    zero = scale.at(0)
    drawn = [
        {**row, "text": row.get("text") or f"{value:+g}".replace("-", wording.MINUS),
         "left": min(zero, scale.at(value)), "width": round(abs(scale.at(value) - zero), 2),
         "sign": "bad" if value < 0 else "plus",
         "tone": row.get("tone") or ("crimson" if value < 0 else "indigo")}
        for row, value in zip(rows, values, strict=True)
    ]  # fmt: skip
    said = ", ".join(f"{row['label']} {row['text']}" for row in drawn)
    return {"rows": drawn, "zero": zero, "label": f"{label}: {said}"}


@register.inclusion_tag("partials/charts/columns.html")
def columns(rows: Sequence[Row], label: str = "Columns", tone: str = "indigo") -> dict[str, Any]:
    """Draw columns by hour or week: value solid, extra (such as queued) grey on top of it."""
    top = max((float(row["value"]) + float(row.get("extra", 0)) for row in rows), default=0.0) or 1.0
    scale = plots.Scale(0, top)
    drawn = [{**row, "size": scale.at(row["value"]), "more": scale.at(row.get("extra", 0))} for row in rows]
    said = ", ".join(f"{row['label']}: {row['value']}" for row in rows)
    return {"rows": drawn, "tone": tone, "label": f"{label}: {said}"}


@register.inclusion_tag("partials/charts/split.html")
def split(rows: Sequence[Row], label: str = "Parts") -> dict[str, Any]:
    """Draw parts of a whole as one bar, with a legend that carries the amounts."""
    tones = ("indigo", "woad", "plum", "fern", "teal", "weld", "madder", "ink")
    whole = sum(float(row["value"]) for row in rows) or 1.0
    drawn = [
        {**row, "size": round(float(row["value"]) / whole * 100, 2),
         "tone": row.get("tone") or tones[n % len(tones)],
         "text": row.get("text") or wording.money(row["value"], cents=True)}
        for n, row in enumerate(rows)
    ]  # fmt: skip
    said = ", ".join(f"{row['label']} {row['text']}" for row in drawn)
    return {"rows": drawn, "label": f"{label}: {said}"}


@register.inclusion_tag("partials/charts/whisker.html")
def whisker(
    rows: Sequence[Row], unit: str = "percent", label: str = "Rates with 95 % interval"
) -> dict[str, Any]:
    """Draw rates or differences with their intervals on one axis; zero is a dashed line when it is inside."""
    lows, highs = [float(row["low"]) for row in rows], [float(row["high"]) for row in rows]
    marks = plots.ticks(min(lows, default=0.0), max(highs, default=1.0), 6)
    scale, say = plots.Scale(marks[0], marks[-1]), FORMATS[unit]
    drawn = [
        {**row, "left": scale.at(row["low"]), "dot": scale.at(row["value"]),
         "tone": row.get("tone", "indigo"),
         "width": round(scale.at(row["high"]) - scale.at(row["low"]), 2),
         "text": row.get("text") or wording.percent(row["value"])}
        for row in rows
    ]  # fmt: skip
    axis = [{"left": scale.at(mark), "text": say(mark), "zero": mark == 0 and marks[0] < 0} for mark in marks]
    said = "; ".join(f"{row['label']} {row['text']}" for row in drawn)
    return {"rows": drawn, "axis": axis, "label": f"{label}: {said}"}


@register.inclusion_tag("partials/charts/line.html")
def line(
    series: Sequence[Row],
    unit: str = "number",
    label: str = "Over time",
    marks: Sequence[Row] = (),
    size: str = "",
) -> dict[str, Any]:
    """Draw lines over time: points (x, y), style solid or dashed, area under it, band of (x, low, high)."""
    xs = [plots.position(point[0]) for one in series for point in [*one["points"], *one.get("band", ())]]
    ys = [float(y) for one in series for point in [*one["points"], *one.get("band", ())] for y in point[1:]]
    if not xs:
        return {"series": [], "label": f"{label}: no data yet"}
    across = plots.Scale(min(xs), max(xs))
    y_ticks = plots.ticks(min(0.0, *ys), max(ys), 4)
    up = plots.Scale(y_ticks[0], y_ticks[-1])
    drawn = [_drawn_line(one, across, up) for one in series]
    said = ", ".join(
        f"{one['label']} ends at {FORMATS[unit](one['points'][-1][1])}" for one in series if one["points"]
    )
    return {
        "series": drawn, "label": f"{label}: {said}", "size": size,
        "y_axis": [{"at": up.at(tick), "text": FORMATS[unit](tick)} for tick in y_ticks],
        "x_axis": _x_axis(series, across),
        "marks": [_mark(mark, across, up) for mark in marks],
    }  # fmt: skip


def _is_tiny(stage: Row, first: float) -> bool:
    return bool(stage["count"]) and float(stage["count"]) < BREAK_BELOW * first


def _joint(stages: Sequence[Row], n: int) -> dict[str, str]:
    before = float(stages[n - 1]["count"]) if n else 0.0
    return {"joint": wording.percent(float(stages[n]["count"]) / before) if before else ""}


def _drawn_line(one: Row, across: plots.Scale, up: plots.Scale) -> dict[str, Any]:
    points = [(across.at(plots.position(x)), up.at(y)) for x, y in one["points"]]
    rows = [(across.at(plots.position(x)), up.at(low), up.at(high)) for x, low, high in one.get("band", ())]
    return {
        "label": one["label"], "tone": one.get("tone", "indigo"), "style": one.get("style", "solid"),
        "line": plots.path(points), "band": plots.band(rows),
        "area": plots.area(points) if one.get("area") else "",
        "end": {"left": points[-1][0], "bottom": points[-1][1]} if points and one.get("end", True) else None,
    }  # fmt: skip


def _mark(mark: Row, across: plots.Scale, up: plots.Scale) -> dict[str, Any]:
    bottom = up.at(mark["y"]) if "y" in mark else None
    return {**mark, "left": across.at(plots.position(mark["x"])), "bottom": bottom}


def _x_axis(series: Sequence[Row], across: plots.Scale, wanted: int = 4) -> list[dict[str, Any]]:
    longest = sorted({point[0] for one in series for point in one["points"]}, key=plots.position)
    count = min(wanted, len(longest))
    picked = [longest[round(n * (len(longest) - 1) / max(1, count - 1))] for n in range(count)]
    return [{"at": across.at(plots.position(x)), "text": _x_text(x)} for x in picked]


def _x_text(x: float | date) -> str:
    if isinstance(x, datetime):
        return wording.day(x)
    return f"{x.day} {x:%b}" if isinstance(x, date) else f"{x:g}"
