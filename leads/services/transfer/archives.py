"""Looks through a zip archive before anybody believes it: counts what comes out while it streams, and stops.

Sizes in the archive's own directory are claims. Limits follow Apache POI's ``ZipSecureFile`` (a part may
grow about a hundredfold); nothing is ever written to disk under a name from the archive.
"""

import zipfile
from pathlib import Path, PurePosixPath

from leads.services.transfer.sniffing import BadFile

MOST_ENTRIES = 2_000
#: bytes that may come out whatever went in
FREE = 16 << 20
#: how often larger than its packed form a part may be, beyond that
GROWTH = 150
CHUNK = 1 << 18
_BOMB = "This workbook unpacks to far more than it should hold, so it was not opened. Save it as CSV."
_BROKEN = "This workbook is damaged: open it in a spreadsheet, save it again and try once more."


def check(path: Path) -> None:
    """Raise ``BadFile`` for an archive that is broken, lies, or would unpack without end."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size)
            _check_parts(archive, [one for one in entries if one.filename.endswith((".xml", ".rels"))])
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise BadFile(_BROKEN) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise BadFile(_BROKEN) from error


def _check_directory(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise BadFile(f"This archive holds {len(entries):,} files, which no workbook does. Save it as CSV.")
    if sum(entry.compress_size for entry in entries) > size:
        raise BadFile(_BOMB)  # parts that overlap: each byte would be unpacked many times
    for entry in entries:
        if entry.flag_bits & 1:
            raise BadFile("This workbook is protected by a password. Save it without one and try again.")
        if _leads_outside(entry.filename):
            raise BadFile("This archive names files outside itself, so it was not opened.")


def _leads_outside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or ":" in name


def _check_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack every part that will be read, keep none of it, and stop where it grows too much."""
    out = packed = 0
    for entry in entries:
        packed += entry.compress_size
        mine = 0
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                if mine == 0 and _declares(chunk):
                    raise BadFile("This workbook declares XML entities, which none needs; it was not opened.")
                mine += len(chunk)
                out += len(chunk)
                if mine > max(FREE, GROWTH * entry.compress_size) or out > max(FREE, GROWTH * packed):
                    raise BadFile(_BOMB)


def _declares(head: bytes) -> bool:
    bare = head.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare
