"""Workbooks for the tests: honest ones, and archives that mean harm."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEAD = ("First Name", "Last Name", "Email", "Phone", "Company", "Notes", "Lead Number")


def workbook(folder: Path, sheets: dict[str, Iterable[Sequence[Any]]], name: str = "list.xlsx") -> Path:
    """Write a workbook with these sheets and return its path."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    """Write a zip archive with these parts and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as found:
        for name, content in parts.items():
            found.writestr(name, content)
    return path


def with_part(book: Path, path: Path, name: str, content: bytes) -> Path:
    """Copy a workbook, with one of its parts replaced or added."""
    with zipfile.ZipFile(book) as found:
        parts = {one: found.read(one) for one in found.namelist()}
    return archive(path, {**parts, name: content})


def lying(book: Path, path: Path, name: str, size: int) -> Path:
    """Copy a workbook whose directory claims another size for one part."""
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as found:
        start = found.start_dir
    place = data.index(name.encode(), start) - 46 + 24
    data[place : place + 4] = size.to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path
