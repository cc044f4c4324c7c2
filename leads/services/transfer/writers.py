"""Leads on their way out: CSV, Excel or JSON Lines, streamed, and harmless when opened in a spreadsheet.

JSON Lines carry values as they are: no spreadsheet opens them cell by cell.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

from openpyxl import Workbook

from leads.models import Lead, LeadQuerySet
from leads.services.transfer import columns as choice
from leads.services.transfer.cells import safe
from leads.services.transfer.columns import COLUMNS

#: what can be written line by line, and all there is
FORMATS = ("csv", "jsonl")
KINDS = {"csv": "CSV", "xlsx": "Excel workbook", "jsonl": "JSON Lines"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson; charset=utf-8",
}
#: a sheet has 1,048,576 rows, and one of them holds the names
MOST_IN_BOOK = 1_048_575
_CHUNK = 2000
#: XML 1.0 knows no other control characters
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def lines(leads: LeadQuerySet, form: str, columns: Sequence[str] | None = None) -> Iterator[str]:
    """Yield leads as the lines of a file.

    ``columns``: which and in which order (``custom.<key>`` of own data); the usual ones if left out.
    """
    if form not in FORMATS:
        raise ValueError(f"The format is one of {', '.join(FORMATS)}.")
    return _json_lines(leads, columns) if form == "jsonl" else _csv_lines(leads, columns)


def book(
    leads: LeadQuerySet, file: IO[bytes], columns: Sequence[str] | None = None, *,
    watch: Callable[[Iterable[Lead]], Iterable[Lead]] = iter,
) -> int:  # fmt: skip
    """Write leads as an Excel workbook, row by row in flat memory; return their number.

    ``watch`` passes the leads on one by one and may stop it all by raising.
    """
    wanted = choice.usual() if columns is None else list(columns)
    workbook, count = Workbook(write_only=True), 0
    sheet = workbook.create_sheet("Leads")
    sheet.freeze_panes = "A2"
    sheet.append([_printable(name) for name in choice.headings(wanted)])
    for count, row in enumerate(map(choice.reader(wanted), watch(_found(leads))), 1):  # noqa: B007
        sheet.append([_filled(value) for value in row])
    workbook.save(file)
    return count


def write(leads: LeadQuerySet, form: str, file: IO[bytes], columns: Sequence[str] | None = None) -> int:
    """Write leads in any of the three ways; return their number."""
    if form == "xlsx":
        return book(leads, file, columns)
    count = 0
    for count, line in enumerate(lines(leads, form, columns), 1):  # noqa: B007
        file.write(line.encode())
    return max(0, count - (form == "csv"))


def _found(leads: LeadQuerySet) -> Iterator[Lead]:
    found = leads.select_related("company", "score", "owner").order_by("pk")
    return found.iterator(chunk_size=_CHUNK)


def _csv_lines(leads: LeadQuerySet, columns: Sequence[str] | None) -> Iterator[str]:
    wanted = choice.usual() if columns is None else list(columns)
    yield _csv_line(choice.headings(wanted))
    for row in map(choice.reader(wanted), _found(leads)):
        yield _csv_line([_cell(value) for value in row])


def _json_lines(leads: LeadQuerySet, columns: Sequence[str] | None) -> Iterator[str]:
    wanted = list(COLUMNS if columns is None else columns)
    names, read = choice.headings(wanted), choice.reader(wanted)
    for lead in _found(leads):
        facts = {
            name: value for name, value in zip(names, read(lead), strict=True) if value not in (None, "", [])
        }
        own = (
            {key: value for key, value in lead.custom.items() if key not in facts} if columns is None else {}
        )
        yield json.dumps({**facts, **own}, default=str, ensure_ascii=False) + "\n"


def _csv_line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([safe(cell) for cell in cells])
    return line.getvalue()


def _printable(value: Any) -> Any:
    return safe(_CONTROL.sub("", value) if isinstance(value, str) else value)


def _filled(value: Any) -> Any:
    """Return a cell of a sheet; empty ones are not written at all."""
    cell = _printable(_cell(value))
    return None if cell == "" else cell


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value
