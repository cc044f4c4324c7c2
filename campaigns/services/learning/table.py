"""What a model learns from: columns of facts as they stood at a moment, with what came of it later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["text", "number", "days", "flag"]
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Feature:
    """One fact that may be learned from: its key in the rule language, name, group, sort and only words."""

    key: str
    label: str
    group: str
    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows in the order of time, column by column.

    ``columns[key][n]`` is the fact of row ``n`` (``None`` or "" where unknown), ``labels[n]`` whether it
    ended well, ``subjects[n]`` whom it is about, ``stamps[key][n]`` when the fact was last changed, if known.
    """

    features: tuple[Feature, ...]
    columns: dict[str, list[Any]]
    labels: list[bool]
    moments: list[datetime] = field(default_factory=list)
    subjects: list[int] = field(default_factory=list)
    stamps: dict[str, list[datetime | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def positives(self) -> int:
        """How many rows ended well."""
        return sum(self.labels)

    def part(self, start: int, stop: int) -> "Table":
        """Return the rows from ``start`` to before ``stop``."""
        return Table(
            self.features, {key: values[start:stop] for key, values in self.columns.items()},
            self.labels[start:stop], self.moments[start:stop], self.subjects[start:stop],
            {key: values[start:stop] for key, values in self.stamps.items()},
        )  # fmt: skip

    def without(self, keys: Sequence[str]) -> "Table":
        """Return the table without these features; their columns stay for cards made by hand."""
        kept = tuple(one for one in self.features if one.key not in set(keys))
        return Table(kept, self.columns, self.labels, self.moments, self.subjects, self.stamps)

    def rows(self) -> list[dict[str, Any]]:
        """Return the facts row by row, as the rule language reads them."""
        keys = list(self.columns)
        return [
            dict(zip(keys, values, strict=True))
            for values in zip(*(self.columns[key] for key in keys), strict=True)
        ]


def number(value: Any) -> float | None:
    """Return a fact as a number, ``None`` where it is none."""
    if value is None or isinstance(value, str | bool | list | dict):
        return None
    return float(value)


def text(value: Any) -> str:
    """Return a fact as the rule language compares it: letters A to Z made small, unknown is empty."""
    return "" if value is None or isinstance(value, bool | list | dict) else str(value).translate(_LETTERS)
