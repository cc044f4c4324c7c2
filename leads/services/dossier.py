"""What a lead's page says: its timeline by day, its judgement in parts, its decisions with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils import timezone

from campaigns import clock
from campaigns.models import Campaign, User
from campaigns.services import masking, paging
from leads.models import Activity, Lead, Prospect, Task, TaskStatus
from leads.services import contactability, qualification, scoring
from leads.services.qualification import Step
from leads.services.scoring import Contribution

SHOWN = 9


@dataclass(frozen=True)
class Judgement:
    """A score in parts: where it starts, what speaks for and against, what it is and what it would be now."""

    value: int | None
    change: int | None
    start: int
    plus: int
    minus: int
    would_be: int
    parts: list[Contribution]
    signals: int


@dataclass(frozen=True)
class Decision:
    """What was decided about a lead in one campaign, and the questions on the way."""

    prospect: Prospect
    steps: list[Step]


@dataclass(frozen=True)
class Timeline:
    """Some entries by day, with the cursor of the older ones."""

    days: list[tuple[date, list[Activity]]]
    after: str
    campaigns: dict[int, str]


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
        found.append(Way("linkedin", f"in/{lead.linkedin_key}", "known", "profile is known", ""))
    return found


def timeline(lead: Lead, channel: str = "", after: str = "") -> Timeline:
    """Return what happened with a lead, newest first, by day."""
    found = Activity.objects.filter(lead=lead).select_related("actor")
    if channel:
        found = found.filter(channel=channel)
    page = paging.page(found, order="-occurred_at", after=after, size=40)
    ids = {entry.campaign_id for entry in page if entry.campaign_id}
    names = dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "name"))
    return Timeline(_by_day(page.rows), page.after, names)


def channels(lead: Lead) -> list[tuple[str, int]]:
    """Return the channels of a lead's timeline and how many entries each has, the busiest first."""
    found = Activity.objects.filter(lead=lead).order_by().values_list("channel").annotate(number=Count("pk"))
    return sorted(found.values_list("channel", "number"), key=lambda row: -row[1])


def judgement(lead: Lead) -> Judgement:
    """Return the score with the nine largest signals for and against it."""
    score = getattr(lead, "score", None)
    card = score.card.body if score else {}
    found = scoring.explain(lead)
    plus = sum(one.points for one in found if one.points > 0)
    minus = sum(one.points for one in found if one.points < 0)
    start = int(card.get("base", 0))
    change = score.value - score.previous if score and score.previous is not None else None
    parts = [one for one in found if one.points][:SHOWN]
    return Judgement(
        score.value if score else None, change, start, plus, minus,
        max(0, min(100, start + plus + minus)), parts, len(found),
    )  # fmt: skip


def decisions(lead: Lead) -> list[Decision]:
    """Return what was decided in each campaign of a lead, the newest first."""
    found = lead.prospects.select_related("campaign", "owner").order_by("-pk")[:20]
    return [Decision(prospect, qualification.explain(prospect)) for prospect in found]


def open_tasks(lead: Lead) -> list[Task]:
    """Return what is to be done about a lead, the next first."""
    return list(lead.tasks.filter(status=TaskStatus.OPEN).select_related("owner").order_by("due_at")[:20])


def bars(parts: Sequence[Contribution]) -> list[dict[str, Any]]:
    """Return signals as rows of a bar chart."""
    return [{"label": one.label, "note": "", "value": one.points, "title": one.sentence} for one in parts]


def _by_day(entries: Sequence[Activity]) -> list[tuple[date, list[Activity]]]:
    days: dict[date, list[Activity]] = {}
    for entry in entries:
        days.setdefault(timezone.localtime(entry.occurred_at).date(), []).append(entry)
    return list(days.items())
