"""Pages by key instead of by number: page 4,000 costs what page 1 costs, and no total is counted for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
SIZE = 50
MANY = 10_000


class Cursors(TypedDict):
    """A place in a list: after one row, or before one (empty: the top)."""

    after: str
    before: str


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in order, with the cursors of the pages around them (empty: there is none)."""

    rows: list[Row]
    after: str = ""
    before: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page(
    rows: QuerySet[Row],
    *,
    order: str = "-id",
    after: str = "",
    before: str = "",
    size: int = SIZE,
    tie: str = "pk",
) -> Page[Row]:
    """Return the rows after (or before) a cursor in an order such as ``-score__value``; empty values last.

    ``tie`` names a column that holds the row's id beside the order's own, so that one index gives both.
    """
    keys = _Keys(rows, order, tie)
    try:
        found = keys.fetch(before or after, size + 1, backwards=bool(before))
    except (ValueError, ValidationError):  # a cursor somebody typed: start at the top
        after = before = ""
        found = keys.fetch("", size + 1, backwards=False)
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    has_next, has_previous = (True, more) if before else (more, bool(after))
    after = keys.cursor(found[-1]) if found and has_next else ""
    return Page(found, after, keys.cursor(found[0]) if found and has_previous else "")


def cursor_of(row: Model, order: str) -> str:
    """Return the place of a row in a list of this order."""
    return _Keys(type(row)._default_manager.none(), order).cursor(row)


def earlier(rows: QuerySet[Row], *, order: str, cursor: str, tie: str = "pk", at_most: int = MANY) -> int:
    """Return how many rows of a list stand before a cursor, giving up just above ``at_most``."""
    keys = _Keys(rows, order, tie)
    parts = keys.before(cursor)
    return min(sum(count(part, at_most) for part in parts), at_most + 1)


def count(rows: QuerySet[Any], at_most: int = MANY) -> int:
    """Return how many rows there are, giving up just above ``at_most`` so that it is always quick."""
    return rows.order_by().values("pk")[: at_most + 1].count()


def say_count(number: int, at_most: int = MANY) -> str:
    """Return a bounded count in words: «1,204», or «10,000+»."""
    return f"{number:,}" if number <= at_most else f"{at_most:,}+"


class _Keys(Generic[Row]):
    """The order of one list: by a column (rows without a value last), ties by id."""

    def __init__(self, rows: QuerySet[Row], order: str, tie: str = "pk") -> None:
        self.rows, self.tie = rows, tie
        self.name, self.falls = order.lstrip("-"), order.startswith("-")
        self.by_id = self.name in ("id", "pk")

    def cursor(self, row: Row) -> str:
        """Return the place of a row as text: ``12`` by id, ``=86~12`` by a value, ``~12`` without one."""
        if self.by_id:
            return str(row.pk)
        value: Any = row
        for part in self.name.split("__"):
            value = getattr(value, part, None)
        shown = value.isoformat() if hasattr(value, "isoformat") else value
        return f"~{row.pk}" if value is None else f"={shown}~{row.pk}"

    def fetch(self, cursor: str, limit: int, *, backwards: bool) -> list[Row]:
        """Return up to ``limit`` rows beyond the cursor, walking backwards if asked."""
        found: list[Row] = []
        for part in self._parts(cursor, falls=self.falls != backwards, backwards=backwards):
            found += part[: limit - len(found)]
            if len(found) >= limit:
                break
        return found

    def before(self, cursor: str) -> list[QuerySet[Row]]:
        """Return the lists of the rows before a cursor, nearest first."""
        return self._parts(cursor, falls=not self.falls, backwards=True)

    def _parts(self, cursor: str, *, falls: bool, backwards: bool) -> list[QuerySet[Row]]:
        """Return the lists to read one after the other: rows with a value, then those without."""
        shown, _, pk = cursor.rpartition("~")
        beyond = Q(**{f"pk__{'lt' if falls else 'gt'}": int(pk)}) if cursor else Q()
        minus = "-" if falls else ""
        if self.by_id:
            return [self.rows.filter(beyond).order_by(f"{minus}pk")]
        filled = self.rows.filter(**{f"{self.name}__isnull": False}).order_by(
            minus + self.name, minus + self.tie
        )
        empty = self.rows.filter(**{f"{self.name}__isnull": True}).order_by(f"{minus}pk")
        if not cursor:
            return [filled, empty]
        if not shown:
            return [empty.filter(beyond), *([filled] if backwards else [])]
        value = self._value(shown.removeprefix("="))
        starts = Q(**{f"{self.name}__{'lte' if falls else 'gte'}": value})  # a range an index can start at
        past = Q(**{f"{self.name}__{'lt' if falls else 'gt'}": value})
        ties = Q(**{f"{self.tie}__{'lt' if falls else 'gt'}": int(pk)})
        return [filled.filter(starts).filter(past | ties), *([] if backwards else [empty])]

    def _value(self, shown: str) -> Any:
        """Return the value that a cursor shows, in its column's own type."""
        model, field = self.rows.model, None
        for part in self.name.split("__"):
            field = model._meta.get_field(part)
            model = field.related_model or model  # type: ignore[assignment]
        return field.to_python(shown) if isinstance(field, Field) else shown
