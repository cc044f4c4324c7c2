"""Today: the next thing to do, ready to be done, with what needs a decision or a look beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from analytics.services import worklist
from analytics.views import rows
from campaigns import clock
from campaigns.views.access import StaffRequest, staff
from conversations.models import Author, Conversation, Turn
from conversations.services import suggestions
from conversations.services.sections import ANSWER_WITHIN
from conversations.views.shown import span
from outreach.views.access import is_office, may_write

MINUTES_EACH = {worklist.REPLY: 4, worklist.HOT: 5, worklist.STEP: 4, worklist.QUIET: 3}
TONE = "direct"
FEW = 5
SHORT = {worklist.REPLY: "Replies", worklist.HOT: "Hot", worklist.STEP: "Tasks", worklist.QUIET: "Deals"}
READY = {
    "interested": "target", "question": "target", "objection": "hand", "referral": "users",
    "not_now": "calendar-clock",
}  # fmt: skip


@dataclass(frozen=True)
class First:
    """The item on top of the queue, opened: its quote, the answer we propose and the time left."""

    row: rows.Row
    turn: Turn | None
    suggestion: suggestions.Suggestion | None
    left: timedelta | None

    @property
    def item(self) -> worklist.Item:
        """The item itself."""
        return self.row.item

    @property
    def share(self) -> float:
        """How much of the time to answer is left, from 1 to 0."""
        return max(0.0, self.left / ANSWER_WITHIN) if self.left else 0.0

    @property
    def clock(self) -> str:
        """The time left, or the time that has passed since, in words."""
        return span(self.left) if self.left is not None else ""

    @property
    def is_late(self) -> bool:
        """Whether the answer is overdue."""
        return self.left is not None and self.left < timedelta(0)

    @property
    def intent(self) -> str:
        """What they want, in words."""
        return self.turn.intent.replace("_", " ").capitalize() if self.turn else ""

    @property
    def icon(self) -> str:
        """The icon of what they want."""
        return READY.get(self.turn.intent, "message-circle") if self.turn else ""


@staff
def index(request: StaffRequest) -> HttpResponse:
    """Show the day: figures, queue, decisions, alerts, what runs."""
    now, scope = clock.now(), _scope(request)
    items = worklist.queue(request.user, now, scope=scope)
    kind = request.GET.get("show", "")
    shown = [item for item in items if kind not in worklist.LABELS or item.kind == kind]
    context = {
        "nav": "today", "date": now, "scope": scope, "first": _opened(request, shown, now),
        "groups": _groups(shown[1:], now, None if kind in worklist.LABELS else FEW), "left": len(items),
        "minutes": sum(MINUTES_EACH[item.kind] for item in items),
        "segments": _segments(items, kind, scope), "is_office": is_office(request),
        "may_write": may_write(request),
        "may_switch": request.user.sees_team or request.user.sees_all, "now": now,
    }  # fmt: skip
    return render(request, "analytics/today.html", context)


@staff
def queue(request: StaffRequest) -> HttpResponse:
    """Show one thing at a time: the next comes after each act; ``at`` steps over what is left for later."""
    now, scope = clock.now(), _scope(request)
    items = worklist.queue(request.user, now, scope=scope)
    place = request.GET.get("at", "0")
    at = min(int(place), max(0, len(items) - 1)) if place.isdigit() else 0
    context = {
        "nav": "today", "first": _opened(request, items[at:], now), "at": at, "left": len(items),
        "scope": scope,
        "may_write": may_write(request), "next": at + 1 if at + 1 < len(items) else None,
        "previous": at - 1 if at else None, "place": at + 1,
    }  # fmt: skip
    return render(request, "analytics/queue.html", context)


def _scope(request: StaffRequest) -> str:
    wide = request.user.sees_all or request.user.sees_team
    wanted = request.GET.get("scope", "team" if wide else "mine")
    return "team" if wide and wanted == "team" else "mine"


def _opened(request: StaffRequest, items: list[worklist.Item], now: datetime) -> First | None:
    if not items:
        return None
    item = items[0]
    left = item.due_at - now if item.due_at and item.kind == worklist.REPLY else None
    if not isinstance(item.row, Conversation):
        return First(rows.of(item, now), None, None, left)
    turn = item.row.turns.filter(author=Author.LEAD).last()
    proposed = {one.tone: one for one in suggestions.suggest(item.row, request.user)}
    return First(rows.of(item, now), turn, proposed.get(TONE), left)


def _groups(items: list[worklist.Item], now: datetime, most: int | None) -> list[dict[str, Any]]:
    """Return the rest by kind; without a chosen kind only the first few of each."""
    found: dict[str, list[worklist.Item]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item)
    return [
        {
            "kind": kind, "label": worklist.LABELS[kind], "count": len(same),
            "rows": [rows.of(item, now) for item in same[:most]],
            "more": max(0, len(same) - (most or len(same))),
        }
        for kind, same in found.items()
    ]  # fmt: skip


def _segments(items: list[worklist.Item], kind: str, scope: str) -> list[dict[str, Any]]:
    url = reverse("analytics:today")
    parts: list[dict[str, Any]] = [
        {"label": "All", "url": f"{url}?scope={scope}", "active": kind not in worklist.LABELS}
    ]
    return parts + [
        {
            "label": SHORT[name],
            "count": number,
            "url": f"{url}?show={name}&scope={scope}",
            "active": name == kind,
        }
        for name, number in worklist.counts(items).items()
        if number or name == kind
    ]
