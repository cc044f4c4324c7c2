"""The rule language: one tree of plain data for scores, qualification, routing and segments.

``{"all": [...]}``, ``{"any": [...]}``, ``{"not": {...}}`` or a leaf ``{"field": "employees", "op": "gte",
"value": 50}``; an empty tree means everybody. It compiles to SQL for sets and to a Python function for one
lead; a parity test holds the two together. Letters compare without regard to (ASCII) case; a missing number
or moment answers no to every comparison except «is not». A value ``{"setting": "minimum_score"}`` stands for
a campaign's own figure and is put in by ``bind``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from campaigns import clock
from leads.services.rules import python as rules_python
from leads.services.rules import sql as rules_sql
from leads.services.rules import text as rules_text
from leads.services.rules.leaves import Tree

SETTINGS = ("minimum_score", "vertical", "location")


def compile_sql(tree: Tree, now: datetime | None = None) -> tuple[str, list[Any]]:
    """Return the tree as an SQL condition over the aliases of ``fields.TABLES``, with its parameters."""
    return rules_sql.condition(tree, now or clock.now())


def compile_python(tree: Tree, now: datetime | None = None) -> Callable[[Mapping[str, Any]], bool]:
    """Return the tree as a function over the facts of one lead (see ``facts.load``)."""
    return rules_python.function(tree, now or clock.now())


def sentence(tree: Tree) -> str:
    """Return the tree as people would say it."""
    return rules_text.sentence(tree)


def validate(tree: Any) -> list[str]:
    """Return what is wrong with a tree, in words for the person who wrote it; empty when it is sound."""
    return rules_text.problems(tree, SETTINGS)


def bind(tree: Any, values: Mapping[str, Any]) -> Any:
    """Return the tree with every ``{"setting": name}`` replaced by its value."""
    if isinstance(tree, dict):
        if set(tree) == {"setting"}:
            return values[tree["setting"]]
        return {key: bind(value, values) for key, value in tree.items()}
    return [bind(part, values) for part in tree] if isinstance(tree, list) else tree


def fields_in(tree: Tree) -> set[str]:
    """Return the keys of the fields that a tree asks about."""
    if "field" in tree:
        return {tree["field"]}
    parts = [*tree.get("all", []), *tree.get("any", []), *([tree["not"]] if "not" in tree else [])]
    return set().union(*(fields_in(part) for part in parts))
