"""Carry bulk acts out, batch by batch: a process killed in the middle leaves whole batches behind.

Each batch is one transaction that also moves the action's ``cursor``. The action's row is locked first, so a
cancel or another worker comes before or after a batch, never into it.
"""

import logging
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from campaigns import clock
from leads.models import BulkAction, BulkTarget, Lead
from leads.services import timeline
from leads.services.grouped import batches, sheets
from leads.services.grouped.batches import Batch
from leads.services.grouped.verbs import VERBS

SIZE = 1000
LEASE = timedelta(seconds=60)
PATIENCE = timedelta(seconds=15)
ATTEMPTS = 4
Status = BulkAction.Status
log = logging.getLogger(__name__)


def drain(now: datetime, *, limit: int = 1) -> int:
    """Carry on acts that wait, or whose worker died; return how many leads were handled."""
    going = Q(status__in=(Status.QUEUED, Status.RUNNING, Status.UNDOING))
    due = going & (Q(lease_until=None) | Q(lease_until__lt=now))
    return sum(
        _take(action, due, PATIENCE) for action in BulkAction.objects.filter(due).order_by("id")[:limit]
    )


def run_now(action: BulkAction, patience: timedelta = timedelta(seconds=2)) -> BulkAction:
    """Carry a small act out in this process, so that the page can say at once what was done."""
    _take(action, Q(lease_until=None), patience)
    action.refresh_from_db()
    return action


def _take(action: BulkAction, due: Q, patience: timedelta) -> int:
    """Claim an action and work on it until it is done or patience ends."""
    token = uuid.uuid4().hex
    mine = BulkAction.objects.filter(due, pk=action.pk)
    claimed = mine.filter(status=Status.QUEUED).update(
        status=Status.RUNNING, lease_token=token, lease_until=clock.now() + LEASE
    ) or mine.filter(status__in=(Status.RUNNING, Status.UNDOING)).update(
        lease_token=token, lease_until=clock.now() + LEASE
    )
    if not claimed:
        return 0
    action.refresh_from_db()
    try:
        return _work(action, token, patience)
    except Exception as error:
        log.exception("bulk action %s stumbled", action.pk)
        _stumbled(action, token, error)
        return 0


def _work(action: BulkAction, token: str, patience: timedelta) -> int:
    if action.verb == "export":
        return sheets.write(action, token, LEASE)
    handled, started = 0, time.monotonic()
    while time.monotonic() - started < patience.total_seconds():
        done = _undo_batch(action, token) if action.status == Status.UNDOING else _do_batch(action, token)
        if done is None:
            return handled
        if not done:
            return handled + _finish(action, token)
        handled += done
    BulkAction.objects.filter(pk=action.pk, lease_token=token).update(lease_token="", lease_until=None)
    return handled


def _do_batch(action: BulkAction, token: str) -> int | None:
    """Do one batch; None when the action is no longer ours (cancelled, or another worker has it)."""
    with transaction.atomic():
        if not _still_mine(action, token, Status.RUNNING):
            return None
        waiting = BulkTarget.objects.filter(action=action, is_done=False).order_by("pk")
        rows = list(waiting.values_list("pk", "lead_id")[:SIZE])
        batch = _seen(action, rows)
        batches.lock(batch.lead_ids)
        verb = VERBS[action.verb]
        changed = verb.apply(batch, action.params) if verb.apply and batch.lead_ids else 0
        _tell(batch)
        BulkTarget.objects.filter(pk__in=[pk for pk, _ in rows]).update(is_done=True)
        BulkAction.objects.filter(pk=action.pk).update(
            cursor=F("cursor") + len(rows), changed=F("changed") + changed,
            skipped=F("skipped") + len(rows) - len(batch.lead_ids),
        )  # fmt: skip
    return len(rows)


def _undo_batch(action: BulkAction, token: str) -> int | None:
    """Take one batch back; those whose fact somebody changed since are left alone."""
    with transaction.atomic():
        if not _still_mine(action, token, Status.UNDOING):
            return None
        done = BulkTarget.objects.filter(action=action, is_done=True).exclude(before=None).order_by("pk")
        rows = list(done.values_list("pk", "lead_id")[:SIZE])
        batch = Batch(action, [pk for pk, _ in rows], [lead for _, lead in rows])
        batches.lock(batch.lead_ids)
        verb = VERBS[action.verb]
        restored = verb.restore(batch, action.params) if verb.restore and rows else 0
        BulkTarget.objects.filter(pk__in=batch.target_ids).update(is_done=False)
        told = action.params.get("undone", {"restored": 0, "kept": 0})
        told = {"restored": told["restored"] + restored, "kept": told["kept"] + len(rows) - restored}
        action.params = {**action.params, "undone": told}
        BulkAction.objects.filter(pk=action.pk).update(params=action.params)
    return len(rows)


def _seen(action: BulkAction, rows: list[tuple[int, int]]) -> Batch:
    """Return those of the targets whom the person who asked may still see, not merged away, not erased."""
    visible = Lead.objects.visible_to(action.owner).current() if action.owner else Lead.objects.none()
    alive = visible.filter(pk__in=[lead for _, lead in rows], erased_at=None)
    known = set(alive.values_list("pk", flat=True))
    kept = [(pk, lead) for pk, lead in rows if lead in known]
    return Batch(action, [pk for pk, _ in kept], [lead for _, lead in kept])


def _still_mine(action: BulkAction, token: str, status: str) -> bool:
    mine = BulkAction.objects.filter(pk=action.pk, lease_token=token, status=status)
    return bool(mine.update(lease_until=clock.now() + LEASE))


def _tell(batch: Batch) -> None:
    """Write the act into the timeline of each lead that it changed."""
    kind, words = VERBS[batch.action.verb].entry
    if not kind:
        return
    said = words.format(actor=batch.action.owner, what=batch.action.params.get("what", ""))
    by = batch.action.owner_id
    timeline.record_many(timeline.Entry(pk, kind, said, actor_id=by) for pk in batch.changed_leads())


def _finish(action: BulkAction, token: str) -> int:
    ends = {Status.RUNNING: Status.DONE, Status.UNDOING: Status.UNDONE}
    BulkAction.objects.filter(pk=action.pk, lease_token=token, status=action.status).update(
        status=ends[Status(action.status)],
        finished_at=clock.now(),
        lease_token="",
        lease_until=None,
        attempts=0,
    )
    return 0


def _stumbled(action: BulkAction, token: str, error: Exception) -> None:
    """Try again in a minute; after a few times give up and say so. What is done stays done."""
    mine = BulkAction.objects.filter(pk=action.pk, lease_token=token)
    changes: dict[str, Any] = {
        "attempts": F("attempts") + 1,
        "error": f"{type(error).__name__}: {error}"[:250],
    }
    if action.attempts + 1 >= ATTEMPTS:
        changes |= {
            "status": Status.FAILED,
            "finished_at": clock.now(),
            "lease_token": "",
            "lease_until": None,
        }
    mine.update(**changes)
