"""Shows what an import would do before anything is stored, and what it left out afterwards."""

import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from leads.models import ImportJob, RowProblem
from leads.services import intake
from leads.services.transfer import cells, importing, mapping, parsing
from leads.services.transfer.converting import Converter, Problem

_HEADER = ("line", "column", "value", "problem", "stored")


@dataclass(frozen=True)
class PreviewRow:
    """One row as it would be stored, with what is wrong in it."""

    line: int
    values: dict[str, Any]
    problems: list[Problem]


@dataclass(frozen=True)
class Preview:
    """The first rows of a file under a mapping, and what is wrong with the mapping itself."""

    columns: list[str]
    mapping: dict[str, str]
    rows: list[PreviewRow]
    problems: list[str]
    total: int


@dataclass(frozen=True)
class Forecast:
    """What a whole import would do."""

    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    problems: list[tuple[int, Problem]]


def preview(job: ImportJob, chosen: Mapping[str, str] | None = None, rows: int = 20) -> Preview:
    """Return the first rows of a job's file under a mapping."""
    wanted = dict(job.mapping if chosen is None else chosen)
    sheet = importing.sheet_of(job)
    problems = mapping.problems(wanted, sheet.columns)
    if any(problem.startswith("There is no field") for problem in problems):
        return Preview(sheet.columns, wanted, [], problems, job.total)
    found = importing.read(itertools.islice(parsing.rows(sheet), rows), Converter(sheet.columns, wanted))
    shown = [PreviewRow(one.line, one.found.draft, one.found.problems) for one in found]
    return Preview(sheet.columns, wanted, shown, problems, job.total)


def forecast(job: ImportJob) -> Forecast:
    """Go through the whole file as the import would, then take everything back."""
    sheet = importing.sheet_of(job)
    people = importing.read(parsing.rows(sheet), Converter(sheet.columns, job.mapping))
    entrance, rows = importing.entrance_of(job), 0
    verdicts: list[str] = []
    problems: list[tuple[int, Problem]] = []
    with transaction.atomic():
        while batch := list(itertools.islice(people, importing.BATCH)):
            rows += len(batch)
            problems += [(one.line, problem) for one in batch for problem in one.found.problems]
            good = [one.found.draft for one in batch if not one.found.is_fatal]
            verdicts += [outcome.verdict for outcome in intake.store(good, entrance)]
        transaction.set_rollback(True)
    created, updated, unchanged = (verdicts.count(name) for name in ("created", "updated", "unchanged"))
    rejected = rows - created - updated - unchanged
    return Forecast(rows, created, updated, unchanged, rejected, problems)


def errors_csv(job: ImportJob) -> Iterator[str]:
    """Yield the problems of a job as the lines of a CSV file, safe to open in a spreadsheet."""
    found = RowProblem.objects.filter(job=job).order_by("line", "id").iterator()
    rows = ((p.line, p.column, p.value, p.problem, "no" if p.is_fatal else "yes") for p in found)
    yield from errors_as_csv(rows)


def errors_as_csv(rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    """Yield problems (line, column, value, problem, stored) as CSV."""
    for row in itertools.chain([_HEADER], rows):
        line = io.StringIO()
        csv.writer(line).writerow([cells.safe(value) for value in row])
        yield line.getvalue()
