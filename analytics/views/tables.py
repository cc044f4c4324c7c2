"""Figures and tables of reports in words: each with its limit, its range and the rows behind it."""

from typing import Any

from analytics.services.figures import kind_of
from analytics.views.links import rows_behind
from campaigns.models import Campaign
from campaigns.templatetags import wording

DAYS, WIDE = 30, 6
TONES = {"Good": "fern", "Poor": "crimson", "": "ink"}
#: Columns of tables that hold words; the others hold numbers.
WORDS = {"step", "variant", "provider", "operation", "stage", "source", "status", "reason", "day"}


def shown(name: str, value: Any, kind: str = "") -> str:
    """Write a figure the way its kind wants."""
    if value is None:
        return wording.NOTHING
    kind = kind or kind_of(name)
    if kind == "rate":
        return wording.percent(value)
    if kind == "percent":
        return wording.percent(value / 100, 0)
    return wording.money(float(value)) if kind == "money" else f"{value:,}"


def section(section: dict[str, Any], campaign: Campaign) -> dict[str, Any]:
    """Return a section with its figures and tables in words."""
    figures = [
        {
            **figure, "shown": shown(figure["name"], figure["value"], figure["kind"]),
            "range": _range(figure), "url": rows_behind(figure["name"], campaign),
            "limit": _limit(figure["name"], figure["rule"], figure["threshold"]),
            "tone": TONES[figure["rating"]],
        }
        for figure in section["figures"]
    ]  # fmt: skip
    return {**section, "figures": figures, "tables": [_table(table) for table in section["tables"]]}


def rating(rating: dict[str, Any]) -> dict[str, Any]:
    """Return a judged figure beside its limit."""
    name = rating["name"]
    return {
        **rating, "shown": shown(name, rating["value"]),
        "limit": _limit(name, rating["rule"], rating["threshold"]),
        "tone": TONES[rating["verdict"]],
    }  # fmt: skip


def compared(row: dict[str, Any], columns: list[str], campaign: Campaign) -> dict[str, Any]:
    """Return a campaign's row of the comparison."""
    cells = [
        {
            "text": shown(name, row[name]),
            "url": rows_behind(name, campaign),
            "tone": row["ratings"].get(name, ""),
        }
        for name in columns
    ]
    return {"campaign": campaign, "verdict": row["verdict"], "tone": TONES[row["verdict"]], "cells": cells}


def totals_strip(totals: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the key figures of all campaigns together."""
    names = {
        "cost": "Spent", "revenue": "Revenue", "roi": "Return", "cost_per_lead": "Cost per lead",
        "reply_rate": "Reply rate", "won": "Won",
    }  # fmt: skip
    feet = {
        "cost": f"{totals['calls']:,} paid calls",
        "revenue": "1 sale" if totals["sales"] == 1 else f"{totals['sales']:,} sales",
        "roi": "all campaigns together",
        "cost_per_lead": f"{totals['found']:,} leads",
        "reply_rate": f"{totals['replied']:,} of {totals['contacted']:,}",
        "won": f"{totals['deals']:,} deals in all",
    }  # fmt: skip
    return [
        {"label": label, "value": shown(name, totals[name]), "foot": feet[name]}
        for name, label in names.items()
    ]


def _table(table: dict[str, Any]) -> dict[str, Any]:
    """Write a table's values; money columns by their name, shares as percent."""
    columns = table["columns"]
    rows = [
        [_cell(column, value) for column, value in zip(columns, row, strict=True)] for row in table["rows"]
    ]
    return {
        "title": table["title"], "columns": [_column(name) for name in columns], "rows": rows,
        "is_wide": len(columns) > WIDE, "bars": _bars(table),
    }  # fmt: skip


def _bars(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the days of a table as bars."""
    if table["columns"][0] != "day":
        return []
    place = table["columns"].index("amount")
    return [
        {
            "label": row[0][8:10].lstrip("0"),
            "value": float(row[place]),
            "text": wording.money(float(row[place]), cents=True),
        }
        for row in table["rows"][-DAYS:]
    ]


def _column(name: str) -> dict[str, Any]:
    return {"label": name.replace("_", " ").capitalize(), "is_number": name not in WORDS}


def _cell(column: str, value: Any) -> dict[str, Any]:
    text = value
    if value is None:
        text = wording.NOTHING
    elif column == "amount":
        text = wording.money(float(value), cents=True)
    elif column.endswith("_rate") or column in ("low", "high"):
        text = wording.percent(value)
    elif isinstance(value, int):
        text = f"{value:,}"
    elif column == "units":
        text = f"{float(value):,.0f}"
    return {"text": text, "is_number": _column(column)["is_number"]}


def _limit(name: str, rule: str, threshold: float | None) -> str:
    return "" if threshold is None else f"{rule} {shown(name, threshold)}"


def _range(figure: dict[str, Any]) -> str:
    if figure["low"] is None:
        return ""
    return f"{wording.percent(figure['low'])} to {wording.percent(figure['high'])}"
