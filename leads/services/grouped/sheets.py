"""Exports asked for as bulk acts: one file, written aside and put in place when it is whole."""

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar

from django.conf import settings
from django.db.models import F

from campaigns import clock
from leads.models import BulkAction, Lead, LeadQuerySet
from leads.services.transfer import exports

EVERY = 2000
Row = TypeVar("Row", str, Lead)
Status = BulkAction.Status


class LostLease(Exception):
    """Somebody cancelled the export, or another worker has it."""


def path(action: BulkAction) -> Path:
    """Return where the file of an export lies."""
    return Path(settings.MEDIA_ROOT) / "exports" / f"leads-{action.pk}.{action.params.get('format', 'csv')}"


def write(action: BulkAction, token: str, lease: timedelta) -> int:
    """Write the file from its first line; return how many leads it holds."""
    target = path(action)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{token[:8]}.part")
    owner = action.owner
    leads = Lead.objects.visible_to(owner).current() if owner else Lead.objects.none()
    chosen = leads.filter(pk__in=action.targets.values("lead"))
    try:
        with draft.open("wb") as file:
            _fill(file, chosen, action, token, lease)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except LostLease:
        return 0
    finally:
        draft.unlink(missing_ok=True)
    count = chosen.count()
    mine = BulkAction.objects.filter(pk=action.pk, lease_token=token, status=Status.RUNNING)
    mine.update(
        status=Status.DONE, cursor=F("total"), changed=count, skipped=F("total") - count,
        finished_at=clock.now(), lease_token="", lease_until=None,
    )  # fmt: skip
    return count


def _fill(file: IO[bytes], leads: LeadQuerySet, action: BulkAction, token: str, lease: timedelta) -> None:
    """Write leads as the action wishes; a workbook row by row, other files line by line."""
    form = action.params["format"]
    if form == "xlsx":
        exports.book(leads, file, watch=lambda found: _watched(found, action, token, lease))
        return
    for line in _watched(exports.lines(leads, form), action, token, lease):
        file.write(line.encode())


def _watched(lines: Iterable[Row], action: BulkAction, token: str, lease: timedelta) -> Iterator[Row]:
    """Pass lines on and show how far it is; stop when the action is no longer ours."""
    for number, line in enumerate(lines):
        if number % EVERY == 0:
            mine = BulkAction.objects.filter(pk=action.pk, lease_token=token, status=Status.RUNNING)
            if not mine.update(lease_until=clock.now() + lease, cursor=min(number, action.total)):
                raise LostLease
        yield line
