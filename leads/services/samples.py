"""A few cells of each column of a file, so that people recognise what they map."""

import itertools

from leads.models import ImportJob
from leads.services import importing, parsing

ROWS = 25
SHOWN = 2


def of(job: ImportJob) -> list[str]:
    """Return, for each column of a job's file, its first different filled cells."""
    sheet = importing.sheet_of(job)
    found: list[dict[str, None]] = [{} for _ in sheet.columns]
    for row in itertools.islice(parsing.rows(sheet), ROWS):
        for cells, cell in zip(found, row.cells, strict=False):
            if cell.strip() and len(cells) < SHOWN:
                cells[cell.strip()[:60]] = None
    return [", ".join(cells) for cells in found]
