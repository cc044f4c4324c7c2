"""Says what every question of a card gave or took, in the card's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.services import cards


@dataclass(frozen=True)
class Contribution:
    """What one question of the card gave or took, in words."""

    key: str
    group: str
    label: str
    points: int
    sentence: str


def told(
    card: dict[str, Any], given: Sequence[int], known: dict[str, Any], now: datetime
) -> list[Contribution]:
    """Return contributions (in the card's order) with their words, the largest effect first."""
    pairs = zip(card["dimensions"], given, strict=True)
    found = [_contribution(dimension, points, known, now) for dimension, points in pairs]
    return sorted(found, key=lambda one: -abs(one.points))


def _contribution(
    dimension: dict[str, Any], points: int, known: dict[str, Any], now: datetime
) -> Contribution:
    """Return what a question gave, in the words of the answer that gives so much."""
    found = cards.matching(dimension, known, now)
    if found is None or found["points"] != points:  # the facts have moved on since the score was stored
        texts = [one["text"] for one in dimension["bins"] if one["points"] == points]
        text = texts[0] if points and texts else f"{dimension['label']}: nothing known that counts"
    else:
        text = found["text"]
    return Contribution(dimension["key"], dimension["group"], dimension["label"], points, text)
