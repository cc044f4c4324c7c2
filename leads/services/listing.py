"""What a list of leads shows beside each person, read for one page in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from campaigns import clock
from campaigns.models import User
from leads.models import Activity, Lead, LeadQuerySet, Lifecycle, Prospect, Task, TaskStatus
from leads.models.prospect import ProspectStage
from leads.services import contactability

ENROLLED = ("active", "paused")


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
    task: Task | None
    no_email: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done for now: won or lost."""
        return self.lead.lifecycle in (Lifecycle.CUSTOMER, Lifecycle.LOST)


def lines(leads: Sequence[Lead]) -> list[Line]:
    """Return the leads of one page with stage, score, sequence, last touch, next step and reach."""
    ids = [lead.pk for lead in leads]
    stages, sequences, touches, tasks = _stages(ids), _sequences(ids), _touches(ids), _tasks(ids)
    blocked = contactability.may_contact(ids, "email", clock.now())
    return [
        Line(
            lead, _stage(lead, stages), _score(lead), _change(lead), sequences.get(lead.pk),
            touches.get(lead.pk, ""), _touched_at(lead), tasks.get(lead.pk), blocked.get(lead.pk, ""),
        )
        for lead in leads
    ]  # fmt: skip


def rows(visible: LeadQuerySet) -> LeadQuerySet:
    """Return leads with the rows that a list always shows beside them."""
    return visible.current().select_related("company", "owner", "score")


def _stage(lead: Lead, stages: dict[int, str]) -> str:
    """How far a lead has come with us; a new one, how far in its newest campaign."""
    own = lead.get_lifecycle_display()
    return stages.get(lead.pk, own) if lead.lifecycle == Lifecycle.NEW else own


def _score(lead: Lead) -> int | None:
    return lead.score.value if hasattr(lead, "score") else None


def _change(lead: Lead) -> int | None:
    if not hasattr(lead, "score") or lead.score.previous is None:
        return None
    return lead.score.value - lead.score.previous


def _touched_at(lead: Lead) -> datetime | None:
    moments = [moment for moment in (lead.last_contacted_at, lead.last_engaged_at) if moment]
    return max(moments, default=None)


def _stages(ids: list[int]) -> dict[int, str]:
    """How far each lead is in its newest campaign, in words."""
    found = Prospect.objects.filter(lead__in=ids).order_by("pk").values_list("lead_id", "stage")
    return {lead_id: str(ProspectStage(stage).label) for lead_id, stage in found}


def _sequences(ids: list[int]) -> dict[int, tuple[str, int, int]]:
    """The sequence each lead is in, how many steps are planned and how many there are."""
    name = "enrollments__version__sequence__name"
    found = Lead.objects.filter(pk__in=ids, enrollments__status__in=ENROLLED).order_by("pk")
    counted = found.annotate(steps=Count("enrollments__version__steps", distinct=True))
    rows = counted.values_list("pk", name, "enrollments__position", "steps")
    return {pk: (sequence, position, steps) for pk, sequence, position, steps in rows}


def _touches(ids: list[int]) -> dict[int, str]:
    """The channel of each lead's latest touch."""
    by_people = Activity.objects.filter(lead__in=ids).exclude(channel="system").order_by()
    latest = by_people.values("lead_id").annotate(last=Max("pk")).values("last")
    return dict(Activity.objects.filter(pk__in=latest).values_list("lead_id", "channel"))


def _tasks(ids: list[int]) -> dict[int, Task]:
    """The open task of each lead that is due first."""
    open_tasks = Task.objects.filter(lead__in=ids, status=TaskStatus.OPEN).order_by("-due_at")
    return {task.lead_id: task for task in open_tasks}


def owners(actor: User) -> list[User]:
    """Return whom this person may hand leads to: their team, or everybody for those who see all."""
    people = User.objects.filter(is_active=True).exclude(role="partner").order_by("first_name", "username")
    return list(people if actor.sees_all else people.filter(team_id=actor.team_id or 0))
