"""What the API says about one lead: score with reasons, decisions, reach; fixed numbers of statements."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from campaigns import clock
from campaigns.models import User
from leads.models import Lead, LeadScore, Prospect
from leads.services import contactability, qualification, scoring
from leads.services.qualification import Step
from leads.services.scoring import Contribution

NEWEST = 20
CHANNELS = ("email", "call", "linkedin")


@dataclass(frozen=True)
class Score:
    """The latest score with its reasons as they are now."""

    value: int | None
    previous: int | None
    scored_at: Any
    card_version: int | None
    contributions: list[Contribution]


def decisions(lead: Lead) -> tuple[list[Prospect], dict[int, list[Step]]]:
    """Return a lead's newest campaigns, and by prospect the questions asked there with their answers."""
    found = list(lead.prospects.select_related("campaign").order_by("-pk")[:NEWEST])
    return found, qualification.explain_all(found)


def score(lead: Lead) -> Score:
    """Return a lead's score with the contribution of every question."""
    stored = LeadScore.objects.select_related("card").filter(lead=lead).first()
    found = scoring.explain(lead)
    if stored is None:
        return Score(None, None, None, None, found)
    return Score(stored.value, stored.previous, stored.scored_at, stored.card.version, found)


def blocked(lead: Lead) -> dict[str, str]:
    """Return the channels on which this person may not be contacted, each with the reason."""
    now = clock.now()
    found = {channel: contactability.may_contact([lead.pk], channel, now) for channel in CHANNELS}
    return {channel: reasons[lead.pk] for channel, reasons in found.items() if lead.pk in reasons}


def may_hand_over(owner: User | None, by: User) -> None:
    """Refuse to hand work to somebody outside one's own team, unless one sees every team."""
    if owner is not None and not by.sees_all and owner.team_id != by.team_id:
        raise PermissionDenied("You may hand work over inside your own team only.")
