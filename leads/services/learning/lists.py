"""Reads public lists with known outcomes into the tables that the product's own trainer takes."""

import csv
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from campaigns.services.learning.table import Feature, Kind, Table

Row = dict[str, str]
X_NUMBERS = {"TotalVisits", "Total Time Spent on Website", "Page Views Per Visit"}
X_KEYS = {"Prospect ID", "Lead Number", "Converted"}
#: Written by sales staff after the contact, as the list's own description says: the guard sees their stamps.
X_LATE = (
    "Tags", "Lead Quality", "Lead Profile", "Asymmetrique Activity Index", "Asymmetrique Profile Index",
    "Asymmetrique Activity Score", "Asymmetrique Profile Score",
)  # fmt: skip
#: Filled while one talks: as they stood at the moment of scoring they may be learned from.
X_DURING = (
    "Last Activity", "Last Notable Activity", "What is your current occupation",
    "What matters most to you in choosing a course",
)  # fmt: skip
#: Where the columns stand when the list is imported: what the hand-made card asks for.
X_FACTS = {
    "Lead Source": "source", "Lead Origin": "origin", "TotalVisits": "website_visits",
    "Total Time Spent on Website": "website_seconds", "Page Views Per Visit": "pages_per_visit",
    "Country": "country", "City": "city", "Do Not Email": "do_not_email", "Do Not Call": "do_not_call",
    "What is your current occupation": "custom.occupation", "Specialization": "industry",
}  # fmt: skip
TELCO_NUMBERS = {"tenure", "MonthlyCharges", "TotalCharges"}
_START = datetime(2020, 1, 1, tzinfo=UTC)


def x_education(folder: Path) -> tuple[Table, Table]:
    """Return the earlier 70 % and the later part of the X Education list, or the dev file and a later one."""
    files = sorted(
        (folder / "leads").glob("x_education_leads_*.csv"), key=lambda file: "dev" not in file.name
    )
    parts = [sorted(_read(file), key=lambda row: int(row["Lead Number"])) for file in files[:2]]
    if len(parts) == 2:
        return _x_table(parts[0]), _x_table(parts[1])
    cut = int(len(parts[0]) * 0.7)
    return _x_table(parts[0][:cut]), _x_table(parts[0][cut:])


def telco(folder: Path) -> tuple[Table, Table]:
    """Return two parts (70 and 30 %) of the Telco churn list, which has no time: by row number."""
    rows = _read(folder / "churn" / "telco_dev.csv")
    names = [name for name in rows[0] if name not in ("Churn", "customerID")]
    kinds: dict[str, Kind] = {name: "number" if name in TELCO_NUMBERS else "text" for name in names}
    made = [
        _table(
            [row for n, row in enumerate(rows) if (n % 10 < 7) == early],
            kinds,
            lambda row: row["Churn"] == "Yes",
        )
        for early in (True, False)
    ]
    return made[0], made[1]


def key(name: str) -> str:
    """Return the rule language's key of a column that has no field of its own."""
    return "custom." + re.sub(r"\W+", "_", name.lower()).strip("_")


def _x_table(rows: Sequence[Row]) -> Table:
    kinds: dict[str, Kind] = {
        name: "number" if name in X_NUMBERS else "text" for name in rows[0] if name not in X_KEYS
    }
    made = _table(rows, kinds, lambda row: row["Converted"] == "1")
    for name, field in X_FACTS.items():
        values = made.columns[key(name)]
        made.columns[field] = [value == "Yes" for value in values] if name.startswith("Do Not") else values
    late: list[datetime | None] = [moment + timedelta(days=1) for moment in made.moments]
    return Table(
        made.features, made.columns, made.labels, made.moments, [], {key(name): late for name in X_LATE}
    )


def _table(rows: Sequence[Row], kinds: dict[str, Kind], label: Callable[[Row], bool]) -> Table:
    features = tuple(Feature(key(name), name, "fit", kind) for name, kind in kinds.items())
    columns = {key(name): [_value(row[name], kind) for row in rows] for name, kind in kinds.items()}
    moments = [_START + timedelta(minutes=number) for number in range(len(rows))]
    return Table(features, columns, [label(row) for row in rows], moments)


def _value(cell: str, kind: Kind) -> Any:
    cell = cell.strip()
    if cell.lower() in ("", "select"):
        return None
    return float(cell) if kind == "number" else cell


def _read(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8-sig") as handle:
        return list(csv.DictReader(handle))
