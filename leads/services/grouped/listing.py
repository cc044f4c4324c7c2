"""What a list of leads shows beside each person, read for one page in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from campaigns import clock
from campaigns.models import User
from campaigns.services import bulk, paging
from leads.models import Company, Lead, LeadQuerySet, LeadScore, Lifecycle
from leads.models.prospect import ProspectStage
from leads.services import contactability

FEW = 1000
_SHOWN = {
    "company": (Company, {"id", "name", "city", "region", "employees"}),
    "owner": (User, {"id", "username", "first_name", "last_name"}),
    "score": (LeadScore, {"lead", "value", "previous"}),
}
#: columns of the rows beside a lead that no list shows: half of what a page would carry
_LEFT_OUT = [
    f"{name}__{field.name}"
    for name, (model, shown) in _SHOWN.items()
    for field in model._meta.concrete_fields
    if field.name not in shown
]
#: order → what breaks its ties: a column of the same index, so that nothing is left to sort
TIES = {"score__value": "score__lead_id"}
ENROLLED = ("active", "paused")
_MARKS = """
    SELECT l.id,
        (SELECT p.stage FROM leads_prospect p WHERE p.lead_id = l.id ORDER BY p.id DESC LIMIT 1),
        (SELECT a.channel FROM leads_activity a WHERE a.lead_id = l.id AND a.channel <> 'system'
            ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1),
        (SELECT t.title FROM leads_task t WHERE t.lead_id = l.id AND t.status = 'open'
            ORDER BY t.due_at, t.id LIMIT 1)
    FROM leads_lead l WHERE """


@dataclass(frozen=True)
class Line:
    """One lead of a list with what stands beside it."""

    lead: Lead
    stage: str
    score: int | None
    change: int | None
    sequence: tuple[str, int, int] | None
    touch: str
    touched_at: datetime | None
    task: str
    no_email: str
    due_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done for now: won or lost."""
        return self.lead.lifecycle in (Lifecycle.CUSTOMER, Lifecycle.LOST)


@dataclass(frozen=True)
class Running:
    """The sequence somebody is in: its name, steps planned, steps in all, when the next is due."""

    name: str
    position: int
    steps: int
    is_paused: bool
    due_at: datetime | None


def lines(leads: Sequence[Lead]) -> list[Line]:
    """Return the leads of one page with stage, score, sequence, last touch, next step and reach.

    Three statements however many leads: marks of the lead, its sequence, its reach.
    """
    ids = [lead.pk for lead in leads]
    marks, running = _marks(ids), _running(ids)
    blocked = contactability.may_contact(ids, "email", clock.now())
    return [_line(lead, marks[lead.pk], running.get(lead.pk), blocked.get(lead.pk, "")) for lead in leads]


def rows(visible: LeadQuerySet) -> LeadQuerySet:
    """Return leads with the rows that a list always shows beside them."""
    return visible.current().select_related("company", "owner", "score").defer(*_LEFT_OUT)


def gathered(found: LeadQuerySet, ids: list[int]) -> LeadQuerySet:
    """Return the rows by number when they are few: one pass has found them, and their order costs nothing.

    Many rows stay a question: read in order, a page of them is soon full. ``ids``: ``FEW`` at most, and one.
    """
    return found if len(ids) > FEW else Lead.objects.filter(pk__in=ids)


def neighbours(rows: LeadQuerySet, order: str, lead: Lead) -> tuple[int | None, int | None]:
    """Return the ids before and after a lead in a list of this order; None where it ends."""
    here, tie = paging.cursor_of(lead, order), TIES.get(order.lstrip("-"), "pk")
    before = paging.page(rows, order=order, before=here, size=1, tie=tie).rows
    after = paging.page(rows, order=order, after=here, size=1, tie=tie).rows
    return (before[-1].pk if before else None, after[0].pk if after else None)


def position(rows: LeadQuerySet, order: str, lead: Lead) -> tuple[int, int] | None:
    """Return which of how many a lead is in a list of this order; None when it is not in it, or far down.

    Both are counted up to ``paging.MANY``; a total above it is given as ``paging.MANY + 1``.
    """
    if not rows.filter(pk=lead.pk).exists():
        return None
    here, tie = paging.cursor_of(lead, order), TIES.get(order.lstrip("-"), "pk")
    before = paging.earlier(rows, order=order, cursor=here, tie=tie)
    return (before + 1, paging.count(rows)) if before < paging.MANY else None


def _line(lead: Lead, mark: tuple[str, str, str], running: Running | None, no_email: str) -> Line:
    stage, touch, task = mark
    shown = (running.name, running.position, running.steps) if running else None
    return Line(
        lead, _stage(lead, stage, running), _score(lead), _change(lead), shown, touch, _touched_at(lead),
        task, no_email, running.due_at if running else None,
    )  # fmt: skip


def _stage(lead: Lead, stage: str, running: Running | None) -> str:
    """How far a lead has come with us; who is in no sequence (any more), how far in the newest campaign."""
    if running and running.is_paused and lead.lifecycle in (Lifecycle.NEW, Lifecycle.WORKING):
        return "Paused"
    if running and lead.lifecycle == Lifecycle.WORKING:
        return _life(lead)
    if lead.email_status == "bounced" and lead.lifecycle in (Lifecycle.NEW, Lifecycle.WORKING):
        return "Bounced"
    if lead.lifecycle == Lifecycle.WORKING:
        return str(ProspectStage(stage).label) if stage else str(ProspectStage.CONTACTED.label)
    return str(ProspectStage(stage).label) if stage and lead.lifecycle == Lifecycle.NEW else _life(lead)


def _life(lead: Lead) -> str:
    return str(lead.get_lifecycle_display())


def _score(lead: Lead) -> int | None:
    return lead.score.value if hasattr(lead, "score") else None


def _change(lead: Lead) -> int | None:
    if not hasattr(lead, "score") or lead.score.previous is None:
        return None
    return lead.score.value - lead.score.previous


def _touched_at(lead: Lead) -> datetime | None:
    moments = [moment for moment in (lead.last_contacted_at, lead.last_engaged_at) if moment]
    return max(moments, default=None)


def _marks(ids: list[int]) -> dict[int, tuple[str, str, str]]:
    """The stage in the newest campaign, the channel of the latest touch, and the task due first."""
    condition, params = bulk.among("l.id", ids)
    found = bulk.fetch(f"{_MARKS}{condition}", params)
    return {pk: (stage or "", channel or "", task or "") for pk, stage, channel, task in found}


def _running(ids: list[int]) -> dict[int, Running]:
    """The sequence each lead is in; of several the newest."""
    name = "enrollments__version__sequence__name"
    columns = ("pk", name, "enrollments__position", "enrollments__status", "enrollments__due_at")
    found = Lead.objects.filter(pk__in=ids, enrollments__status__in=ENROLLED).order_by("enrollments__pk")
    # the columns first: else the database groups by every column of a lead
    counted = found.values_list(*columns, "enrollments__pk").annotate(
        steps=Count("enrollments__version__steps")
    )
    return {
        pk: Running(sequence, position, steps, status == "paused", due_at)
        for pk, sequence, position, status, due_at, _, steps in counted
    }


def owners(actor: User) -> list[User]:
    """Return whom this person may hand leads to: their team, or everybody for those who see all."""
    people = User.objects.filter(is_active=True).exclude(role="partner").order_by("first_name", "username")
    return list(people if actor.sees_all else people.filter(team_id=actor.team_id or 0))
