"""Good or poor, and against which limit: one judgement for report, page and advice."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from analytics.services.figures import Figures
from analytics.services.thresholds import Thresholds


@dataclass(frozen=True)
class Rating:
    """A figure beside its limit; without data there is no verdict."""

    name: str
    label: str
    value: float | None
    threshold: float
    rule: str
    verdict: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def rate(figures: Figures, limits: Thresholds) -> list[Rating]:
    """Judge the three figures that say whether a campaign is healthy, and its return."""
    qualified, success = figures.qualification.value, figures.positives.value
    cost, roi = _number(figures.cost_per_lead), _number(figures.roi)
    return [
        _at_least("qualification_rate", "Qualification rate", qualified, limits.qualification_rate),
        _at_least("success_rate", "Outreach success", success, limits.success_rate),
        _at_most("cost_per_lead", "Cost per lead", cost, limits.cost_per_lead),
        _at_least("roi", "Return on investment", roi, 0.0),
    ]


def verdict_of(ratings: list[Rating]) -> str:
    """Sum several judgements up: poor if any is poor, empty if none could be made."""
    words = {rating.verdict for rating in ratings if rating.verdict}
    return "Poor" if "Poor" in words else ("Good" if words else "")


def _at_least(name: str, label: str, value: float | None, limit: float) -> Rating:
    return Rating(name, label, value, limit, "at least", "" if value is None else _word(value >= limit))


def _at_most(name: str, label: str, value: float | None, limit: float) -> Rating:
    return Rating(name, label, value, limit, "at most", "" if value is None else _word(value <= limit))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _word(is_good: bool) -> str:
    return "Good" if is_good else "Poor"
