"""From points to a score: straight (a hand-made card) or along the logistic curve (a trained one).

A trained card's total is a whole number, so its score is looked up in a table that is worked out once here;
SQL on both databases and Python read the same table and cannot differ by a rounding.
"""

from functools import lru_cache
from math import exp
from typing import Any

from campaigns.services import bulk

SURE = 5.4  # log-odds from which a score is 0 or 100


def is_logit(card: dict[str, Any]) -> bool:
    """Whether the points of a card are log-odds, so that the score is the chance in percent."""
    return card.get("link") == "logit"


def score(card: dict[str, Any], total: int) -> int:
    """Return the score (0–100) of a total of points, the card's base included."""
    if not is_logit(card):
        return max(0, min(100, total))
    low, table = _table(card["unit"], card["offset"])
    return table[max(0, min(len(table) - 1, total - low))]


def chance(card: dict[str, Any], total: int) -> float:
    """Return the chance (0–1) that a total of points stands for."""
    if not is_logit(card):
        return score(card, total) / 100
    return 1 / (1 + exp(-max(-30.0, min(30.0, card["unit"] * total + card["offset"]))))


def score_sql(card: dict[str, Any], total: str) -> str:
    """Return the score of a total as SQL for the database in use."""
    low, high = ("GREATEST", "LEAST") if bulk.is_postgres() else ("max", "min")
    if not is_logit(card):
        return f"{low}(0, {high}(100, {total}))"
    start, table = _table(card["unit"], card["offset"])
    place = f"{low}(0, {high}({len(table) - 1}, {total} - ({start})))"
    digits = "".join(f"{value:03d}" for value in table)
    return f"CAST(substr('{digits}', 1 + 3 * {place}, 3) AS integer)"


@lru_cache(maxsize=64)
def _table(unit: float, offset: float) -> tuple[int, tuple[int, ...]]:
    """Return the lowest total and the scores from there upwards; below and above the score stays."""
    low, high = round((-SURE - offset) / unit) - 1, round((SURE - offset) / unit) + 1
    return low, tuple(round(100 / (1 + exp(-(unit * total + offset)))) for total in range(low, high + 1))
