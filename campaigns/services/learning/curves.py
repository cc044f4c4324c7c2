"""The pictures of a model as plain rows: calibration, ROC, precision by recall, lift by band, thresholds."""

from collections.abc import Sequence

GRID = [round(n * 0.05, 2) for n in range(21)]
BANDS = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 101))
Row = dict[str, float]


def all_of(labels: Sequence[bool], chances: Sequence[float]) -> dict[str, list[Row]]:
    """Return every curve of predicted chances beside what happened."""
    return {
        "calibration": calibration(labels, chances), "roc": roc(labels, chances),
        "precision": precision(labels, chances), "lift": lift(labels, chances),
        "thresholds": thresholds(labels, chances),
    }  # fmt: skip


def calibration(labels: Sequence[bool], chances: Sequence[float], bins: int = 10) -> list[Row]:
    """Return by tenth of rows: the mean chance said, the share that came true, and how many rows."""
    order = sorted(range(len(labels)), key=lambda row: chances[row])
    bins = max(2, min(bins, len(labels) // 15))
    parts = [order[len(order) * n // bins : len(order) * (n + 1) // bins] for n in range(bins)]
    return [
        {"said": _mean([chances[row] for row in part]), "true": _mean([labels[row] for row in part]),
         "rows": len(part)}
        for part in parts if part
    ]  # fmt: skip


def roc(labels: Sequence[bool], chances: Sequence[float]) -> list[Row]:
    """Return (share of the bad taken, share of the good taken) from the best chance down."""
    yes, no = max(1, sum(labels)), max(1, len(labels) - sum(labels))
    steps = [(bad / no, good / yes) for good, bad in _taken(labels, chances)]
    found = [(mark, max([y for x, y in steps if x <= mark], default=0.0)) for mark in GRID]
    return [{"x": mark, "y": _short(y)} for mark, y in found]


def precision(labels: Sequence[bool], chances: Sequence[float]) -> list[Row]:
    """Return (recall, precision) from the best chance down."""
    yes = max(1, sum(labels))
    steps = [(good / yes, good / (good + bad)) for good, bad in _taken(labels, chances)]
    found = [(mark, next((y for x, y in steps if x >= mark), 0.0)) for mark in GRID]
    return [{"x": mark, "y": _short(y)} for mark, y in found]


def lift(labels: Sequence[bool], chances: Sequence[float]) -> list[Row]:
    """Return by band of the score (0–100): rows, how many ended well, and how often more than usual."""
    usual = sum(labels) / max(1, len(labels))
    scores = [round(100 * chance) for chance in chances]
    found = []
    for low, high in BANDS:
        part = [label for label, score in zip(labels, scores, strict=True) if low <= score < high]
        rate = sum(part) / len(part) if part else 0.0
        found.append({"low": low, "high": min(high - 1, 100), "rows": len(part), "positives": sum(part),
                      "rate": _short(rate), "lift": _short(rate / usual if usual else 0.0)})  # fmt: skip
    return found


def thresholds(labels: Sequence[bool], chances: Sequence[float]) -> list[Row]:
    """Return for every fifth threshold of the score: precision, recall and share of «at least this»."""
    yes, found = max(1, sum(labels)), []
    for limit in range(0, 100, 5):
        taken = [label for label, chance in zip(labels, chances, strict=True) if round(100 * chance) >= limit]
        found.append({"limit": limit, "precision": _mean(taken), "recall": _short(sum(taken) / yes),
                      "share": _short(len(taken) / max(1, len(labels)))})  # fmt: skip
    return found


def _taken(labels: Sequence[bool], chances: Sequence[float]) -> list[tuple[int, int]]:
    """Return (good, bad) taken so far after each distinct chance."""
    good = bad = 0
    found: dict[float, tuple[int, int]] = {}
    for row in sorted(range(len(labels)), key=lambda row: -chances[row]):
        good, bad = good + bool(labels[row]), bad + (not labels[row])
        found[chances[row]] = (good, bad)
    return list(found.values())


def _mean(values: Sequence[float]) -> float:
    return _short(sum(values) / len(values)) if values else 0.0


def _short(value: float) -> float:
    return round(float(value), 4)
