"""How good predictions are: order (AUC, average precision), honesty (Brier, ECE), use (precision on top)."""

from collections.abc import Sequence
from typing import Any

SEED = 2026
DRAWS, ECE_BINS = 400, 10


def summary(labels: Sequence[bool], chances: Sequence[float]) -> dict[str, float]:
    """Return all figures of predicted chances (0–1) beside what happened."""
    return {
        "rows": len(labels), "positives": int(sum(labels)), "base_rate": _round(sum(labels) / len(labels)),
        "auc": _round(auc(labels, chances)), "ap": _round(average_precision(labels, chances)),
        "brier": _round(brier(labels, chances)), "ece": _round(ece(labels, chances)),
        "ece_chance": _round(ece_by_chance(chances)),
        "precision_at_20": _round(precision_at(labels, chances, 0.2)),
    }  # fmt: skip


def auc(labels: Sequence[bool], values: Sequence[float]) -> float:
    """Return the chance that one that ended well stands above one that did not; .5 if there is one sort."""
    import numpy as np
    from scipy.stats import rankdata

    y = np.asarray(labels, bool)
    yes, no = int(y.sum()), int((~y).sum())
    if not yes or not no:
        return 0.5
    return float((rankdata(values)[y].sum() - yes * (yes + 1) / 2) / (yes * no))


def auc_advantage(
    labels: Sequence[bool], new: Sequence[float], old: Sequence[float], draws: int = DRAWS
) -> float:
    """Return the lower 90 % bound of AUC(new) − AUC(old): both on the same resampled rows (bootstrap)."""
    import numpy as np

    dice, y = np.random.default_rng(SEED), np.asarray(labels, bool)
    left, right, found = np.asarray(new, float), np.asarray(old, float), []
    for _ in range(draws):
        rows = dice.integers(0, len(y), len(y))
        if 0 < y[rows].sum() < len(y):
            found.append(
                auc(y[rows].tolist(), left[rows].tolist()) - auc(y[rows].tolist(), right[rows].tolist())
            )
    return float(np.quantile(found, 0.1)) if found else -1.0


def ece_beyond_luck(labels: Sequence[bool], chances: Sequence[float]) -> float:
    """Return the calibration error that luck does not explain: what is left above its 90 % bound."""
    error, luck = ece(labels, chances), ece_by_chance(chances, 0.9)
    return float(max(0.0, error * error - luck * luck) ** 0.5)


def average_precision(labels: Sequence[bool], values: Sequence[float]) -> float:
    """Return the area under precision over recall; rows of equal value count as one step."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, values)) if any(labels) else 0.0


def brier(labels: Sequence[bool], chances: Sequence[float]) -> float:
    """Return the mean squared distance between chance and what happened."""
    return sum((chance - label) ** 2 for label, chance in zip(labels, chances, strict=True)) / len(labels)


def ece(labels: Sequence[bool], chances: Sequence[float], bins: int = ECE_BINS) -> float:
    """Return the expected calibration error: how far chance and frequency lie apart, over ten wide bins."""
    import numpy as np

    return float(_ece(np.asarray(labels, float)[None, :], np.asarray(chances, float), bins)[0])


def ece_by_chance(chances: Sequence[float], share: float = 0.5, draws: int = 200) -> float:
    """Return the ECE that perfectly honest chances stay under by luck, in ``share`` of all cases."""
    import numpy as np

    p = np.asarray(chances, float)
    dice = np.random.default_rng(SEED)
    return float(np.quantile(_ece((dice.random((draws, len(p))) < p).astype(float), p, ECE_BINS), share))


def precision_at(labels: Sequence[bool], values: Sequence[float], share: float) -> float:
    """Return the share that ended well among the best ``share`` of rows; ties keep their order."""
    best = sorted(range(len(labels)), key=lambda row: -values[row])[: max(1, int(len(labels) * share))]
    return sum(labels[row] for row in best) / len(best)


def psi(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the population stability index of two distributions over the same bins (counts or shares).

    Below .1 nothing moved, above .2 much did. Empty bins count as half a row.
    """
    from math import log

    sums = (sum(before) or 1.0, sum(after) or 1.0)
    shares = [
        (max(a, 0.5) / sums[0], max(b, 0.5) / sums[1]) for a, b in zip(before, after, strict=True) if a or b
    ]
    return sum((b - a) * log(b / a) for a, b in shares)


def _ece(outcomes: Any, p: Any, bins: int) -> Any:
    import numpy as np

    place = np.minimum((p * bins).astype(int), bins - 1)
    masks = (place[None, :] == np.arange(bins)[:, None]).astype(float)
    return np.abs((outcomes - p) @ masks.T).sum(axis=1) / len(p)


def _round(value: float) -> float:
    return round(float(value), 4)
