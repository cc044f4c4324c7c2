"""One line of the day's queue: what to do, by when, and the button that does it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from analytics.services import worklist
from analytics.views.links import page
from conversations.services.sections import ANSWER_WITHIN
from conversations.views.shown import span
from leads.models import Task

ACTS = {
    worklist.REPLY: ("Reply", "reply"), worklist.HOT: ("Open", "flame"), worklist.STEP: ("Open", "check"),
    worklist.QUIET: ("Open", "handshake"),
}  # fmt: skip
TASKS = {"call": ("Call", "phone"), "meeting": ("Prepare", "calendar"), "linkedin": ("Open", "linkedin")}


@dataclass(frozen=True)
class Row:
    """An item with its due time in words, its act and, for a task, where it is ticked off or put off."""

    item: worklist.Item
    url: str
    due: str
    urgency: str
    label: str
    icon: str
    done_url: str = ""
    snooze_url: str = ""


def of(item: worklist.Item, now: datetime) -> Row:
    """Return an item as its line shows it."""
    due, urgency = _due(item, now)
    label, icon = ACTS[item.kind]
    done = snooze = ""
    if item.kind == worklist.REPLY:
        snooze = reverse("conversations:snooze", args=item.args)
    if isinstance(item.row, Task):
        label, icon = TASKS.get(item.row.kind, (label, icon))
        done, snooze = page("leads:finish_task", item.row.pk), page("leads:snooze_task", item.row.pk)
    return Row(item, page(item.url_name, *item.args) or "#", due, urgency, label, icon, done, snooze)


def _due(item: worklist.Item, now: datetime) -> tuple[str, str]:
    if item.due_at is None:
        return "Any time", ""
    if item.kind == worklist.REPLY:
        waited = now - (item.due_at - ANSWER_WITHIN)
        late = item.due_at < now
        return f"Waiting {span(waited)}", "bad" if late else "hot" if item.due_at - now < timedelta(
            hours=1
        ) else ""
    if item.due_at < now - timedelta(hours=1):
        return f"{span(now - item.due_at)} late", "bad"
    local = timezone.localtime(item.due_at)
    is_today = local.date() == timezone.localtime(now).date()
    return f"{local:%H:%M}" if is_today else f"{local:%a %H:%M}", "hot" if item.due_at <= now else ""
