"""A lead's score in parts, as it was stored: what the page shows adds up to the figure at its head."""

from dataclasses import dataclass
from datetime import datetime

from campaigns import clock
from leads.models import Lead, LeadScore, RuleKind
from leads.services import cards, links, rulebook
from leads.services.learning import groups, telling
from leads.services.learning.groups import Group
from leads.services.learning.telling import Contribution
from leads.services.rules import facts

SHOWN = 9


@dataclass(frozen=True)
class Judgement:
    """Start, what speaks for and against, the total and the score; ``would_be``: what it would be by now."""

    value: int | None
    change: int | None
    start: int
    plus: int
    minus: int
    would_be: int
    told: list[Contribution]
    total: int
    is_learned: bool
    groups: list[Group]

    @property
    def parts(self) -> list[Contribution]:
        """The largest signals for and against."""
        return [one for one in self.told if one.points][:SHOWN]

    @property
    def signals(self) -> int:
        """How many questions the card asks."""
        return len(self.told)

    @property
    def is_stale(self) -> bool:
        """Whether facts or the card have changed since the score was stored."""
        return self.value is not None and self.would_be != self.value


def of(lead: Lead, now: datetime | None = None) -> Judgement:
    """Return the stored score in parts; a lead without one is shown as it would be scored now."""
    score: LeadScore | None = getattr(lead, "score", None)
    moment, rule = now or clock.now(), rulebook.active(RuleKind.SCORING)
    stored = score.card if score and score.card.body.get("dimensions") else rule
    keys = cards.fields_in(rule.body) | cards.fields_in(stored.body)
    known = facts.load([lead.pk], keys).get(lead.pk, {})
    would_be, given = cards.function(rule.body, moment)(known)
    if (
        score is not None
        and stored == score.card
        and len(score.contributions) == len(stored.body["dimensions"])
    ):
        given = score.contributions
    found = telling.told(stored.body, given, known, moment)
    plus = sum(one.points for one in found if one.points > 0)
    minus = sum(one.points for one in found if one.points < 0)
    start = int(stored.body["base"])
    change = score.value - score.previous if score and score.previous is not None else None
    return Judgement(
        score.value if score else None, change, start, plus, minus, would_be,
        found, start + plus + minus, links.is_logit(stored.body), groups.of(stored.body, given),
    )  # fmt: skip
