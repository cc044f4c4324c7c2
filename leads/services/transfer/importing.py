"""Stores the rows of an import job, batch by batch, as long as the job's lease is ours."""

import itertools
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from campaigns import clock
from campaigns.models.user import Role
from campaigns.services import bulk
from leads.models import ImportJob, RowProblem
from leads.services import intake
from leads.services.entry import companies
from leads.services.intake import Entrance, Outcome
from leads.services.transfer import keeping, parsing
from leads.services.transfer.converting import Converted, Converter, Problem
from leads.services.transfer.parsing import BadFile, Row, Sheet

BATCH = 2000
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
TRIES = 3
UNKNOWN = "Nobody here goes by this row, and this import only updates people."
_PROBLEM = ("job_id", "line", "column", "value", "problem", "is_fatal")


class LeaseLost(Exception):
    """Another worker has this job now, or it was cancelled."""


class Read(NamedTuple):
    """One row with the person that was read from it."""

    line: int
    found: Converted


@dataclass(frozen=True)
class Told:
    """Of whom a file spoke before: what it said first counts, later rows only fill gaps."""

    people: set[int] = field(default_factory=set)
    companies: set[int] = field(default_factory=set)

    def add(self, other: "Told") -> None:
        """Take those of one more batch in."""
        self.people.update(other.people)
        self.companies.update(other.companies)


def carry_on(job: ImportJob, token: str, *, patience: timedelta | None = None) -> int:
    """Store batches until the file ends, the lease is lost or patience is over; return their number."""
    job.refresh_from_db()
    started, stored, told = time.monotonic(), 0, _told(job)
    try:
        for batch in _batches(job):
            told.add(_store_batch(job, token, batch, told))
            stored += 1
            if patience and time.monotonic() - started > patience.total_seconds():
                _update(job, token, status=ImportJob.Status.QUEUED, lease_token="", lease_until=None)
                return stored
        _update(job, token, status=ImportJob.Status.DONE, finished_at=clock.now(), lease_token="")
    except LeaseLost:
        pass
    except (BadFile, OSError, UnicodeError, IntegrityError) as error:
        failed = {"status": ImportJob.Status.FAILED, "error": str(error)[:250], "finished_at": clock.now()}
        ImportJob.objects.filter(pk=job.pk, lease_token=token).update(**failed)
    return stored


def read(rows: Iterable[Row], converter: Converter) -> Iterator[Read]:
    """Turn rows into people."""
    for row in rows:
        if row.problem:
            found = Converted(problems=[Problem("", ", ".join(row.cells)[:200], row.problem, is_fatal=True)])
        else:
            found = converter.convert(row.cells)
        yield Read(row.line, found)


def sheet_of(job: ImportJob) -> Sheet:
    """Return the job's file as it was found to be written."""
    sheet = Sheet(
        job.path, job.format, job.encoding, job.delimiter, list(job.mapping), job.total, job.sha256, job.sheet
    )  # fmt: skip
    return sheet if job.format == "jsonl" else replace(sheet, columns=parsing.columns_of(sheet))


def entrance_of(job: ImportJob, told: Collection[int] = (), log: intake.Log | None = None) -> Entrance:
    """Return to whom imported people belong: a rep keeps them, everybody else fills the team's pool."""
    keeps = job.owner is not None and job.owner.role in (Role.REP, Role.AGENT)
    return Entrance(
        "import", clock.now(), job.owner_id if keeps else None, job.team_id,
        updates=job.update_existing, evidence=f"Import of {job.file_name} (job {job.pk})", told=told,
        reference=f"import:{job.pk}", creates=job.create_new, log=log,
    )  # fmt: skip


def _batches(job: ImportJob) -> Iterator[list[Read]]:
    sheet = sheet_of(job)
    people = read(parsing.rows(sheet, skip=job.cursor), Converter(sheet.columns, job.mapping))
    while batch := list(itertools.islice(people, BATCH)):
        yield batch


def _told(job: ImportJob) -> Told:
    if not job.cursor:
        return Told()
    people, orgs = job.people.values_list("lead_id"), job.companies.values_list("company_id")
    return Told({pk for (pk,) in people}, {pk for (pk,) in orgs})


def _store_batch(job: ImportJob, token: str, batch: Sequence[Read], told: Told) -> Told:
    """Store one batch for good; return of whom it spoke. A row the database refuses keeps no other out."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _write(job, token, batch, told)
        except IntegrityError:
            if attempt == TRIES:
                raise
        except DataError:
            if len(batch) > 1:
                return _one_by_one(job, token, batch, told)
            batch = [_refused(batch[0])]
    return Told()


def _one_by_one(job: ImportJob, token: str, batch: Sequence[Read], told: Told) -> Told:
    spoken = Told()
    for row in batch:
        spoken.add(_store_batch(job, token, [row], told))
    return spoken


def _refused(row: Read) -> Read:
    text = "The database cannot hold a value of this row."
    return Read(row.line, Converted(problems=[Problem("", "", text, is_fatal=True)]))


def _write(job: ImportJob, token: str, batch: Sequence[Read], told: Told) -> Told:
    good = [row for row in batch if not row.found.is_fatal]
    drafts = [dict(row.found.draft) for row in good]
    log = intake.Log(orgs=companies.Log(told=told.companies))
    outcomes = intake.store(drafts, entrance_of(job, told.people, log))
    _note_problems(job, batch, zip(good, outcomes, strict=True))
    keeping.people(job, outcomes, log)
    keeping.organisations(job, log.orgs)
    verdicts = [outcome.verdict for outcome in outcomes]
    counts = {name: F(name) + verdicts.count(name) for name in ("created", "updated", "unchanged")}
    rejected = F("rejected") + len(batch) - len(good) + sum(map(verdicts.count, ("skipped", "refused")))
    _update(job, token, cursor=F("cursor") + len(batch), rejected=rejected, **counts)
    people = {outcome.lead_id for outcome in outcomes if outcome.lead_id}
    return Told(people, {*log.orgs.new, *log.orgs.met})


def _note_problems(job: ImportJob, batch: Sequence[Read], stored: Iterable[tuple[Read, Outcome]]) -> None:
    rows = [
        (job.pk, row.line, problem.column[:80], problem.value[:200], problem.text[:200], problem.is_fatal)
        for row in batch
        for problem in row.found.problems
    ]
    for row, outcome in stored:
        if outcome.verdict == "skipped":
            rows.append((job.pk, row.line, "", "", UNKNOWN, True))
        elif outcome.note:
            is_fatal = outcome.verdict == "refused"
            rows.append((job.pk, row.line, "", "", outcome.note[:200], is_fatal))
    if rows:
        bulk.copy_rows(RowProblem, _PROBLEM, (tuple(map(_printable, row)) for row in rows))


def _printable(value: object) -> object:
    return value.replace("\0", "\u2400") if isinstance(value, str) else value


def _update(job: ImportJob, token: str, **changes: object) -> None:
    """Change the job only while its lease is ours, and renew the lease in the same breath."""
    mine = ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.RUNNING, lease_token=token)
    if not mine.update(**{"lease_until": clock.now() + LEASE, **changes}):
        raise LeaseLost
