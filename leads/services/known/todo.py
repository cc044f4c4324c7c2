"""Tasks: what a person must do; a key keeps the machine from asking for the same thing twice."""

from datetime import datetime

from django.db import transaction

from campaigns import clock
from campaigns.models import User
from leads.models import Task, TaskStatus
from leads.services import timeline


def add_task(
    lead_id: int,
    title: str,
    kind: str = "follow_up",
    *,
    owner_id: int | None = None,
    key: str | None = None,
    due_at: datetime | None = None,
    brief: str = "",
    priority: int = 3,
    campaign_id: int | None = None,
    conversation_id: int | None = None,
) -> Task:
    """Add a task, or return the one that was added under the same key before."""
    facts = {
        "lead_id": lead_id, "title": title[:200], "kind": kind, "owner_id": owner_id, "brief": brief,
        "due_at": due_at or clock.now(), "priority": priority, "campaign_id": campaign_id,
        "conversation_id": conversation_id, "created_at": clock.now(),
    }  # fmt: skip
    if key is None:
        return Task.objects.create(**facts)
    return Task.objects.get_or_create(key=key, defaults=facts)[0]


def complete(task: Task, by: User | None = None) -> bool:
    """Tick a task off; return whether it was still open."""
    return _close(task, TaskStatus.DONE, by)


def cancel(task: Task, by: User | None = None) -> bool:
    """Drop a task that need not be done any more; return whether it was still open."""
    return _close(task, TaskStatus.CANCELLED, by)


def reopen(task: Task, by: User | None = None) -> bool:
    """Take «done» back."""
    closed = Task.objects.filter(pk=task.pk).exclude(status=TaskStatus.OPEN)
    return bool(closed.update(status=TaskStatus.OPEN, done_at=None))


def snooze(task: Task, until: datetime) -> bool:
    """Move an open task to a later time."""
    return bool(Task.objects.filter(pk=task.pk, status=TaskStatus.OPEN).update(due_at=until))


def _close(task: Task, status: str, by: User | None) -> bool:
    with transaction.atomic():
        waiting = Task.objects.filter(pk=task.pk, status=TaskStatus.OPEN)
        if not waiting.update(status=status, done_at=clock.now()):
            return False
        timeline.record(
            task.lead_id, f"task_{status}", task.title, campaign_id=task.campaign_id, actor=by,
            data={"task": task.pk},
        )  # fmt: skip
    task.refresh_from_db()
    return True
