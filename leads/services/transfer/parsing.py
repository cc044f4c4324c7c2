"""Reads lists of people out of files: finds out how a file is written, refuses what is no list, yields rows.

A file is looked through once before anything is stored, so that a fault of the whole file (an encoding, an
open quote, a picture) leaves nothing half done; faults of single rows are reported with their line.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from leads.services.transfer import sniffing, workbooks
from leads.services.transfer.sniffing import BadFile

MOST_COLUMNS = 500
LONGEST_CELL = 100_000
NULL = "\0"
TOO_LONG = f"A cell is longer than {LONGEST_CELL:,} letters."
END = "\x1eend of file\x1e"

__all__ = ["BadFile", "Row", "Sheet", "header", "inspect", "rows"]


@dataclass(frozen=True)
class Sheet:
    """A file that can be read: how it is written, its columns and its size."""

    path: str
    format: str
    encoding: str
    delimiter: str
    columns: list[str]
    total: int
    sha256: str
    name: str = ""
    """Of a workbook: which of its sheets this is."""


class Row(NamedTuple):
    """One row: its cells in the order of the columns, or what is wrong with it."""

    line: int
    cells: list[str]
    problem: str = ""


def inspect(path: str, *, encoding: str = "", delimiter: str = "", name: str = "") -> Sheet:
    """Look through a file; raise ``BadFile`` with a message for people when it cannot be read.

    ``name``: of a workbook, which sheet; the first one a person sees if left out.
    """
    if workbooks.is_workbook(Path(path)):
        return _inspect_workbook(path, name)
    look = sniffing.look(Path(path), encoding)
    if look.format == "jsonl":
        columns, total = _json_columns(path, look.encoding)
        return Sheet(path, "jsonl", look.encoding, "", columns, total, look.sha256)
    with open(path, encoding=look.encoding, newline="") as file:
        mark = delimiter or sniffing.delimiter_of(file.read(65_536))
    columns = header(path, look.encoding, mark)
    total = look.lines - 1 if look.is_plain else _count(path, look.encoding, mark)
    if total < 1:
        raise BadFile("There are no rows below the column names.")
    return Sheet(path, "csv", look.encoding, mark, columns, total, look.sha256)


def rows(sheet: Sheet, *, skip: int = 0) -> Iterator[Row]:
    """Yield the rows of a file, leaving out the first ``skip``; empty lines do not count."""
    read = {"jsonl": _json_rows, "xlsx": _book_rows}.get(sheet.format, _csv_rows)
    for number, row in enumerate(read(sheet)):
        if number >= skip:
            yield row


def _csv_rows(sheet: Sheet) -> Iterator[Row]:
    width = len(sheet.columns)
    with open(sheet.path, encoding=sheet.encoding, newline="") as file:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(file, delimiter=sheet.delimiter)
        next(cells for cells in reader if any(cells))
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, [], TOO_LONG)
                continue
            if cells:
                yield _checked(line, cells, width)


def _inspect_workbook(path: str, name: str) -> Sheet:
    """Look at the named sheet, or at the first that holds a list: many books begin with a cover."""
    names = workbooks.sheets(Path(path))
    book = Sheet(path, "xlsx", "utf-8", "", [], 0, sniffing.digest(Path(path)))
    troubles = []
    for one in [name] if name else names:
        try:
            return _inspect_sheet(replace(book, name=one))
        except BadFile as error:
            troubles.append(error)
    raise troubles[0]


def _inspect_sheet(sheet: Sheet) -> Sheet:
    columns = columns_of(sheet)
    total = sum(1 for _ in rows(replace(sheet, columns=columns)))
    if total < 1:
        raise BadFile(f"There are no rows below the column names of the sheet «{sheet.name}».")
    return replace(sheet, columns=columns, total=total)


def columns_of(sheet: Sheet) -> list[str]:
    """Return the column names of a CSV file or a sheet of a workbook."""
    if sheet.format == "csv":
        return header(sheet.path, sheet.encoding, sheet.delimiter)
    first = next((cells for _, cells in _book_lines(sheet)), None)
    if first is None:
        raise BadFile(f"The sheet «{sheet.name}» is empty.")
    return _named(_checked_header(first))


def _book_rows(sheet: Sheet) -> Iterator[Row]:
    width, lines = len(sheet.columns), _book_lines(sheet)
    next(lines)
    for line, cells in lines:
        padded = cells + [""] * (width - len(cells))
        long = any(len(cell) > LONGEST_CELL for cell in padded)
        yield Row(line, [], TOO_LONG) if long else _checked(line, padded, width)


def _book_lines(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet that are not empty, with their number in the workbook."""
    with workbooks.unpack(Path(sheet.path), sheet.name, sheet.sha256).open(encoding="utf-8") as file:
        for line, text in enumerate(file, 1):
            if text != workbooks.EMPTY:
                yield line, json.loads(text)


