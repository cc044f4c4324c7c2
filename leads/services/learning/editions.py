"""What one version of a card changed against another, line by line."""

from dataclasses import dataclass
from typing import Any

Card = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One answer with its points before and after; ``None``: it does not stand there."""

    question: str
    answer: str
    before: int | None
    after: int | None


def difference(old: Card, new: Card) -> list[Line]:
    """Return every line that differs, in the order of the newer card, what is gone at the end."""
    before, after = _lines(old), _lines(new)
    keys = [*after, *(key for key in before if key not in after)]
    start = Line("Start", "where a score starts", old.get("base"), new.get("base"))
    found = [
        Line(*key[1:], before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    ]
    return [start, *found] if start.before != start.after else found


def _lines(card: Card) -> dict[tuple[str, str, str], int]:
    return {
        (dimension["key"], dimension["label"], one["text"]): one["points"]
        for dimension in card["dimensions"]
        for one in dimension["bins"]
    }
