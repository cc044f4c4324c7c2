"""Imports as rows: a file is looked at, mapped, queued, stored batch by batch, and can be stopped anywhere.

Each batch is one transaction that also moves the job's ``cursor``: a process killed in the middle leaves
whole batches behind, and the next worker goes on after them.
"""

import shutil
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db.models import Q

from campaigns import clock
from campaigns.models import Team, User
from campaigns.services import audit
from leads.models import ImportJob
from leads.services.transfer import (
    importing,
    mapping,
    memory,
    newfields,
    parsing,
    samples,
    sniffing,
    workbooks,
)
from leads.services.transfer.parsing import BadFile

PATIENCE = timedelta(seconds=15)
LARGEST = 1 << 30
Status = ImportJob.Status

__all__ = [
    "BadFile", "BadMapping", "cancel", "choose_sheet", "confirm", "discard", "drain", "receive", "run_now",
    "start", "twin",
]  # fmt: skip


class BadMapping(Exception):
    """A mapping that cannot be used; ``problems`` says why."""

    code = "bad_mapping"
    status = 400

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


def receive(file: IO[bytes], name: str, by: User, *, sheet: str = "") -> ImportJob:
    """Keep an uploaded file and look at it; the job waits for its mapping. Refused files are not kept."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}{Path(name).suffix.lower()[:8]}"
    with path.open("wb") as kept:
        shutil.copyfileobj(file, kept)
    try:
        return start(str(path), name=name, owner=by, team=by.team, sheet=sheet)
    except BadFile:
        workbooks.forget(sniffing.digest(path))
        path.unlink(missing_ok=True)
        raise


def start(
    path: str, *, name: str = "", owner: User | None = None, team: Team | None = None,
    encoding: str = "", delimiter: str = "", sheet: str = "",
) -> ImportJob:  # fmt: skip
    """Look at a file and make a job with a proposed mapping; raise ``BadFile`` when it cannot be read.

    ``sheet``: of a workbook, which one; the first if left out.
    """
    if Path(path).is_file() and Path(path).stat().st_size > LARGEST:
        raise BadFile("The file is larger than 1 GB; split it.")
    found = parsing.inspect(path, encoding=encoding, delimiter=delimiter, name=sheet)
    return ImportJob.objects.create(
        file_name=(name or Path(path).name)[:200], path=path, sha256=found.sha256, format=found.format,
        encoding=found.encoding, delimiter=found.delimiter, mapping=_proposal(found.columns, team),
        sheet=found.name, total=found.total, owner=owner, team=team,
    )  # fmt: skip


def choose_sheet(job: ImportJob, sheet: str) -> ImportJob:
    """Look at another sheet of a waiting workbook instead; raise ``BadFile`` when it holds no list."""
    found = parsing.inspect(job.path, name=sheet)
    waiting = ImportJob.objects.filter(pk=job.pk, status=Status.DRAFT)
    proposal = _proposal(found.columns, job.team)
    waiting.update(sheet=found.name, mapping=proposal, total=found.total)
    job.refresh_from_db()
    return job


def _proposal(columns: list[str], team: Team | None) -> dict[str, str]:
    """What the team chose for such a list before; what the names of the columns suggest otherwise."""
    known = memory.recall(columns, team)
    return known if known and not mapping.problems(known, columns) else mapping.propose(columns)


def confirm(
    job: ImportJob, chosen: Mapping[str, str] | None = None, *, update_existing: bool = True,
    create_new: bool = True, new_fields: bool = False, by: User | None = None,
) -> ImportJob:  # fmt: skip
    """Queue a job under a mapping (the proposed one, if none is given), and remember the mapping.

    With ``new_fields`` columns that become own data get a typed field of their own, made by ``by``.
    """
    if not (update_existing or create_new):
        raise BadMapping(["Choose at least one: add new people, or update known ones."])
    if new_fields and by and not by.can_manage:
        raise BadMapping(["Your role adds no fields. Ask a manager, or import without new fields."])
    columns = importing.sheet_of(job).columns
    given = job.mapping if chosen is None else chosen
    wanted = {column: given.get(column, "") for column in columns}
    unknown = [column for column in chosen or {} if column not in columns]
    problems = mapping.problems({**wanted, **dict.fromkeys(unknown, "")}, columns)
    if problems:
        raise BadMapping(problems)
    if new_fields:
        newfields.make(wanted, samples.columns(job), by)
    memory.remember(job, wanted)
    waiting = ImportJob.objects.filter(pk=job.pk, status=Status.DRAFT)
    modes = {"update_existing": update_existing, "create_new": create_new}
    waiting.update(mapping=wanted, status=Status.QUEUED, **modes)
    job.refresh_from_db()
    return job


def discard(job: ImportJob) -> None:
    """Forget a job that never started, and its uploaded file."""
    if job.status == Status.DRAFT:
        workbooks.forget(job.sha256)
        Path(job.path).unlink(missing_ok=True)
        job.delete()


def twin(job: ImportJob) -> ImportJob | None:
    """Return an earlier import of exactly the same file, if there was one."""
    done = ImportJob.objects.filter(sha256=job.sha256, sheet=job.sheet, status=Status.DONE)
    return done.exclude(pk=job.pk).select_related("owner").order_by("-id").first()


def cancel(job: ImportJob, by: User | None = None) -> bool:
    """End a job; batches stored so far stay. Return whether it was still going."""
    alive = ImportJob.objects.filter(pk=job.pk, status__in=[Status.DRAFT, Status.QUEUED, Status.RUNNING])
    changed = alive.update(status=Status.CANCELLED, finished_at=clock.now(), lease_token="")
    if changed:
        audit.record(by, "cancel", job)
    job.refresh_from_db()
    return bool(changed)


def drain(now: datetime, *, limit: int = 1) -> int:
    """Carry on jobs that wait, or whose worker died; return how many batches were stored."""
    due = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_until__lt=now)
    handled = 0
    for job in ImportJob.objects.filter(due).order_by("id")[:limit]:
        token = uuid.uuid4().hex
        mine = ImportJob.objects.filter(due, pk=job.pk)
        if mine.update(status=Status.RUNNING, lease_token=token, lease_until=now + importing.LEASE):
            handled += max(1, importing.carry_on(job, token, patience=PATIENCE))
    return handled


def run_now(job: ImportJob) -> ImportJob:
    """Store a whole queued job in this process."""
    token = uuid.uuid4().hex
    queued = ImportJob.objects.filter(pk=job.pk, status=Status.QUEUED)
    if queued.update(status=Status.RUNNING, lease_token=token, lease_until=clock.now() + importing.LEASE):
        importing.carry_on(job, token)
    job.refresh_from_db()
    return job
