"""Changes of a tree, each a pure function: a question goes in, out, up or down, an ending gets its reason.

A place in a tree is the string of answers that lead there: "" is the first question, "yn" means yes, then no.
Whatever is done, the result is checked; a change that would break the tree is refused in words.
"""

import copy
import re
from collections.abc import Iterator
from typing import Any

from leads.services import trees
from leads.services.rules import language as rules
from leads.services.trees import Tree

ANSWERS = {"y": "yes", "n": "no"}
OTHER = {"yes": "no", "no": "yes"}
_BLANK = {"decision": "rejected", "reason": "Does not meet a condition."}


class EditRefused(Exception):
    """A change that would leave a broken tree; the message says why."""


def at(tree: Tree, place: str) -> Tree:
    """Return the question or ending at a place; refuse a place that does not exist (any more)."""
    node = tree
    for letter in place:
        if "decision" in node or letter not in ANSWERS:
            raise EditRefused("This question is not in the tree any more.")
        node = node[ANSWERS[letter]]
    return node


def insert(tree: Tree, place: str, name: str, rule: Tree, *, below: str = "yes") -> Tree:
    """Ask a new question here; what stood here comes under its answer ``below``, the other one rejects."""
    here = at(tree, place)
    made = {"node": _free_name(tree, name), "rule": rule, below: here, OTHER[below]: dict(_BLANK)}
    return _checked(_put(tree, place, made))


def change(tree: Tree, place: str, name: str, rule: Tree) -> Tree:
    """Ask something else here; the answers keep what follows them."""
    here = question(tree, place)
    wanted = name if _clean(name) == here["node"] else _free_name(tree, name)
    return _checked(_put(tree, place, {**here, "node": _clean(wanted), "rule": rule}))


def end(tree: Tree, place: str, decision: str, reason: str) -> Tree:
    """End here with a decision and why; what stood here goes."""
    if not reason.strip():
        raise EditRefused("Say why: the reason is shown to everybody who looks at the person.")
    at(tree, place)
    return _checked(_put(tree, place, {"decision": decision, "reason": reason.strip()}))


def remove(tree: Tree, place: str, *, keep: str = "yes") -> Tree:
    """Take a question out; what followed the answer ``keep`` moves up, the rest goes."""
    return _checked(_put(tree, place, question(tree, place)[keep if keep in OTHER else "yes"]))


def duplicate(tree: Tree, place: str) -> Tree:
    """Ask the same question once more right before this one, ready to be changed."""
    here = question(tree, place)
    return insert(tree, place, here["node"], copy.deepcopy(here["rule"]))


def swap_answers(tree: Tree, place: str) -> Tree:
    """Let what follows «yes» follow «no», and the other way round."""
    here = question(tree, place)
    return _checked(_put(tree, place, {**here, "yes": here["no"], "no": here["yes"]}))


def earlier(tree: Tree, place: str) -> Tree:
    """Ask this question before the one above it: the two change places, the endings stay."""
    if not place:
        raise EditRefused("This is the first question already.")
    return _exchanged(tree, place[:-1], place)


def later(tree: Tree, place: str) -> Tree:
    """Ask this question after the one that follows it (on «yes», else on «no»)."""
    here = question(tree, place)
    below = next((letter for letter, answer in ANSWERS.items() if "decision" not in here[answer]), None)
    if below is None:
        raise EditRefused("No question follows this one.")
    return _exchanged(tree, place, place + below)


def question(tree: Tree, place: str) -> Tree:
    """Return the question at a place; refuse an ending."""
    here = at(tree, place)
    if "decision" in here:
        raise EditRefused("The tree ends here; ask a question first.")
    return here


def walk(tree: Tree, place: str = "") -> Iterator[tuple[str, Tree]]:
    """Yield every question and ending with its place, «yes» before «no»."""
    yield place, tree
    if "decision" not in tree:
        for letter, answer in ANSWERS.items():
            yield from walk(tree[answer], place + letter)


def _exchanged(tree: Tree, upper: str, lower: str) -> Tree:
    above, below = question(tree, upper), question(tree, lower)
    asked = {key: above[key] for key in ("node", "rule")}, {key: below[key] for key in ("node", "rule")}
    changed = _put(tree, lower, {**below, **asked[0]})
    return _checked(_put(changed, upper, {**at(changed, upper), **asked[1]}))


def _put(tree: Tree, place: str, node: Tree) -> Tree:
    if not place:
        return copy.deepcopy(node)
    changed = copy.deepcopy(tree)
    at(changed, place[:-1])[ANSWERS[place[-1]]] = copy.deepcopy(node)
    return changed


def _checked(tree: Tree) -> Tree:
    if problems := trees.validate(tree):
        raise EditRefused(" ".join(problems))
    return tree


def _free_name(tree: Tree, name: str) -> str:
    """Return the name, numbered if another question has it."""
    taken = {node["node"] for _, node in walk(tree) if "node" in node}
    wanted = base = _clean(name)
    number = 2
    while wanted in taken:
        wanted, number = f"{base[:24]} {number}", number + 1
    return wanted


def _clean(name: str) -> str:
    """Return a name without what separates the steps of a path."""
    return re.sub(r"\s+", " ", re.sub(r"[:/]", " ", name)).strip()[:28] or "question"


def conditions(rule: Tree) -> tuple[str, list[Tree]] | None:
    """Return a question as («all» or «any», its conditions); None when it is nested deeper."""
    if "field" in rule:
        return "all", [rule]
    for word in ("all", "any"):
        parts = rule.get(word)
        if isinstance(parts, list) and all("field" in part for part in parts):
            return word, parts
    return None


def joined(match: str, leaves: list[Tree]) -> Tree:
    """Return conditions as one rule, the reverse of ``conditions``."""
    return leaves[0] if len(leaves) == 1 else {match if match in ("all", "any") else "all": leaves}


def readable(tree: Tree, place: str = "", counts: dict[str, int] | None = None) -> dict[str, Any]:
    """Return a tree in words for a page, with the place of each node and how many people came there."""
    known: dict[str, Any] = {"place": place, "key": place or "top", "count": (counts or {}).get(place)}
    if "decision" in tree:
        return {**known, "decision": tree["decision"], "reason": trees.say(tree.get("reason", ""))}
    branches = {answer: readable(tree[answer], place + letter, counts) for letter, answer in ANSWERS.items()}
    return {**known, "node": tree["node"], "question": rules.sentence(tree["rule"]), **branches}
