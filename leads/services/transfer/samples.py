"""A few cells of each column of a file, so that people recognise what they map."""

import itertools
from collections.abc import Mapping, Sequence

from leads.models import ImportJob
from leads.services.transfer import importing, parsing

ROWS = 25
SHOWN = 2
JUDGED = 500


def of(job: ImportJob) -> list[str]:
    """Return, for each column of a job's file, its first different filled cells."""
    sheet = importing.sheet_of(job)
    found: list[dict[str, None]] = [{} for _ in sheet.columns]
    for row in itertools.islice(parsing.rows(sheet), ROWS):
        for cells, cell in zip(found, row.cells, strict=False):
            if cell.strip() and len(cells) < SHOWN:
                cells[cell.strip()[:60]] = None
    return [", ".join(cells) for cells in found]


def columns(job: ImportJob) -> Mapping[str, Sequence[str]]:
    """Return the cells of the first rows by column, from which a type can be told."""
    sheet = importing.sheet_of(job)
    rows = [row.cells for row in itertools.islice(parsing.rows(sheet), JUDGED) if not row.problem]
    return {column: [cells[place] for cells in rows] for place, column in enumerate(sheet.columns)}
