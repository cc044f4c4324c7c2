"""The log of erasures outside the database: after an older copy was restored it says whom to forget again.

One line of JSON each, added and never changed, in the state folder: number and birth of the record, and
keyed digests. It names nobody.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from leads.models import Erasure, Lead, Tombstone


@dataclass(frozen=True)
class Line:
    """One erasure: the records (number and when they were made), the digests, when it happened."""

    leads: tuple[tuple[int, str], ...]
    marks: tuple[tuple[str, str], ...]
    at: datetime

    @property
    def ids(self) -> list[int]:
        """The numbers of the records."""
        return [pk for pk, _ in self.leads]


def path() -> Path:
    """Return where the log stands."""
    return Path(settings.VAR) / "erasures.jsonl"


def append(line: Line) -> None:
    """Add a line and see that it is on the disk before going on."""
    data = {"leads": line.leads, "marks": line.marks, "at": line.at.isoformat()}
    file = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, (json.dumps(data, separators=(",", ":")) + "\n").encode())
        os.fsync(file)
    finally:
        os.close(file)


def lines() -> Iterator[Line]:
    """Yield the log from its beginning; a line cut off by a crash is passed over: it never ended."""
    if not path().exists():
        return
    for text in path().read_text().splitlines():
        try:
            data = json.loads(text)
            leads = tuple((int(pk), str(made)) for pk, made in data["leads"])
            marks = tuple((str(kind), str(mark)) for kind, mark in data["marks"])
            yield Line(leads, marks, datetime.fromisoformat(data["at"]))
        except (ValueError, KeyError, TypeError):
            continue


def pending() -> list[Line]:
    """Return the erasures that this database does not know, or whose people are back."""
    found = list(lines())
    if not found:
        return []
    ids = {pk for line in found for pk in line.ids}
    known = set(Erasure.objects.values_list("lead_id", flat=True))
    buried = set(Tombstone.objects.values_list("kind", "digest"))
    back = {
        (pk, made.isoformat())
        for pk, made in Lead.objects.filter(pk__in=ids, erased_at=None).values_list("pk", "created_at")
    }
    return [
        line
        for line in found
        if not set(line.ids) & known or not set(line.marks) <= buried or set(line.leads) & back
    ]
