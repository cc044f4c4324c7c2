"""What a challenger must show on later data before it may serve; otherwise the champion stays."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.services.learning import metrics

LABELS, OF_EACH, TESTED = 50, 15, 5
SLACK, MOST_ECE = 0.005, 0.05


class NotEnough(Exception):
    """There is too little to learn from; the message says what is missing."""


@dataclass(frozen=True)
class Gate:
    """One condition: what was measured, what was asked for, and whether it holds."""

    name: str
    value: float
    goal: str
    passed: bool
    sentence: str

    def plain(self) -> dict[str, Any]:
        """Return the gate as JSON."""
        return asdict(self)


def enough(labels: int, positives: int) -> str:
    """Return what is missing for a first fit, in words; empty when there is enough."""
    if labels < LABELS:
        return f"{labels} of {LABELS} labels"
    least, word = min((positives, "good"), (labels - positives, "bad"))
    return f"{least} of {OF_EACH} {word} outcomes" if least < OF_EACH else ""


def judge(labels: Sequence[bool], new: Sequence[float], old: Sequence[float]) -> list[Gate]:
    """Return the gates for new chances beside the champion's on the same later rows.

    Order: the lower 90 % bound of AUC(new) − AUC(champion), paired bootstrap, is at least −.005. Honesty: ECE
    is at most .05 beyond what luck alone makes of so few rows in nine of ten cases.
    """
    low = metrics.auc_advantage(labels, new, old)
    error, luck = metrics.ece(labels, new), metrics.ece_by_chance(new, 0.9)
    excess = metrics.ece_beyond_luck(labels, new)
    return [
        Gate("order", round(low, 4), f"≥ {-SLACK}", low >= -SLACK,
             f"AUC {metrics.auc(labels, new):.3f} against {metrics.auc(labels, old):.3f} of the champion;"
             f" with 90 % certainty the difference is at least {low:+.3f}"),
        Gate("honesty", round(excess, 4), f"≤ {MOST_ECE}", excess <= MOST_ECE,
             f"calibration error {error:.3f}; by luck alone {len(labels)} rows show up to {luck:.3f}"),
    ]  # fmt: skip
