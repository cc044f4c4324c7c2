"""Tries a tree on the last people before it is published: who would be decided differently, and by which way.

Two statements whatever the number: the people with their campaigns, and the facts both trees ask about. Both
are decided now, on the same facts; who was decided by hand stays as decided and is only counted.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leads.models import Lead, Prospect
from leads.services import qualification, trees
from leads.services.qualification import Step
from leads.services.qualifying import editing
from leads.services.rules import facts
from leads.services.rules import language as rules
from leads.services.trees import Tree

NEWEST, SHOWN = 500, 40


@dataclass(frozen=True)
class Flip:
    """A person for whom the new tree decides differently, and the way it takes."""

    lead: Lead
    prospect_id: int
    was: str
    would: str
    steps: list[Step]


@dataclass(frozen=True)
class Trial:
    """What a tree would decide about some people, beside the tree in force."""

    total: int
    by_hand: int
    qualified: int
    was_qualified: int
    moves: list[tuple[str, str, int]]
    flips: list[Flip]
    counts: dict[str, int]
    reasons: list[tuple[str, int]]

    @property
    def changed(self) -> int:
        """How many would be decided differently."""
        return sum(number for _, _, number in self.moves)

    @property
    def difference(self) -> int:
        """How many more (or fewer) would qualify."""
        return self.qualified - self.was_qualified


@dataclass(frozen=True)
class _Way:
    place: str
    decision: str
    reason: str


def run(tree: Tree, in_force: Tree, prospects: QuerySet[Prospect], now: datetime) -> Trial:
    """Decide about the newest 500 prospects by both trees, without writing anything."""
    newest = list(prospects.select_related("campaign", "lead__company").order_by("-pk")[:NEWEST])
    known = facts.load([one.lead_id for one in newest], _keys(tree) | _keys(in_force)) if newest else {}
    compiled = {one.campaign_id: _both(tree, in_force, one, now) for one in newest}
    found = []
    for one in newest:
        mine = known.get(one.lead_id, {})
        would, was = (decide(mine) for decide in compiled[one.campaign_id])
        found.append((one, was, would))
    return _summed(tree, found)


def _summed(tree: Tree, found: Sequence[tuple[Prospect, _Way, _Way]]) -> Trial:
    by_hand = [row for row in found if row[0].path.startswith("override:")]
    judged = [row for row in found if not row[0].path.startswith("override:")]
    flipped = [row for row in judged if row[1].decision != row[2].decision]
    moves = Counter((was.decision, would.decision) for _, was, would in flipped)
    flips = [_flip(tree, one, was, would) for one, was, would in flipped[:SHOWN]]
    reasons = Counter(trees.say(would.reason) for _, _, would in judged if would.decision != "qualified")
    return Trial(
        total=len(found),
        by_hand=len(by_hand),
        qualified=sum(would.decision == "qualified" for _, _, would in judged),
        was_qualified=sum(was.decision == "qualified" for _, was, _ in judged),
        moves=[(*pair, number) for pair, number in moves.most_common()],
        flips=flips,
        counts=_counts(would.place for _, _, would in judged),
        reasons=reasons.most_common(),
    )


def _flip(tree: Tree, one: Prospect, was: _Way, would: _Way) -> Flip:
    steps, node = [], rules.bind(tree, qualification.settings_of(one.campaign))
    for letter in would.place:
        answer = editing.ANSWERS[letter]
        steps.append(Step(node["node"], rules.sentence(node["rule"]), answer))
        node = node[answer]
    steps.append(Step(node["decision"], "Decision", trees.say(node.get("reason", ""))))
    return Flip(one.lead, one.pk, was.decision, would.decision, steps)


def _counts(places: Any) -> dict[str, int]:
    """Return how many people come to each place of the tree."""
    found: Counter[str] = Counter()
    for place in places:
        found.update(place[:length] for length in range(len(place) + 1))
    return dict(found)


def _both(
    tree: Tree, in_force: Tree, one: Prospect, now: datetime
) -> tuple[Callable[[Any], _Way], Callable[[Any], _Way]]:
    values = qualification.settings_of(one.campaign)
    return _decider(rules.bind(tree, values), now), _decider(rules.bind(in_force, values), now)


def _decider(tree: Tree, now: datetime, place: str = "") -> Callable[[Any], _Way]:
    """Return a tree, its campaign's own figures put in, as a function over the facts of one lead."""
    if "decision" in tree:
        way = _Way(place, tree["decision"], tree.get("reason", ""))
        return lambda known: way
    test = rules.compile_python(tree["rule"], now)
    yes, no = _decider(tree["yes"], now, place + "y"), _decider(tree["no"], now, place + "n")
    return lambda known: yes(known) if test(known) else no(known)


def _keys(tree: Tree) -> set[str]:
    asked = [node["rule"] for _, node in editing.walk(tree) if "rule" in node]
    blank = dict.fromkeys(rules.SETTINGS, 0)
    return set().union(*(rules.fields_in(rules.bind(rule, blank)) for rule in asked)) if asked else set()
