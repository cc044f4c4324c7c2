"""The segment builder's form: groups within groups, read from a post, changed by one act, turned into a rule.

A group is ``g-<path>`` with how its parts are joined; a condition is ``c-<path>-field``, ``-op``,
``-value`` (several for «between» and «is one of») and ``-scope`` (days, or a campaign). Paths such as
``0.2.1`` say where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from django.http import QueryDict

from leads.forms.criteria import make_leaf, show_value
from leads.services.rules import language as rules
from leads.services.rules import leaves
from leads.services.rules.fields import find

JOINS = {
    "all": "All of these", "any": "Any of these", "none": "None of these", "notall": "Not all of these",
}  # fmt: skip
DEPTH, SIZE = 5, 60
_GROUP = re.compile(r"g-([0-9.]{1,40})")
_ROW = re.compile(r"c-([0-9.]{1,40})-field")


@dataclass
class Row:
    """One condition as it was typed, with what is wrong with it."""

    field: str = ""
    op: str = ""
    values: list[str] = default(default_factory=list)
    scope: str = ""
    path: str = ""
    error: str = ""
    is_new: bool = False

    @property
    def key(self) -> str:
        """The field's key with its scope."""
        asked = find(self.field)
        scope = self.scope.strip()
        return f"{self.field}@{scope}" if asked and asked.scope and scope else self.field

    def leaf(self) -> dict[str, Any]:
        """Return the condition as a leaf of a rule, and note what is wrong with it."""
        glue = " to " if self.op == "between" else ", "
        made = make_leaf(self.key, self.op, glue.join(self.values))
        problems = rules.validate(made)
        self.error = " ".join(problems)
        return made


@dataclass
class Group:
    """Some conditions and groups, and how they are joined."""

    join: str = "all"
    parts: list[Row | Group] = default(default_factory=list)
    path: str = "0"

    @property
    def depth(self) -> int:
        """How deep it stands; the outermost is 1."""
        return self.path.count(".") + 1

    @property
    def is_group(self) -> bool:
        """A group, for templates that meet both."""
        return True

    @property
    def may_nest(self) -> bool:
        """Whether another group fits inside."""
        return self.depth < DEPTH


def read(data: QueryDict) -> Group:
    """Return what was typed; an empty group when nothing was."""
    found: list[tuple[tuple[int, ...], Row | Group]] = []
    for name in data:
        if match := _GROUP.fullmatch(name):
            join = str(data[name]) if data[name] in JOINS else "all"
            found.append((_place(match.group(1)), Group(join)))
        elif match := _ROW.fullmatch(name):
            found.append((_place(match.group(1)), _row(data, f"c-{match.group(1)}")))
    root = Group()
    groups: dict[tuple[int, ...], Group] = {}
    for place, part in sorted(found, key=lambda one: one[0])[: 4 * SIZE]:
        if isinstance(part, Group):
            groups[place] = part
        if place == (0,) and isinstance(part, Group):
            root = part
        elif place[:-1] in groups:
            groups[place[:-1]].parts.append(part)
    return _numbered(root)


def from_tree(tree: dict[str, Any]) -> Group:
    """Return a rule as a group of the builder; nothing of it is lost."""
    return _numbered(_group(tree) if tree else Group())


def to_tree(group: Group) -> tuple[dict[str, Any], list[str]]:
    """Return the rule that was typed, and what is wrong with it; untouched lines do not count."""
    made = _tree(group)
    rows = list(_rows(group))
    problems = [row.error for row in rows if row.error]
    if not any(row.field for row in rows):
        problems = ["Add at least one condition."]
    if len(rows) > SIZE:
        problems.append(f"These are {len(rows)} conditions; {SIZE} is the most.")
    return made or {}, problems


def change(group: Group, act: str) -> Group:
    """Add a condition or a group, or take one away: ``row:0.1``, ``group:0``, ``drop:0.2``."""
    verb, _, path = act.partition(":")
    if verb == "drop" and "." in path:
        parent, _, number = path.rpartition(".")
        if (home := _at(group, parent)) and number.isdigit() and int(number) < len(home.parts):
            home.parts.pop(int(number))
    elif home := _at(group, path):
        if verb == "row":
            home.parts.append(Row(is_new=True))
        elif verb == "group" and home.may_nest:
            home.parts.append(Group("any", [Row(is_new=True)]))
    return _numbered(group)


def _row(data: QueryDict, name: str) -> Row:
    values = [value.strip() for value in data.getlist(f"{name}-value")][:200]
    return Row(
        data.get(f"{name}-field", ""), data.get(f"{name}-op", ""), values, data.get(f"{name}-scope", "")
    )


def _place(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in path.split(".") if part)


def _numbered(group: Group, path: str = "0") -> Group:
    group.path = path
    for number, part in enumerate(group.parts):
        part.path = f"{path}.{number}"
        if isinstance(part, Group):
            _numbered(part, part.path)
    return group


def _at(group: Group, path: str) -> Group | None:
    if group.path == path:
        return group
    inner = (part for part in group.parts if isinstance(part, Group))
    return next((found for part in inner if (found := _at(part, path))), None)


def _rows(group: Group) -> Iterator[Row]:
    for part in group.parts:
        if isinstance(part, Group):
            yield from _rows(part)
        else:
            yield part


def _tree(group: Group) -> dict[str, Any] | None:
    made = [
        _tree(part) if isinstance(part, Group) else part.leaf() if part.field else None
        for part in group.parts
    ]
    parts = [part for part in made if part is not None]
    if not parts:
        return None
    if group.join in ("none", "notall"):
        return {"not": {"any" if group.join == "none" else "all": parts}}
    return {group.join: parts}


def _group(tree: dict[str, Any]) -> Group:
    if "not" in tree:
        inner = tree["not"]
        if "any" in inner or "all" in inner:
            made = _group(inner)
            return Group("none" if made.join == "any" else "notall", made.parts)
        return Group("none", [_part(inner)])
    for word in ("all", "any"):
        if word in tree:
            return Group(word, [_part(part) for part in tree[word]])
    return Group("all", [_part(tree)])


def _part(tree: dict[str, Any]) -> Row | Group:
    if "field" not in tree:
        return _group(tree)
    key, _, scope = str(tree["field"]).partition("@")
    value = tree.get("value")
    many = value if isinstance(value, list) else None
    values = [show_value(tree)] if many is None else [show_value({"value": one}) for one in many]
    return Row(key, tree.get("op", "is"), values if "value" in tree else [], scope)


def operators(key: str) -> tuple[str, ...]:
    """Return what may be asked about a field."""
    asked = find(key)
    return leaves.OPERATORS[asked.kind] if asked else ()
