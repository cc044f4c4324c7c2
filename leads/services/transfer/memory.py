"""Remembers how the columns of a list were mapped, so that the next list of the same shape needs no work."""

import hashlib
from collections.abc import Mapping, Sequence

from campaigns import clock
from campaigns.models import Team
from leads.models import ColumnMapping, ImportJob

_SEAM = "\x1f"


def fingerprint(columns: Sequence[str]) -> str:
    """Return the digest of a file's head: the names of its columns, whatever their order and case."""
    text = _SEAM.join(sorted(" ".join(column.split()).casefold() for column in columns))
    return hashlib.sha256(text.encode()).hexdigest()


def recall(columns: Sequence[str], team: Team | None) -> dict[str, str] | None:
    """Return what the team chose for a file with this head the last time."""
    known = ColumnMapping.objects.filter(team=team, fingerprint=fingerprint(columns)).first()
    if known is None:
        return None
    by_name: dict[str, str] = {name.casefold(): target for name, target in known.mapping.items()}
    return {column: by_name.get(column.casefold(), "") for column in columns}


def remember(job: ImportJob, mapping: Mapping[str, str]) -> None:
    """Keep a mapping that somebody confirmed."""
    ColumnMapping.objects.update_or_create(
        team=job.team, fingerprint=fingerprint(list(mapping)),
        defaults={"mapping": dict(mapping), "used_at": clock.now()},
    )  # fmt: skip
