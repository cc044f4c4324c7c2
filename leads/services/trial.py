"""Try a changed tree on the last people before it is published: how many would pass, and who would change."""

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leads.models import Prospect, ProspectStage
from leads.services import facts, qualification, rules, trees
from leads.services.trees import Tree

NEWEST = 500


@dataclass(frozen=True)
class Trial:
    """What a tree would decide about some prospects."""

    total: int
    qualified: int
    gained: int
    lost: int
    reasons: list[tuple[str, int]]

    @property
    def rejected(self) -> int:
        """How many would not pass."""
        return self.total - self.qualified


@dataclass(frozen=True)
class Threshold:
    """One figure or word of a tree that people may change; ``place`` finds it again."""

    place: str
    node: str
    sentence: str
    value: Any


def run(tree: Tree, prospects: QuerySet[Prospect], now: datetime) -> Trial:
    """Decide about the newest 500 prospects without writing anything."""
    newest = list(prospects.select_related("campaign").order_by("-pk")[:NEWEST])
    questions = [leaf["rule"] for leaf in _nodes(tree)]
    keys = (
        set().union(*(rules.fields_in(rules.bind(rule, _BLANK)) for rule in questions))
        if questions
        else set()
    )
    known = facts.load([prospect.lead_id for prospect in newest], keys)
    compiled = {one.campaign_id: _compile(tree, one, now) for one in newest}
    found = [(one, _decide(compiled[one.campaign_id], known.get(one.lead_id, {}))) for one in newest]
    reasons = Counter(trees.REASONS.get(end["reason"], end["reason"]) for _, end in found if end["reason"])
    passes = [(one, end["decision"] == "qualified") for one, end in found]
    return Trial(
        len(found), sum(yes for _, yes in passes),
        sum(yes and one.stage == ProspectStage.REJECTED for one, yes in passes),
        sum(not yes and one.stage not in _NOT_YET for one, yes in passes), reasons.most_common(),
    )  # fmt: skip


def thresholds(tree: Tree) -> list[Threshold]:
    """Return the figures and words in a tree's questions, in the order in which they are asked."""
    return [
        Threshold(f"{node['node']}-{number}", node["node"], rules.sentence(leaf), leaf["value"])
        for node in _nodes(tree)
        for number, leaf in enumerate(_leaves(node["rule"]))
        if isinstance(leaf.get("value"), (int, float, str, list)) and not isinstance(leaf["value"], bool)
    ]


def with_thresholds(tree: Tree, values: dict[str, Any]) -> Tree:
    """Return a copy of the tree with other figures at these places."""
    changed = copy.deepcopy(tree)
    for node in _nodes(changed):
        for number, leaf in enumerate(_leaves(node["rule"])):
            leaf["value"] = values.get(f"{node['node']}-{number}", leaf.get("value"))
    return changed


def leaf_at(tree: Tree, place: str) -> Tree:
    """Return the question that a threshold belongs to."""
    name, _, number = place.rpartition("-")
    node = next(node for node in _nodes(tree) if node["node"] == name)
    return list(_leaves(node["rule"]))[int(number)]


_BLANK = dict.fromkeys(rules.SETTINGS, 0)
_NOT_YET = (ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.REJECTED)


def _compile(node: Tree, prospect: Prospect, now: datetime) -> dict[str, Any]:
    """Return the tree with its rules as functions, a campaign's own figures put in."""
    if "decision" in node:
        return {"decision": node["decision"], "reason": node.get("reason", "")}
    rule = rules.bind(node["rule"], qualification.settings_of(prospect.campaign))
    branches = {answer: _compile(node[answer], prospect, now) for answer in ("yes", "no")}
    return {"test": rules.compile_python(rule, now), **branches}


def _decide(node: dict[str, Any], known: dict[str, Any]) -> dict[str, str]:
    while "decision" not in node:
        node = node["yes" if node["test"](known) else "no"]
    return node


def _nodes(node: Tree) -> Iterator[Tree]:
    if "decision" not in node:
        yield node
        yield from _nodes(node["yes"])
        yield from _nodes(node["no"])


def _leaves(rule: Tree) -> Iterator[Tree]:
    if "field" in rule:
        yield rule
    for part in [*rule.get("all", []), *rule.get("any", []), *([rule["not"]] if "not" in rule else [])]:
        yield from _leaves(part)
