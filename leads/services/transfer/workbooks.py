"""Reads Excel workbooks row by row, as a person sees them, in flat memory.

openpyxl streams a sheet, but holds all its shared texts as Python objects and is slow to skip rows. So
the texts are kept in one block of bytes, and a sheet is unpacked once into lines of JSON (line = row of the
sheet): preview, import and resumption then read that. Its name follows from the file's digest.
"""

import json
import os
import re
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from django.conf import settings
from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from leads.services.transfer import archives
from leads.services.transfer.sniffing import BadFile

LARGEST = 200 << 20
MOST_ROWS = 1_048_576
#: how a row without anything stands in the unpacked file
EMPTY = "[]\n"
MOST_COLUMNS = 500
MOST_TEXT = 160 << 20
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_BROKEN = "This workbook cannot be read: save it again as .xlsx, or as CSV, and try once more."


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is an Excel workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/workbook.") for name in names)


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets that a person can see; raise ``BadFile`` for what is no workbook."""
    if path.stat().st_size > LARGEST:
        raise BadFile(f"A workbook may have {LARGEST >> 20} MB at most. Save it as CSV, which may have 1 GB.")
    archives.check(path)
    return names(path)


def names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook that was looked at before."""
    with _Book(path, with_texts=False) as book:
        return book.names()


def unpack(path: Path, sheet: str, sha256: str) -> Path:
    """Return the rows of a sheet as a file of JSON lists, made now if it is not there yet."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    found = names(path)
    if sheet not in found:
        raise BadFile(f"The workbook has no sheet «{sheet[:40]}». It has: {', '.join(found)[:160]}.")
    number = found.index(sheet)
    target = folder / f"{sha256[:40]}-{number}.rows"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{target.name}.{os.getpid()}.part"
        try:
            _write(path, sheet, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target


def forget(sha256: str) -> None:
    """Remove what was unpacked of a workbook; it is made again when somebody asks."""
    for path in (Path(settings.MEDIA_ROOT) / "imports").glob(f"{sha256[:40]}-*.rows"):
        path.unlink(missing_ok=True)


def said(value: Any, form: str = "General") -> str:
    """Return a cell as a person reads it: 25 %, 00123, 2026-03-01, yes; never 42.0 or a serial number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):  # also a whole number may be a percentage or have zeros in front
        return _number(value, _IN_QUOTES.sub("", form.partition(";")[0]))
    if isinstance(value, datetime):
        is_date = value.time() == time.min
        return f"{value:%Y-%m-%d}" if is_date else f"{value:%Y-%m-%d %H:%M}" + _seconds(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:%H:%M}" + _seconds(value) if isinstance(value, time) else str(value)


def _write(path: Path, sheet: str, target: Path) -> None:
    archives.check(path)
    with _Book(path) as book, target.open("w", encoding="utf-8") as file:
        for cells in book.rows(sheet):
            file.write(json.dumps(cells) + "\n" if cells else EMPTY)


class _Texts(Sequence[str]):
    """The shared texts of a workbook in one block: a tenth of the memory of as many Python strings."""

    def __init__(self, source: IO[bytes]) -> None:
        self._bytes, self._ends = bytearray(), array("Q", [0])
        events = ElementTree.iterparse(source, events=("start", "end"))  # noqa: S314 no DOCTYPE: archives
        _, root = next(events)
        for event, node in events:
            if event == "end" and node.tag == f"{_SPACE}si":
                self._add("".join(_pieces(node)))
                root.clear()

    def _add(self, text: str) -> None:
        text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) > MOST_TEXT:
            raise BadFile("This workbook holds too much text for one go. Save it as CSV and try again.")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: Any) -> Any:
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()


class _Reader(ExcelReader):  # type: ignore[misc]
    """Reads the parts of a workbook, with the shared texts in one block."""

    with_texts = True

    def read_strings(self) -> None:
        """Read the shared texts."""
        part = self.package.find(SHARED_STRINGS) if self.with_texts else None
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = _Texts(source)


class _Book:
    """An open workbook."""

    def __init__(self, path: Path, *, with_texts: bool = True) -> None:
        self._path, self._with_texts = path, with_texts

    def __enter__(self) -> "_Book":
        try:
            reader = _Reader(str(self._path), read_only=True, data_only=True, keep_links=False)
            reader.with_texts = self._with_texts
            reader.read()
        except BadFile:
            raise
        except Exception as error:  # the library lets many kinds through for a damaged part
            raise BadFile(_BROKEN) from error
        self._book = reader.wb
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def visible(self) -> list[Any]:
        """Return the sheets that hold rows and are not hidden."""
        found = [one for one in self._book.worksheets if isinstance(one, ReadOnlyWorksheet)]
        shown = [one for one in found if one.sheet_state == "visible"]
        if not shown:
            raise BadFile("The workbook has no sheet with rows.")
        return shown

    def names(self) -> list[str]:
        """Return the names of the visible sheets."""
        return [one.title for one in self.visible()]

    def rows(self, name: str) -> Iterator[list[str]]:
        """Yield every row of a sheet, also empty ones; to the right of the column names one more cell."""
        sheet = next(one for one in self.visible() if one.title == name)
        sheet.reset_dimensions()  # the written size may be wrong, and rows below it would be lost
        try:
            width = 0
            for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
                width = max((place for place, cell in enumerate(row, 1) if cell.value is not None), default=0)
                if width or number >= MOST_ROWS:
                    break
            blank: Any = None  # the library fills a gap with one and the same row
            for number, row in enumerate(sheet.iter_rows(max_col=max(1, width) + 1), 1):
                if number > MOST_ROWS:
                    raise BadFile("The sheet has more rows than Excel allows.")
                cells = [] if row is blank else _cells(row)
                blank = blank if cells else row
                yield cells
        except BadFile:
            raise
        except Exception as error:
            raise BadFile(_BROKEN) from error


def _cells(row: Sequence[Any]) -> list[str]:
    cells = [_cell(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(cell: Any) -> str:
    value = cell.value
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return said(value, cell.number_format if is_number else "")


def _number(value: float, form: str) -> str:
    if "%" in form:
        places = len(form.partition("%")[0].partition(".")[2])
        return f"{value * 100:.{places}f}%"
    if re.fullmatch("0{2,}", form) and value == int(value):
        return f"{int(value):0{len(form)}d}"
    text = str(value) if isinstance(value, int) else f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _seconds(value: datetime | time) -> str:
    return f"{value:%S}".join((":", "")) if value.second else ""


def _pieces(node: ElementTree.Element) -> Iterator[str]:
    """Yield the text of a cell, also when parts of it look different; reading aids are left out."""
    for child in node:
        if child.tag == f"{_SPACE}t":
            yield child.text or ""
        elif child.tag == f"{_SPACE}r":
            yield from (one.text or "" for one in child.iter(f"{_SPACE}t"))
