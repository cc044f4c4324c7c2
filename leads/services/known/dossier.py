"""What a lead's page says: its judgement in parts, its decisions with their reasons, what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from campaigns import clock
from campaigns.models import User
from campaigns.services import masking
from leads.models import Lead, LeadQuerySet, Prospect, Task, TaskStatus
from leads.services import contactability, qualification
from leads.services.learning import judging
from leads.services.qualification import Step
from leads.services.scoring import Contribution

Judgement, judgement = judging.Judgement, judging.of
#: tab → the relation whose rows are counted beside it
COUNTED = {
    "notes": "notes", "files": "files", "decisions": "prospects", "conversations": "conversations",
    "messages": "messages",
}  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What was decided about a lead in one campaign, and the questions on the way."""

    prospect: Prospect
    steps: list[Step]


@dataclass(frozen=True)
class Way:
    """One way to reach a person: the address as the viewer may see it, its state, why it may not be used."""

    channel: str
    text: str
    state: str
    basis: str
    why_not: str


def ways(lead: Lead, viewer: User) -> list[Way]:
    """Return the ways to reach a person, whether they may be used, and why not."""
    asked = {"email": "email", **({"phone": "call"} if lead.phone else {})}
    now = clock.now()
    no = {
        way: contactability.may_contact([lead.pk], channel, now).get(lead.pk, "")
        for way, channel in asked.items()
    }
    found = [
        Way(
            "email",
            masking.shown_to(viewer, lead.email),
            lead.email_status,
            "opt-out link in each",
            no["email"],
        )
    ]
    if lead.phone:
        phone = masking.shown_to(viewer, lead.phone)
        found.append(Way("phone", phone, "may call", "not on a do-not-call list", no["phone"]))
    if lead.linkedin_url:
        profile = masking.shown_to(viewer, f"linkedin.com/in/{lead.linkedin_key}")
        found.append(Way("linkedin", profile.removeprefix("linkedin.com/"), "known", "profile is known", ""))
    return found


def counts(lead: Lead) -> dict[str, int]:
    """Return how much stands behind each tab of a lead found by ``with_counts``."""
    return {name: int(getattr(lead, f"number_of_{name}", 0) or 0) for name in COUNTED}


def with_counts(leads: LeadQuerySet) -> LeadQuerySet:
    """Return leads that bring the numbers of their tabs with them, in the same statement."""
    numbers = {
        f"number_of_{name}": Coalesce(Subquery(_number(rows), output_field=IntegerField()), 0)
        for name, rows in COUNTED.items()
    }
    return leads.annotate(**numbers)


def _number(path: str) -> Any:
    """Count the rows behind one relation of a lead."""
    rows = Lead._meta.get_field(path).related_model._default_manager.filter(lead=OuterRef("pk"))  # type: ignore[union-attr]
    rows = rows.filter(removed_at=None) if path == "files" else rows
    return rows.order_by().values("lead").annotate(number=Count("pk")).values("number")


def decisions(lead: Lead) -> list[Decision]:
    """Return what was decided in each campaign of a lead, the newest first."""
    found = lead.prospects.select_related("campaign", "owner").order_by("-pk")[:20]
    return [Decision(prospect, qualification.explain(prospect)) for prospect in found]


def sequence(lead: Lead) -> tuple[str, int, int] | None:
    """Return the sequence a lead is in, at which step, and of how many."""
    name, status = "enrollments__version__sequence__name", "enrollments__status__in"
    found = Lead.objects.filter(pk=lead.pk, **{status: ("active", "paused")}).order_by()
    counted = found.annotate(steps=Count("enrollments__version__steps", distinct=True))
    return counted.values_list(name, "enrollments__position", "steps").first()


def open_tasks(lead: Lead) -> list[Task]:
    """Return what is to be done about a lead, the next first."""
    return list(lead.tasks.filter(status=TaskStatus.OPEN).select_related("owner").order_by("due_at")[:20])


def bars(parts: Sequence[Contribution]) -> list[dict[str, Any]]:
    """Return signals as rows of a bar chart."""
    return [{"label": one.label, "note": "", "value": one.points, "title": one.sentence} for one in parts]
