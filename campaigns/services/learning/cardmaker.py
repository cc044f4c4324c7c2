"""Trains a points card: L2 logistic regression on binned facts, its weights made whole points.

The card is the same JSON that people edit: dimensions of bins, each a condition in the rule language with
points and words, plus ``link: "logit"``: chance = 1 / (1 + e^−(unit · total + offset)), score = round(100 ·
chance), total = base + sum of points. Contributions add up exactly: points and base are whole numbers.

A point is a tenth of a unit of log-odds, close to the hand-made card's scale (a fifth gives the same AUC but
steps of five in the score). Slope and start are fitted on predictions for rows that a fit has not seen (five
folds), the start on the newest third, because rates drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.services.learning import bins
from campaigns.services.learning.bins import Cut
from campaigns.services.learning.table import Table

UNIT, FOLDS, NEWEST, MOST_POINTS = 0.1, 5, 1 / 3, 100
FEW, FORWARD = 500, 0.75
STRENGTHS_FEW, STRENGTHS = (0.1, 0.5), (0.02, 0.05, 0.1, 0.5)
PRIOR_STRETCH = 3.0
Card = dict[str, Any]


@dataclass(frozen=True)
class Prior:
    """What people knew before there was data: a hand-made card, and each row's bin in it (−1: none)."""

    dimensions: list[dict[str, Any]]
    places: list[list[int]]

    def totals(self) -> list[float]:
        """Return the points of the hand-made card for every row."""
        points = [[one["points"] for one in dimension["bins"]] + [0] for dimension in self.dimensions]
        return [
            float(sum(given[row[n]] for n, given in enumerate(points)))
            for row in zip(*self.places, strict=True)
        ]


def train(table: Table, prior: Prior | None = None) -> Card:
    """Return the card that fits the table best; ``prior`` blends a hand-made card in."""
    import numpy as np

    cuts = [made for one in table.features if (made := bins.cut(one, table.columns[one.key])) is not None]
    design, y = _Design(cuts, table, prior), np.asarray(table.labels, float)
    strength = _choose(design.matrix, y)
    unseen = _unseen(design.matrix, y, strength)
    weights, start = _fit(design.matrix, y, strength)
    if prior and float(weights[-1]) < 0:  # who is judged well by hand buys less: the card by hand is no help
        return train(table)
    slope, newest = _slope(unseen, y), max(1, int(len(table) * NEWEST))
    weights, start = weights * slope, start * slope
    card = design.card(weights)
    rounded = float((design.matrix @ weights + start - design.totals(card) * UNIT).mean())
    shift = _shift(unseen[-newest:] * slope, y[-newest:])
    return _started(card, rounded + shift) | {"strength": strength}


class _Design:
    """The rows as a matrix: one column a bin, and one for the total of a hand-made card."""

    def __init__(self, cuts: Sequence[Cut], table: Table, prior: Prior | None) -> None:
        import numpy as np

        self.cuts, self.prior, count = cuts, prior, len(table)
        self.places = [[cut.place(value) for value in table.columns[cut.feature.key]] for cut in cuts]
        blocks = [np.eye(cut.size)[places] for cut, places in zip(cuts, self.places, strict=True)]
        self.centre, self.scale = 0.0, 0.0
        if prior:
            totals = np.asarray(prior.totals())
            self.centre, spread = float(totals.mean()), float(totals.std())
            self.scale = PRIOR_STRETCH / spread if spread else 0.0
            blocks.append(((totals - self.centre) * self.scale)[:, None])
        self.matrix = np.hstack(blocks) if blocks else np.zeros((count, 1))

    def card(self, weights: Any) -> Card:
        """Return the card with whole points, not yet started; a question's most frequent bin is its zero."""
        dimensions, column = [], 0
        for cut, places in zip(self.cuts, self.places, strict=True):
            own = [float(weight) for weight in weights[column : column + cut.size]]
            column += cut.size
            usual = max(range(cut.size), key=places.count)
            dimensions.append(_dimension(cut, [weight - own[usual] for weight in own], set(places)))
        if self.prior and self.scale:
            pull = float(weights[column]) * self.scale
            dimensions += [_blended(one, pull) for one in self.prior.dimensions]
        kept = [one for one in dimensions if any(part["points"] for part in one["bins"])]
        return {"link": "logit", "unit": UNIT, "base": 0, "offset": 0.0, "dimensions": kept}

    def totals(self, card: Card) -> Any:
        """Return the sum of points of every row under a card that was made here."""
        import numpy as np

        points = {one["key"]: [part["points"] for part in one["bins"]] for one in card["dimensions"]}
        sums = np.zeros(self.matrix.shape[0])
        for cut, places in zip(self.cuts, self.places, strict=True):
            if cut.feature.key in points:
                sums += np.asarray(points[cut.feature.key])[places]
        for dimension, places in zip(
            *((self.prior.dimensions, self.prior.places) if self.prior else ((), ())), strict=True
        ):
            given = points.get(_own_key(dimension))
            sums += np.asarray([*given, 0])[places] if given else 0
        return sums


