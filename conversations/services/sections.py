"""The list beside a conversation: five views, each in sections by what has to be done, in two queries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from campaigns.models import User
from campaigns.services import paging
from conversations.models import Conversation, ConversationStatus
from conversations.services import inbox

S = ConversationStatus
#: How soon a customer should have an answer.
ANSWER_WITHIN = timedelta(hours=4)
LIMIT = 60
ORDER = (S.ESCALATED, S.OPEN, S.WAITING, S.ENDED)
LABELS = {
    S.ESCALATED: "Needs a person",
    S.OPEN: "To answer",
    S.WAITING: "Waiting for them",
    S.ENDED: "Closed",
}
VIEWS = {"mine": "Mine", "unassigned": "Nobody's", "all": "All", "snoozed": "Snoozed", "closed": "Closed"}


@dataclass(frozen=True)
class Wanted:
    """Which conversations to list: a view, words, and what a figure of a report filters by."""

    view: str = ""
    search: str = ""
    status: str = ""
    campaign: int | None = None
    intent: str = ""


@dataclass(frozen=True)
class Section:
    """The conversations of one kind, as far as they are shown, and how many there are."""

    status: str
    label: str
    count: int
    rows: list[Conversation] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than shown."""
        return self.count > len(self.rows)


@dataclass(frozen=True)
class Listing:
    """The chosen view with its sections, and the size of every view."""

    view: str
    counts: dict[str, int]
    sections: list[Section]
    page: paging.Page[Conversation] | None = None


def listing(actor: User, wanted: Wanted, now: datetime, after: str = "", before: str = "") -> Listing:
    """Return what a person asked for; without a view their own conversations, or all when they have none."""
    found = _filtered(actor, wanted)
    counts = _counts(found, actor, now, bool(wanted.campaign))
    view = (
        wanted.view if wanted.view in VIEWS else "mine" if counts["mine"] and not wanted.campaign else "all"
    )
    rows = found.filter(_of(view, actor, now, bool(wanted.campaign)))
    by_status = {status.value: counts[f"{view}_{status}"] for status in ORDER}
    if wanted.status in by_status:
        page = paging.page(
            rows.filter(status=wanted.status), order="-last_turn_at", after=after, before=before
        )
        return Listing(view, counts, [_section(wanted.status, by_status, page.rows)], page)
    shown = list(rows.annotate(place=_place()).order_by("place", "-last_turn_at", "-id")[:LIMIT])
    parts = [_section(status, by_status, [row for row in shown if row.status == status]) for status in ORDER]
    return Listing(view, counts, [part for part in parts if part.count])


def _filtered(actor: User, wanted: Wanted) -> QuerySet[Conversation]:
    found = inbox.query(actor, "all", wanted.search)
    if wanted.campaign:
        found = found.filter(campaign=wanted.campaign)
    if wanted.intent == "positive":
        from conversations.services.understanding import POSITIVE_INTENTS

        return found.filter(intent__in=POSITIVE_INTENTS)
    return found.filter(intent=wanted.intent) if wanted.intent else found


def _counts(found: QuerySet[Conversation], actor: User, now: datetime, with_ended: bool) -> dict[str, int]:
    """Count every view, and in each view every status: one query."""
    views = {view: _of(view, actor, now, with_ended) for view in VIEWS}
    wanted: dict[str, Any] = {view: Count("id", filter=rule) for view, rule in views.items()}
    for view, rule in views.items():
        wanted |= {f"{view}_{status}": Count("id", filter=rule & Q(status=status)) for status in ORDER}
    return found.order_by().aggregate(**wanted)


def _of(view: str, actor: User, now: datetime, with_ended: bool) -> Q:
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    if view == "closed":
        return Q(status=S.ENDED)
    if view == "snoozed":
        return Q(snoozed_until__gt=now) & ~Q(status=S.ENDED)
    if view == "all" and with_ended:
        return Q()
    alive = awake & ~Q(status=S.ENDED)
    return alive & {"mine": Q(assignee=actor), "unassigned": Q(assignee=None)}.get(view, Q())


def _section(status: str, counts: dict[str, int], rows: list[Conversation]) -> Section:
    return Section(status, LABELS[S(status)], max(counts[status], len(rows)), rows)


def _place() -> Case:
    places = [When(status=status, then=Value(place)) for place, status in enumerate(ORDER)]
    return Case(*places, default=Value(len(ORDER)), output_field=IntegerField())
