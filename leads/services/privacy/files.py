"""Files below the state folder: a person's own go, lines about them in others are blacked out in place."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from leads.models import Attachment, ImportJob
from leads.services.privacy import journal
from leads.services.privacy.people import Person

Status = ImportJob.Status
OPEN = (Status.DRAFT, Status.QUEUED, Status.RUNNING, Status.UNDOING)
#: what belongs to the house itself; databases are cleaned by their own statements
_SKIPPED = {"static", "shots"}
_DATABASE = re.compile(r"\.(?:sqlite3|db)(?:-wal|-shm|-journal)?$|^secret_key$|\.lock$")
_PACKED = {".xlsx", ".zip", ".gz"}
LARGEST_IN_MEMORY = 64 << 20


def forget(person: Person) -> dict[str, int]:
    """Remove the person's files and the uploads they came with; blacken every line about them elsewhere."""
    return {
        "attachments": _attachments(person),
        "uploads": _uploads(person),
        "lines in files": sum(blacken(file, person) for file in walk()),
    }


def walk() -> Iterator[Path]:
    """Yield the files below the state folder in which people may stand."""
    roots = {Path(settings.VAR).resolve(), Path(settings.MEDIA_ROOT).resolve()}
    for root in roots:
        for file in sorted(root.rglob("*")) if root.is_dir() else ():
            is_ours = bool(set(file.relative_to(root).parts) & _SKIPPED) or file == journal.path().resolve()
            if file.is_file() and not is_ours and not _DATABASE.search(file.name):
                yield file


def blacken(file: Path, person: Person) -> int:
    """Overwrite every line that names the person with crosses of the same length; return how many lines."""
    found = 0
    with file.open("r+b") as open_file:
        place = 0
        for line in _lines(open_file):
            if person.is_named_in(_text(line)):
                found += 1
                open_file.seek(place)
                body = line.rstrip(b"\r\n\x00")
                open_file.write(b"x" * len(body))
                open_file.seek(place + len(line))
            place += len(line)
    return found


def _lines(file: "object") -> Iterator[bytes]:
    """Yield lines with their ends; a very long one in parts."""
    while line := file.readline(LARGEST_IN_MEMORY):  # type: ignore[attr-defined]
        yield line


def _text(line: bytes) -> str:
    """Return the bytes as text, whether one or two bytes make a letter."""
    if b"\x00" in line:
        line = line.replace(b"\x00", b"")
    return line.decode("utf-8", errors="replace")


def _attachments(person: Person) -> int:
    paths = Attachment.objects.filter(lead__in=person.ids).values_list("path", flat=True)
    return sum(_remove(str((Path(settings.MEDIA_ROOT) / path).resolve())) for path in paths if path)


def _uploads(person: Person) -> int:
    """Remove the files of ended imports in which the person was; stop a workbook that still waits."""
    jobs = ImportJob.objects.filter(people__lead__in=person.ids).distinct()
    removed = 0
    for job in jobs.exclude(status__in=OPEN):
        removed += _remove(job.path)
    why = "Somebody in this file asked to be forgotten. Take them out and upload it again."
    for job in jobs.filter(status__in=OPEN):
        if Path(job.path).suffix.lower() in _PACKED:
            ImportJob.objects.filter(pk=job.pk).update(status=Status.FAILED, error=why, lease_token="")
            removed += _remove(job.path)
    return removed


def _remove(path: str) -> int:
    file = Path(path)
    roots = [Path(root).resolve() for root in (settings.VAR, settings.MEDIA_ROOT)]
    is_ours = any(file.resolve().is_relative_to(root) for root in roots) and not _DATABASE.search(file.name)
    if not path or not is_ours or not file.is_file():
        return 0
    file.unlink()
    return 1