def _checked(line: int, cells: list[str], width: int) -> Row:
    if len(cells) != width:
        if len(cells) < width or any(cells[width:]):
            return Row(line, cells, f"The row has {len(cells)} cells, the header has {width}.")
        cells = cells[:width]
    if NULL in "".join(cells):
        return Row(line, cells, "The row contains a null byte.")
    return Row(line, cells)


def header(path: str, encoding: str, delimiter: str) -> list[str]:
    """Return the column names of a CSV file, each with a name of its own."""
    with open(path, encoding=encoding, newline="") as file:
        csv.field_size_limit(LONGEST_CELL)
        try:
            first = next((row for row in csv.reader(file, delimiter=delimiter) if any(row)), [])
        except csv.Error as error:
            raise BadFile("The first line is too long to be column names.") from error
    if not first:
        raise BadFile("The file is empty.")
    return _named(_checked_header(first))


def _checked_header(first: list[str]) -> list[str]:
    if len(first) > MOST_COLUMNS:
        raise BadFile(f"The file has {len(first)} columns; {MOST_COLUMNS} is the most.")
    sniffing.refuse_data_as_header(first)
    return first


def _named(cells: list[str]) -> list[str]:
    """Give every column a name of its own."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        base = " ".join(cell.replace(NULL, "").split())[:80] or f"Column {number}"
        name, copy = base, 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        names.append(name)
    return names


def _count(path: str, encoding: str, delimiter: str) -> int:
    """Count the rows the slow, sure way, and notice a quote that never closes.

    A last line of our own is added while reading: if it does not come out as a row, some quote swallowed it.
    """
    with open(path, encoding=encoding, newline="") as file:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(_with_end(file), delimiter=delimiter)
        count, opened, last = -1, 1, [""]
        while True:
            start = reader.line_num + 1
            try:
                last = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                if reader.line_num > start:  # it swallowed whole lines
                    raise BadFile(_open_quote(start)) from error
                last = [TOO_LONG]
            count, opened = count + bool(last), start
    if last != [END]:
        raise BadFile(_open_quote(opened))
    return count - 1


def _with_end(file: Any) -> Iterator[str]:
    line = "\n"
    for line in file:
        yield line
    if not line.endswith(("\n", "\r")):
        yield "\n"
    yield END


def _open_quote(line: int) -> str:
    return f'A quotation mark (") opened near line {line} is never closed (or its text is endless).'


def _json_columns(path: str, encoding: str) -> tuple[list[str], int]:
    columns: dict[str, None] = {}
    total = 0
    for _, found, _ in _objects(path, encoding):
        total += 1
        columns.update(dict.fromkeys(str(key) for key in found or ()))
    if not columns:
        raise BadFile('Every line must be a JSON object such as {"email": "ann@example.com"}.')
    if len(columns) > MOST_COLUMNS:
        raise BadFile(f"The objects have {len(columns)} different keys; {MOST_COLUMNS} is the most.")
    return list(columns), total


def _json_rows(sheet: Sheet) -> Iterator[Row]:
    for line, found, problem in _objects(sheet.path, sheet.encoding):
        cells = [_said((found or {}).get(column)) for column in sheet.columns]
        bad = problem or ("The row contains a null byte." if NULL in "".join(cells) else "")
        yield Row(line, cells, bad)


def _objects(path: str, encoding: str) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    with open(path, encoding=encoding) as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                yield line, None, "The line is not valid JSON."
                continue
            is_object = isinstance(found, dict)
            yield line, found if is_object else None, "" if is_object else "The line is not a JSON object."


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
