"""What the API says about one lead: score with reasons, decisions, reach; fixed numbers of statements."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from campaigns import clock
from campaigns.models import User
from leads.models import Lead, LeadScore, Prospect
from leads.services import contactability, qualification, scoring
from leads.services.learning import judging
from leads.services.learning.groups import Group
from leads.services.learning.telling import Contribution
from leads.services.qualification import Step

NEWEST = 20
CHANNELS = ("email", "call", "linkedin")


@dataclass(frozen=True)
class Score:
    """The latest score as stored: base + contributions = total, and the total gives the value."""

    value: int | None
    previous: int | None
    scored_at: Any
    card_version: int | None
    is_learned: bool
    base: int
    total: int
    would_be: int
    contributions: list[Contribution]
    groups: list[Group]
    difference: list[dict[str, Any]]


def decisions(lead: Lead) -> tuple[list[Prospect], dict[int, list[Step]]]:
    """Return a lead's newest campaigns, and by prospect the questions asked there with their answers."""
    found = list(lead.prospects.select_related("campaign").order_by("-pk")[:NEWEST])
    return found, qualification.explain_all(found)


def score(lead: Lead) -> Score:
    """Return a lead's score with the contribution of every question."""
    stored = LeadScore.objects.select_related("card").filter(lead=lead).first()
    found = judging.of(lead)
    changes = [{"points": points, "sentence": sentence} for points, sentence in scoring.difference(lead)]
    return Score(
        found.value, stored.previous if stored else None, stored.scored_at if stored else None,
        stored.card.version if stored else None, found.is_learned, found.start, found.total, found.would_be,
        found.told, found.groups, changes,
    )  # fmt: skip


def blocked(lead: Lead) -> dict[str, str]:
    """Return the channels on which this person may not be contacted, each with the reason."""
    now = clock.now()
    found = {channel: contactability.may_contact([lead.pk], channel, now) for channel in CHANNELS}
    return {channel: reasons[lead.pk] for channel, reasons in found.items() if lead.pk in reasons}


def may_hand_over(owner: User | None, by: User) -> None:
    """Refuse to hand work to somebody outside one's own team, unless one sees every team."""
    if owner is not None and not by.sees_all and owner.team_id != by.team_id:
        raise PermissionDenied("You may hand work over inside your own team only.")
