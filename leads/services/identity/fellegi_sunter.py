"""The model of Fellegi and Sunter (1969): every field adds its weight of evidence, log2(m / u).

m: how often two records of one person are at this level, u: how often two strangers are. u is counted on
random pairs, m is found by expectation maximisation (Winkler 1988) without any labels, and the chance that
any two records are one person (the prior) is set for all pairs afterwards, not for the pre-sorted ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leads.services.identity.fields import LEVELS, Field

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SURE = 0.99
RECALL = 0.6  # how many of the true pairs are sure ones, LEARNING 3.8
SMOOTH = 0.5
ROUNDS = 60
Table = list[list[float]]


@dataclass(frozen=True)
class Model:
    """Weights in log2 odds, by field and level; ``prior`` is log2 odds that any two records are one."""

    fields: tuple[Field, ...]
    m: Table
    u: Table
    prior: float

    @cached_property
    def weights(self) -> Table:
        """Return log2(m / u) of every field and level."""
        return [
            [math.log2(a / b) for a, b in zip(ms, us, strict=True)]
            for ms, us in zip(self.m, self.u, strict=True)
        ]

    def weigh(self, levels: Sequence[int]) -> float:
        """Return the log2 odds that a pair with these levels is one person."""
        weights = self.weights
        return self.prior + sum(weights[place][at] for place, at in enumerate(levels) if at >= 0)

    def score(self, levels: Array) -> Array:
        """Return the log2 odds of many pairs; ``levels`` has a row a pair and a column a field."""
        import numpy as np

        total = np.full(len(levels), self.prior)
        for place, row in enumerate(self.weights):
            table = np.array([*row, 0.0])  # the level −1 (missing) reads the last place: no evidence
            total += table[levels[:, place]]
        return total


def probability(weight: float) -> float:
    """Return log2 odds as a probability."""
    return 1 / (1 + math.exp2(-max(-60.0, min(60.0, weight))))


def strangers(levels: Array) -> Table:
    """Return u: the share of every level among random pairs (which are practically all strangers)."""
    return [_shares(levels[:, place], None) for place in range(levels.shape[1])]


def learn(fields: Sequence[Field], random: Array, likely: Array, every: int) -> Model:
    """Return the model of these records: ``random`` and ``likely`` pairs by level, out of ``every`` pair.

    ``likely`` pairs are those that share a blocking key.
    """
    import numpy as np

    u = strangers(random)
    m = [_hopeful(len(row)) for row in u]
    share = 0.1
    for _ in range(ROUNDS):
        model = Model(tuple(fields), m, u, math.log2(share / (1 - share)))
        p = 1 / (1 + np.exp2(-np.clip(model.score(likely), -60, 60)))
        before, share = share, float(np.clip(p.mean(), 1e-6, 1 - 1e-6))
        m = [_shares(likely[:, place], p) for place in range(likely.shape[1])]
        if abs(share - before) < 1e-7:
            break
    sure = int((p > SURE).sum())
    return Model(tuple(fields), m, u, prior(sure, every))


def prior(sure: int, every: int) -> float:
    """Return the prior in log2 odds: the sure pairs, made up for those not sure, among all pairs."""
    chance = min(0.5, max(sure, 1) / RECALL / max(every, 2))
    return math.log2(chance / (1 - chance))


def _shares(levels: Array, weights: Array | None) -> list[float]:
    import numpy as np

    seen = levels >= 0
    counts = np.bincount(
        levels[seen], weights=None if weights is None else weights[seen], minlength=LEVELS
    ).astype(float)
    counts += SMOOTH
    return [float(value) for value in counts / counts.sum()]


def _hopeful(number: int) -> list[float]:
    """Return where EM starts: records of one person mostly agree."""
    return [0.05, *[0.05] * (number - 2), 1 - 0.05 * (number - 1)]
