"""Compiles a rule tree to a Python function over the facts of one lead."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from leads.services.rules import leaves
from leads.services.rules.fields import Kind
from leads.services.rules.leaves import Leaf, Tree

Facts = Mapping[str, Any]
Test = Callable[[Any], bool]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le, "eq": operator.eq
}  # fmt: skip
TEXT: dict[str, Callable[[str, Any], bool]] = {
    "eq": lambda text, value: bool(text == value),
    "ne": lambda text, value: bool(text != value),
    "in": lambda text, value: text in value,
    "not_in": lambda text, value: text not in value,
    "contains": lambda text, value: value in text,
    "not_contains": lambda text, value: value not in text,
    "starts_with": lambda text, value: text.startswith(value),
    "ends_with": lambda text, value: text.endswith(value),
    "is_set": lambda text, _: text != "",
    "is_empty": lambda text, _: text == "",
}


def function(tree: Tree, now: datetime) -> Callable[[Facts], bool]:
    """Return the tree as a function."""
    if not tree:
        return lambda facts: True
    if "not" in tree:
        inner = function(tree["not"], now)
        return lambda facts: not inner(facts)
    if "all" in tree or "any" in tree:
        parts = [function(part, now) for part in (tree["all"] if "all" in tree else tree["any"])]
        join = all if "all" in tree else any
        return lambda facts: join(part(facts) for part in parts)
    leaf = leaves.read(tree)
    key, test = leaf.field.key, _test(leaf, now)
    return lambda facts: test(facts.get(key))


def _test(leaf: Leaf, now: datetime) -> Test:
    value = leaf.value
    if leaf.is_number:
        return _number(leaf.op, value)
    if leaf.field.kind is Kind.DAYS:
        return _days(leaf.op, value, now)
    if leaf.field.kind is Kind.FLAG:
        return lambda found: bool(found) == bool(value)
    if leaf.field.kind is Kind.LIST:
        return _list(leaf.op, str(value))
    if leaf.field.kind is Kind.ROW:
        wanted, is_in = set(leaves.numbers(leaf)), leaf.op in ("is", "in")
        return lambda found: (not wanted.isdisjoint(found or ())) == is_in
    compare = TEXT[leaf.op]
    return lambda found: compare(leaves.lowered("" if found is None else str(found)), value)


def _number(op: str, value: Any) -> Test:
    if op in leaves.NO_VALUE:
        return lambda found: _is_number(found) == (op == "is_set")
    if op in ("ne", "not_in"):
        values = value if op == "not_in" else [value]
        return lambda found: not _is_number(found) or float(found) not in values
    if op == "in":
        return lambda found: _is_number(found) and float(found) in value
    if op == "between":
        return lambda found: _is_number(found) and value[0] <= float(found) <= value[1]
    compare = COMPARE[op]
    return lambda found: _is_number(found) and compare(float(found), value)


def _is_number(found: Any) -> bool:
    return found is not None and not isinstance(found, str | bool)


def _days(op: str, value: Any, now: datetime) -> Test:
    if op in leaves.NO_VALUE:
        return lambda found: (found is not None) == (op == "is_set")
    if op in leaves.DATES:
        start, end = leaves.day(value)
        in_time = {
            "before": lambda t: t < start,
            "after": lambda t: t >= end,
            "on": lambda t: start <= t < end,
        }
        return lambda found: found is not None and in_time[op](now - _age(found, now))
    if op == "next":
        ahead = timedelta(days=value)
        return lambda found: found is not None and timedelta(0) <= -_age(found, now) <= ahead
    if op == "between":
        low, high = timedelta(days=value[0]), timedelta(days=value[1])
        return lambda found: found is not None and low <= _age(found, now) <= high
    compare, limit = COMPARE[op], timedelta(days=value)
    return lambda found: found is not None and compare(_age(found, now), limit)


def _age(found: Any, now: datetime) -> timedelta:
    return now - found if isinstance(found, datetime) else timedelta(days=found)


def _list(op: str, value: str) -> Test:
    if op in leaves.NO_VALUE:
        return lambda found: bool(found) == (op == "is_set")
    return lambda found: (value in (found or ())) == (op == "has")
