"""Qualification trees as data: a node asks a rule and goes on with «yes» or «no» to a node or a decision.

``{"node": "score", "rule": {...}, "yes": {...}, "no": {"decision": "rejected", "reason": "score_too_low"}}``
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leads.services.rules import language as rules

Tree = dict[str, Any]
DECISIONS = ("qualified", "rejected", "review")
PATH = 250
REASON = 200
DEPTH = 12

#: reason codes in words
REASONS = {
    "fits": "Meets every condition.",
    "score_too_low": "The score is below the campaign's minimum.",
    "no_address": "There is no e-mail address and no phone number.",
    "does_not_want_mail": "The person asked not to be e-mailed.",
    "suppressed": "The person is on the suppression list.",
    "address_broken": "The e-mail address does not work.",
    "already_customer": "The person is a customer already.",
    "too_large": "The company is larger than we serve.",
}


def _no(reason: str) -> Tree:
    return {"decision": "rejected", "reason": reason}


def _ask(node: str, rule: Tree, *, yes: Tree, no: Tree) -> Tree:
    return {"node": node, "rule": rule, "yes": yes, "no": no}


def _leaf(field: str, op: str = "is", value: Any = True) -> Tree:
    return {"field": field, "op": op, "value": value}


_MINIMUM = {"setting": "minimum_score"}
_SIZE = _ask(
    "size",
    _leaf("employees", "gt", 250_000),
    yes=_no("too_large"),
    no={"decision": "qualified", "reason": "fits"},
)
_CUSTOMER = _ask("customer", _leaf("lifecycle", "eq", "customer"), yes=_no("already_customer"), no=_SIZE)
_WORKS = _ask(
    "works", _leaf("email_status", "in", ["invalid", "bounced"]), yes=_no("address_broken"), no=_CUSTOMER
)
_WANTED = _ask(
    "wanted",
    {"any": [_leaf("do_not_email"), _leaf("has_refused_email")]},
    yes=_no("does_not_want_mail"),
    no=_WORKS,
)
_ALLOWED = _ask("suppressed", _leaf("is_suppressed"), yes=_no("suppressed"), no=_WANTED)
_REACHABLE = _ask("email", _leaf("has_email"), yes=_ALLOWED, no=_no("no_address"))

DEFAULT_TREE: Tree = _ask("score", _leaf("score", "gte", _MINIMUM), yes=_REACHABLE, no=_no("score_too_low"))


def say(reason: str) -> str:
    """Return a reason in words: a code of ours is spelled out, what people wrote stays as it is."""
    return REASONS.get(reason, reason)


@dataclass(frozen=True)
class Ending:
    """One way through a tree: the answers given, and what they lead to."""

    path: str
    decision: str
    reason: str


def endings(tree: Tree, before: str = "") -> Iterator[Ending]:
    """Yield every way through the tree, always «yes» before «no»."""
    if "decision" in tree:
        yield Ending(before, tree["decision"], tree.get("reason", ""))
        return
    for answer in ("yes", "no"):
        step = f"{tree['node']}:{answer}"
        yield from endings(tree[answer], f"{before}/{step}" if before else step)


def validate(tree: Any) -> list[str]:
    """Return what is wrong with a tree, in words for the person who edits it."""
    found = _walk(tree, 0, set())
    if not found and any(len(ending.path) > PATH for ending in endings(tree)):
        found.append("The tree is too deep: give its nodes shorter names.")
    return found


def _walk(tree: Any, depth: int, seen: set[str]) -> list[str]:
    if not isinstance(tree, dict) or depth > DEPTH:
        return ["A node is an object, and a tree is at most 12 questions deep."]
    if "decision" in tree:
        return _check_ending(tree)
    missing = [word for word in ("node", "rule", "yes", "no") if word not in tree]
    if missing:
        return [f"A node needs «node», «rule», «yes» and «no»; here «{missing[0]}» is missing."]
    name = str(tree["node"])
    found = [f"{name}: {problem}" for problem in rules.validate(tree["rule"])]
    if name in seen or not name or set(name) & set(":/"):
        found.append(f"«{name}»: a node needs a name of its own, without «:» and «/».")
    branches = [_walk(tree[answer], depth + 1, seen | {name}) for answer in ("yes", "no")]
    return [*found, *branches[0], *branches[1]]


def _check_ending(tree: Tree) -> list[str]:
    if tree["decision"] not in DECISIONS:
        return [f"A decision is «qualified», «rejected» or «review», not «{tree['decision']}»."]
    reason = tree.get("reason", "")
    if not isinstance(reason, str) or len(reason) > REASON:
        return [f"A reason is a text of at most {REASON} characters."]
    return []
