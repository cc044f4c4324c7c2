"""Why somebody is in a segment or not: the whole tree, each part with yes or no and what is really there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns import clock
from leads.models import Lead
from leads.services.rules import facts, naming
from leads.services.rules import language as rules
from leads.services.rules.fields import Field, Kind, find
from leads.services.rules.leaves import Tree

GROUPS = {"all": "All of these", "any": "Any of these"}
NEGATED = {"all": "Not all of these", "any": "None of these"}


@dataclass(frozen=True)
class Part:
    """One part of the criteria: in words, whether it holds, the value found (of a condition), its parts."""

    text: str
    holds: bool
    value: str = ""
    parts: list["Part"] = field(default_factory=list)


def explain(lead: Lead, criteria: Tree) -> Part:
    """Return the criteria as a tree of answers for one lead."""
    known = facts.load([lead.pk], rules.fields_in(criteria)).get(lead.pk, {})
    if not criteria:
        return Part("Everybody", holds=True)
    return _part(criteria, known, clock.now())


def _part(tree: Tree, known: dict[str, Any], now: datetime) -> Part:
    holds = rules.compile_python(tree, now)(known)
    if "not" in tree:
        inner = tree["not"]
        word = next((word for word in GROUPS if word in inner), "")
        if not word:
            return Part("None of these", holds, parts=[_part(inner, known, now)])
        return Part(NEGATED[word], holds, parts=[_part(part, known, now) for part in inner[word]])
    for word, text in GROUPS.items():
        if word in tree:
            return Part(text, holds, parts=[_part(part, known, now) for part in tree[word]])
    asked, said = find(str(tree["field"])), rules.sentence(tree)
    value = shown(asked, known.get(asked.key), now) if asked else ""
    return Part(said[:1].upper() + said[1:], holds, value)


def shown(asked: Field, value: Any, now: datetime) -> str:
    """Return a fact in words."""
    if asked.kind is Kind.FLAG:
        return "yes" if value else "no"
    if asked.kind is Kind.ROW:
        return ", ".join(naming.names(asked, [one for one in value or [] if one])) or "none"
    if value in (None, "", []):
        return "not known"
    if isinstance(value, datetime):
        days = (now - value).days
        return f"{value:%Y-%m-%d}, {days} days ago" if days >= 0 else f"{value:%Y-%m-%d}, in {-days} days"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