def _dimension(cut: Cut, weights: Sequence[float], seen: set[int]) -> dict[str, Any]:
    found = [
        {"when": when, "points": _points(weight) if place in seen else 0, "text": words}
        for place, ((when, words), weight) in enumerate(zip(cut.describe(), weights, strict=True))
    ]
    one = cut.feature
    return {"key": one.key, "group": one.group, "label": one.label, "bins": found}


def _blended(dimension: dict[str, Any], pull: float) -> dict[str, Any]:
    parts = [{**one, "points": _points(one["points"] * pull)} for one in dimension["bins"]]
    return {
        **dimension,
        "key": _own_key(dimension),
        "label": f"{dimension['label']} (house rule)",
        "bins": parts,
    }


def _own_key(dimension: dict[str, Any]) -> str:
    return f"rule.{dimension['key']}"


def _points(weight: float) -> int:
    return max(-MOST_POINTS, min(MOST_POINTS, round(weight / UNIT)))


def _choose(matrix: Any, y: Any) -> float:
    """Return the strength of the data (C) that tells the newest rows best from what came before them."""
    early = int(len(y) * FORWARD)
    strengths = STRENGTHS_FEW if len(y) < FEW else STRENGTHS
    if min(y[:early].sum(), (1 - y[:early]).sum(), y[early:].sum(), (1 - y[early:]).sum()) < FOLDS:
        return STRENGTHS_FEW[0]

    def loss(strength: float) -> float:
        weights, start = _fit(matrix[:early], y[:early], strength)
        said = matrix[early:] @ weights + start
        said = said * _slope(said, y[early:])
        return _loss(said + _shift(said, y[early:]), y[early:])

    return min(strengths, key=loss)


def _unseen(matrix: Any, y: Any, strength: float) -> Any:
    """Return the log-odds of every row, said by a fit that has not seen it."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    said = np.zeros(len(y))
    for seen, hidden in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(matrix, y):
        weights, start = _fit(matrix[seen], y[seen], strength)
        said[hidden] = matrix[hidden] @ weights + start
    return said


def _fit(matrix: Any, y: Any, strength: float) -> tuple[Any, float]:
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=strength, max_iter=1000).fit(matrix, y)
    return found.coef_[0], float(found.intercept_[0])


def _slope(said: Any, y: Any) -> float:
    """Return by how much log-odds must be stretched to be honest, drawn to 1 where there is little data."""
    slope, shift = 1.0, 0.0
    for _ in range(25):
        p = _chance(slope * said + shift)
        room, miss = p * (1 - p), p - y
        steep, cross, flat = (room * said * said).sum() + 1.0, (room * said).sum(), room.sum() + 1e-9
        pull, push = (miss * said).sum() + (slope - 1), miss.sum()
        area = steep * flat - cross * cross
        slope, shift = (
            slope - (flat * pull - cross * push) / area,
            shift - (steep * push - cross * pull) / area,
        )
    return float(min(3.0, max(0.3, slope)))


def _started(card: Card, start: float) -> Card:
    """Return the card with its start as whole points and a rest below one point."""
    base = round(start / UNIT)
    return {**card, "base": base, "offset": round(start - base * UNIT, 6)}


def _shift(said: Any, y: Any) -> float:
    shift = 0.0
    for _ in range(25):
        p = _chance(said + shift)
        shift -= float((p - y).sum() / ((p * (1 - p)).sum() + 2.0))
    return shift


def _loss(said: Any, y: Any) -> float:
    import numpy as np

    return float(np.logaddexp(0, said).sum() - (y * said).sum())


def _chance(said: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(said, -30, 30)))
