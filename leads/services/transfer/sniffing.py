"""Finds out how a text file is written: its encoding, its separator, whether it is a list at all."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leads.services.entry import normalise

CHUNK = 1 << 20
#: bytes without an end of line: no list is written so, and a line has to fit into memory
LONGEST_LINE = 8 << 20
DELIMITERS = (",", ";", "\t", "|")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
KINDS = (
    (b"PK\x03\x04", "This is a zip archive, not a workbook. Unpack it and import the list that is in it."),
    (b"PK\x05\x06", "This is an empty zip archive."),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it and import the list that is in it."),
    (b"BZh", "This file is compressed (bzip2). Unpack it and import the list that is in it."),
    (b"\xfd7zXZ", "This file is compressed (xz). Unpack it and import the list that is in it."),
    (b"7z\xbc\xaf", "This file is compressed (7-Zip). Unpack it and import the list that is in it."),
    (b"Rar!", "This file is compressed (RAR). Unpack it and import the list that is in it."),
    (b"\x28\xb5\x2f\xfd", "This file is compressed (zstd). Unpack it and import the list that is in it."),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Excel workbook, or one with a password. Save it as .xlsx without one, or as CSV.",
    ),
    (b"%PDF", "This is a PDF. A list must be CSV, an Excel workbook or JSON Lines."),
)
_CONTROL = bytes(range(1, 9)) + bytes(range(14, 32)) + b"\x7f"
_NUMBER = re.compile(r"[-+]?[\d.,]+")


class BadFile(Exception):
    """A file that cannot be imported; the message says why and what to do."""

    code = "bad_file"
    status = 400


@dataclass(frozen=True)
class Look:
    """What one pass over the bytes tells; ``is_plain``: its lines are its rows, for sure."""

    format: str
    encoding: str
    sha256: str
    lines: int
    is_plain: bool


def look(path: Path, encoding: str = "") -> Look:
    """Pass over a file once: its digest, encoding and number of lines."""
    head = _head(path)
    chosen = encoding or _marked(head)
    tally = _Tally()
    decodes = {
        name: codecs.getincrementaldecoder(name)() for name in ([chosen] if chosen else ["utf-8", "cp1252"])
    }
    broken: dict[str, int] = {}
    for chunk in _chunks(path):
        for name, decoder in decodes.items():
            if name not in broken and (at := _fails_at(decoder, chunk)) is not None:
                broken[name] = tally.lines + chunk[:at].count(b"\n") + 1
        tally.add(chunk)
    for name, decoder in decodes.items():  # the file may end in the middle of a letter
        if name not in broken and _fails_at(decoder, b"", final=True) is not None:
            broken[name] = tally.lines + 1
    name = next((name for name in decodes if name not in broken), "")
    if not name:
        raise BadFile(_unreadable(chosen, max(broken.values())))
    shape = "jsonl" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "csv"
    return Look(shape, name, tally.digest.hexdigest(), tally.rows, tally.is_plain and "16" not in name)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    for chunk in _chunks(path):
        found.update(chunk)
    return found.hexdigest()


def delimiter_of(text: str) -> str:
    """Return the separator under which the first lines agree on the most columns."""
    lines = text.splitlines()[:30]
    return max(DELIMITERS, key=lambda mark: _agreement(lines, mark))


def refuse_data_as_header(cells: list[str]) -> None:
    """Raise ``BadFile`` when the first row holds data instead of column names."""
    for cell in cells:
        if normalise.is_address(cell.strip()):
            raise BadFile(f"The first row holds data ({cell.strip()}), not column names. Add a row of names.")
    numbers = sum(1 for cell in cells if _NUMBER.fullmatch(cell.strip()))
    if numbers * 2 > len(cells):
        raise BadFile("The first row holds numbers, not column names. Add a row of names.")
    if any(len(cell) > 1000 for cell in cells):
        raise BadFile("The first line is too long to be column names.")


class _Tally:
    """Counts lines outside quotation marks: an odd number of marks makes the count unsure."""

    def __init__(self) -> None:
        self.digest, self.lines, self.marks, self.inside, self.tail = hashlib.sha256(), 0, 0, 0, b"\n"
        self.has_blank, self.run, self.returns, self.pairs = False, 0, 0, 0

    def add(self, chunk: bytes) -> None:
        """Take one more piece of the file into account."""
        self.digest.update(chunk)
        parts = chunk.split(b'"')
        place = self.marks % 2
        self.inside += sum(part.count(b"\n") for part in parts[1 - place :: 2])
        self.lines += chunk.count(b"\n")
        self.marks += len(parts) - 1
        seam = self.tail + chunk
        self.has_blank = self.has_blank or b"\n\n" in seam or b"\n\r\n" in seam
        self.returns += chunk.count(b"\r")
        self.pairs += (self.tail[-1:] + chunk).count(b"\r\n")
        self.tail = chunk[-2:]
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self.run = self.run + len(chunk) if end < 0 else len(chunk) - end
        if self.run > LONGEST_LINE:
            raise BadFile(f"The line after line {self.lines + 1:,} never ends: this is not a list of people.")

    @property
    def rows(self) -> int:
        """Lines that are not inside a quoted cell."""
        return self.lines - self.inside + (not self.tail.endswith(b"\n"))

    @property
    def is_plain(self) -> bool:
        """Whether that count is sure."""
        is_one_kind = self.returns in (0, self.pairs)  # a return alone ends a line, too
        return self.marks % 2 == 0 and not self.inside and not self.has_blank and is_one_kind


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise BadFile(f"There is no file {path}.")
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadFile("The file is empty.")
    for start, message in KINDS:
        if head.startswith(start):
            raise BadFile(message)
    return head


def _marked(head: bytes) -> str:
    """Return the encoding that the first bytes give away; refuse what is no text."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    zeros = head.count(0)
    if zeros > len(head) // 3:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if zeros > len(head) // 50 or len(head) - len(head.translate(None, _CONTROL)) > len(head) // 50:
        raise BadFile("This is not a text file. A list must be CSV, an Excel workbook or JSON Lines.")
    return ""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _fails_at(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> int | None:
    """Return the place in the chunk that cannot be decoded, if there is one."""
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _unreadable(chosen: str, line: int) -> str:
    if chosen:
        return f"The file is not {chosen}: the text near line {line} cannot be read so."
    return (
        f"The text near line {line} is neither UTF-8 nor Windows-1252, so names would come in garbled."
        " Save the file as UTF-8 and try again."
    )


def _agreement(lines: list[str], mark: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return 0.0, 0
    width = widths[0] if widths else 0
    same = sum(1 for one in widths if one == width) / max(1, len(widths))
    return (same if width > 1 else 0.0), width
