"""Takes an import back: who came with it goes, what it changed is put back, batch by batch.

Nobody's later work is lost. A person stays who was contacted, planned for, talked to, named by another
file or changed since; a field stays that somebody changed since. A «do not contact» also stays: taking
back a file never makes anybody contactable. Each batch is one transaction, so a killed worker's successor
goes on behind it.
"""

import time
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import ImportedLead, ImportJob
from leads.services.transfer import removing, restoring

BATCH = 1000
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
PATIENCE = timedelta(seconds=15)
Status = ImportJob.Status
OVER = (Status.DONE, Status.CANCELLED, Status.FAILED)


class CannotUndo(Exception):
    """This import cannot be taken back (now); the message says why."""

    code = "cannot_undo"
    status = 409


class _LeaseLost(Exception):
    """Another worker goes on with this job."""


def begin(job: ImportJob, by: User | None = None) -> ImportJob:
    """Queue the taking back of an import that is over; what it did so far is enough."""
    over = ImportJob.objects.filter(pk=job.pk, status__in=OVER)
    changes = {"undone_by": by, "lease_token": "", "lease_until": None, "error": ""}
    if not over.update(status=Status.UNDOING, restored=0, removed=0, kept=0, **changes):
        job.refresh_from_db()
        raise CannotUndo(_why_not(job))
    audit.record(by, "undo", job, before={"created": job.created, "updated": job.updated})
    job.refresh_from_db()
    return job


def drain(now: datetime, *, limit: int = 1) -> int:
    """Go on with imports that are being taken back; return how many batches were done."""
    due = Q(status=Status.UNDOING) & (Q(lease_until=None) | Q(lease_until__lt=now))
    done = 0
    for job in ImportJob.objects.filter(due).order_by("id")[:limit]:
        token = uuid.uuid4().hex
        if ImportJob.objects.filter(due, pk=job.pk).update(lease_token=token, lease_until=now + LEASE):
            done += max(1, _go_on(job, token, PATIENCE))
    return done


def run_now(job: ImportJob) -> ImportJob:
    """Take a whole import back in this process."""
    token = uuid.uuid4().hex
    free = Q(lease_until=None) | Q(lease_until__lt=clock.now())
    mine = ImportJob.objects.filter(free, pk=job.pk, status=Status.UNDOING)
    if mine.update(lease_token=token, lease_until=clock.now() + LEASE):
        _go_on(job, token, None)
    job.refresh_from_db()
    return job


def progress(job: ImportJob) -> tuple[int, int]:
    """Return how many people are done, and how many there are."""
    left = ImportedLead.objects.filter(job=job, after_version__isnull=False).count()
    return (done := job.restored + job.removed + job.kept), done + left


def _go_on(job: ImportJob, token: str, patience: timedelta | None) -> int:
    started, batches, last = time.monotonic(), 0, 0
    try:
        while (last := _batch(job, token, last)) >= 0:
            batches += 1
            if patience and time.monotonic() - started > patience.total_seconds():
                _update(job, token, lease_until=None, lease_token="")
                return batches
        _finish(job, token)
    except _LeaseLost:
        pass
    return batches


def _batch(job: ImportJob, token: str, last: int) -> int:
    """Take the next people back for good; return the last of them, or -1 when nobody is left."""
    with transaction.atomic():
        waiting = ImportedLead.objects.filter(job=job, after_version__isnull=False, lead_id__gt=last)
        rows = list(waiting.order_by("lead_id")[:BATCH])
        if not rows:
            return -1
        removed = removing.people(job, [row for row in rows if row.is_new])
        restored, left = restoring.people([row for row in rows if not row.is_new])
        kept = sum(row.is_new for row in rows) - removed + left
        counts = {"removed": removed, "restored": restored, "kept": kept}
        _update(job, token, **{name: F(name) + number for name, number in counts.items()})
    return rows[-1].lead_id


def _finish(job: ImportJob, token: str) -> None:
    with transaction.atomic():
        restoring.organisations(job)
        removing.organisations(job)
        now = clock.now()
        _update(job, token, status=Status.UNDONE, undone_at=now, lease_token="", lease_until=None)


def _update(job: ImportJob, token: str, **changes: object) -> None:
    """Change the job only while its lease is ours, and renew the lease in the same breath."""
    mine = ImportJob.objects.filter(pk=job.pk, status=Status.UNDOING, lease_token=token)
    if not mine.update(**{"lease_until": clock.now() + LEASE, **changes}):
        raise _LeaseLost


def _why_not(job: ImportJob) -> str:
    if job.status == Status.UNDONE:
        return "This import was taken back already."
    if job.status == Status.UNDOING:
        return "This import is being taken back already."
    if job.status == Status.DRAFT:
        return "This import never started, so there is nothing to take back."
    return "This import is still running. Stop it first, then take it back."
