"""Sums the questions of a card up into its groups, each with a sub-score of 0–100."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leads.services.dimensions import GROUPS

LABELS = {
    "fit": "Fit", "budget": "Budget", "company": "Company", "authority": "Authority", "intent": "Intent",
    "engagement": "Engagement", "conversation": "Conversation", "quality": "Data quality",
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """The points of one group, and where they lie between the worst (0) and the best (100) it can give."""

    key: str
    label: str
    points: int
    score: int
    questions: int


def of(card: dict[str, Any], contributions: Sequence[int]) -> list[Group]:
    """Return the groups of a card, in their order, for contributions in the card's order."""
    pairs = list(zip(card["dimensions"], contributions, strict=False))
    return [_group(key, [pair for pair in pairs if pair[0]["group"] == key]) for key in GROUPS
            if any(dimension["group"] == key for dimension, _ in pairs)]  # fmt: skip


def _group(key: str, pairs: Sequence[tuple[dict[str, Any], int]]) -> Group:
    points = sum(given for _, given in pairs)
    reach = [[0, *(part["points"] for part in dimension["bins"])] for dimension, _ in pairs]
    low, high = sum(map(min, reach)), sum(map(max, reach))
    score = round(100 * (points - low) / (high - low)) if high > low else 0
    return Group(key, LABELS[key], points, max(0, min(100, score)), len(pairs))
