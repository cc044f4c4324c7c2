"""What a leaf of a rule may ask, by the kind of its field."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from leads.services.rules.fields import Field, Kind, find

Tree = dict[str, Any]
NUMBERS = frozenset({"gt", "gte", "lt", "lte", "between"})
DATES = ("before", "after", "on")
NO_VALUE = frozenset({"is_set", "is_empty"})
_TEXT = (
    "eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "is_set", "is_empty"
)  # fmt: skip
_NUMBER = ("eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "not_in", "is_set", "is_empty")

OPERATORS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: _TEXT,
    Kind.CHOICE: ("eq", "ne", "in", "not_in", "is_set", "is_empty"),
    Kind.NUMBER: _NUMBER,
    Kind.DAYS: ("gt", "gte", "lt", "lte", "between", "next", *DATES, "is_set", "is_empty"),
    Kind.FLAG: ("is",),
    Kind.LIST: ("has", "has_not", "is_set", "is_empty"),
    Kind.ROW: ("is", "is_not", "in", "not_in"),
    Kind.CUSTOM: (*_TEXT, "gt", "gte", "lt", "lte", "between"),
}

_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class BadRule(ValueError):
    """A tree that cannot be compiled; ``rules.validate`` says it in more words."""


@dataclass(frozen=True)
class Leaf:
    """One question: a field, an operator and a value ready for comparison."""

    field: Field
    op: str
    value: Any
    is_number: bool


def read(tree: Tree) -> Leaf:
    """Return a leaf, its value in the form in which it is compared."""
    field = find(str(tree.get("field")))
    op = tree.get("op", "is")
    if field is None or op not in OPERATORS[field.kind]:
        raise BadRule(f"{tree.get('field')} {op}")
    value = tree.get("value")
    is_number = field.kind is Kind.NUMBER or (field.kind is Kind.CUSTOM and asks_number(op, value))
    return Leaf(field, op, value if is_number else _ready(field, value), is_number)


def asks_number(op: str, value: Any) -> bool:
    """Whether a question about a custom field is about a number."""
    sample = value[0] if isinstance(value, list) and value else value
    is_number = isinstance(sample, int | float) and not isinstance(sample, bool)
    return op in NUMBERS or (op in ("eq", "ne", "in", "not_in") and is_number)


def numbers(leaf: Leaf) -> list[int]:
    """Return the rows that a question names, by number; 0, which is nobody, for none."""
    found = leaf.value if isinstance(leaf.value, list) else [leaf.value]
    return [int(one) for one in found] or [0]


def day(text: str) -> tuple[datetime, datetime]:
    """Return when a day (``2026-11-30``, in UTC) begins and when the next one does."""
    start = datetime.combine(date.fromisoformat(text), time(), UTC)
    return start, start + timedelta(days=1)


def lowered(text: str) -> str:
    """Return text with the letters A to Z made small, exactly as both databases do it."""
    return text.translate(_LETTERS)


def _ready(field: Field, value: Any) -> Any:
    if field.kind in (Kind.TEXT, Kind.CHOICE, Kind.CUSTOM):
        return [lowered(str(one)) for one in value] if isinstance(value, list) else lowered(str(value or ""))
    return value
