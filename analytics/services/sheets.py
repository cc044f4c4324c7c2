"""Reports as CSV, safe to open in a spreadsheet."""

import csv
import io
from typing import Any

FIGURE_COLUMNS = ("label", "value", "low", "high", "rating", "threshold")


def as_csv(report: dict[str, Any]) -> str:
    """Return a report as CSV: the figures first, then each table under its title."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    if report["type"] == "comparison":
        write(["campaign", "status", "verdict", *report["columns"]])
        for row in report["campaigns"]:
            write(
                map(_cell, (row["name"], row["status"], row["verdict"], *(row[c] for c in report["columns"])))
            )
        return out.getvalue()
    write(["section", "figure", "value", "low", "high", "rating", "threshold"])
    for section in report["sections"]:
        for figure in section["figures"]:
            write(map(_cell, (section["title"], *(figure[name] for name in FIGURE_COLUMNS))))
    for table in (table for section in report["sections"] for table in section["tables"]):
        write([])
        write([table["title"]])
        write(table["columns"])
        for row in table["rows"]:
            write(map(_cell, row))
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Keep a text that a spreadsheet would run as a formula a text."""
    if (
        isinstance(value, str)
        and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\0")
        and not _is_number(value)
    ):
        return f"'{value}"
    return "" if value is None else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
