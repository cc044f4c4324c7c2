"""The rows an import left out, as they were in the file and with what is wrong: to mend and bring again."""

import csv
import io
from collections.abc import Iterator, Sequence

from leads.models import ImportJob, RowProblem
from leads.services.transfer import cells, importing, parsing

PROBLEM = "Left out because"


def lines(job: ImportJob) -> Iterator[str]:
    """Yield the left-out rows of a job as CSV with their own columns, safe to open in a spreadsheet.

    The first column says what is wrong; it is passed over when the file comes in again.
    """
    why = _reasons(job)
    sheet = importing.sheet_of(job)
    yield _line([PROBLEM, *sheet.columns])
    if not why:
        return
    for row in parsing.rows(sheet):
        if row.line in why:
            yield _line([why.pop(row.line), *(cell.replace("\0", "") for cell in row.cells)])
        if not why:
            return


def _reasons(job: ImportJob) -> dict[int, str]:
    found = RowProblem.objects.filter(job=job, is_fatal=True).order_by("line", "id")
    reasons: dict[int, str] = {}
    for line, problem in found.values_list("line", "problem").iterator():
        reasons[line] = f"{reasons[line]} {problem}" if line in reasons else problem
    return reasons


def _line(row: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([cells.safe(cell) for cell in row])
    return line.getvalue()
