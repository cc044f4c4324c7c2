"""What the page of the trained score shows: versions, figures beside their yardsticks, pictures, verdicts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import ModelVersion
from campaigns.services.learning import gates, queue, registry
from campaigns.services.learning.queue import Readiness
from leads.services.learning import outcomes, training
from leads.services.learning.snapshots import KIND

NEWEST, THRESHOLD, TELLING = 30, 60, 0.52
Row = dict[str, Any]


@dataclass(frozen=True)
class Board:
    """Everything on the page about one kind; ``shown`` is the version whose figures are looked at."""

    ready: Readiness
    young: int
    champion: ModelVersion | None
    challenger: ModelVersion | None
    waiting: ModelVersion | None
    earlier: ModelVersion | None
    versions: list[ModelVersion]
    shown: ModelVersion | None
    alarms: list[str]

    @property
    def progress(self) -> int:
        """How far the outcomes have come towards a first fit, in labels."""
        return min(self.ready.labels, gates.LABELS)


def look(number: int | None = None) -> Board:
    """Return the board; ``number`` names the version to look at, else the challenger or the champion."""
    versions = list(
        ModelVersion.objects.filter(kind=KIND).select_related("created_by").order_by("-version")[:NEWEST]
    )
    champion, challenger = registry.champion(KIND), registry.challenger(KIND)
    wanted = [one for one in versions if one.version == number]
    measured = [one for one in (*wanted, challenger, champion, *versions) if one and one.metrics.get("test")]
    waiting = next((one for one in versions if one.status == ModelVersion.Status.DRAFT), None)
    return Board(
        training.readiness(), outcomes.waiting(), champion, challenger, waiting, registry.before(KIND),
        versions, measured[0] if measured else None,
        champion.metrics.get("drift", {}).get("alarms", []) if champion else [],
    )  # fmt: skip


def figures(version: ModelVersion) -> list[Row]:
    """Return the figures of a version, each with its yardstick, as key figures."""
    test, old = version.metrics["test"], version.metrics["champion"]
    base = test["base_rate"]
    luck = base * (1 - base)
    rows = (
        ("Order (AUC)", test["auc"], old["auc"] - gates.SLACK, True, f"champion {old['auc']:.3f}"),
        ("Average precision", test["ap"], old["ap"], True, f"champion {old['ap']:.3f}, by luck {base:.3f}"),
        ("Error (Brier)", test["brier"], luck, False, f"a constant guess has {luck:.3f}"),
        ("Calibration (ECE)", test["ece"], max(gates.MOST_ECE, test["ece_chance"] * 1.5), False,
         f"goal ≤ {gates.MOST_ECE:g}; by luck {test['ece_chance']:.3f}"),
        ("Good among the best 20 %", test["precision_at_20"], base, True, f"of everybody {base:.0%}"),
    )  # fmt: skip
    return [
        {"label": label, "value": f"{value:.0%}" if "%" in label else f"{value:.3f}", "foot": foot,
         "state": "good" if (value >= mark if is_up else value <= mark) else "bad"}
        for label, value, mark, is_up, foot in rows
    ]  # fmt: skip


def pictures(version: ModelVersion) -> dict[str, Any]:
    """Return the curves of a version as series of the chart kit (x in percent)."""
    curves = version.metrics["curves"]
    said = [(round(100 * one["said"]), one["true"]) for one in curves["calibration"]]
    marks = curves["thresholds"]
    return {
        "calibration": [_ideal("Honest"), _series("Came true", sorted(dict(said).items()))],
        "roc": [_ideal("By luck"), _series("This version", _points(curves["roc"]), "teal")],
        "precision": [_series("Precision", _points(curves["precision"]), "fern")],
        "thresholds": [
            _series("Precision", [(one["limit"], one["precision"]) for one in marks if one["share"]], "fern"),
            _series("Recall", [(one["limit"], one["recall"]) for one in marks], "indigo"),
            _series("Share taken", [(one["limit"], one["share"]) for one in marks], "ink", "dashed"),
        ],
        "threshold_marks": [{"x": THRESHOLD, "label": f"{THRESHOLD}", "tone": "madder"}],
        "at_threshold": next(one for one in marks if one["limit"] == THRESHOLD),
        "lift": curves["lift"],
        "leaks": [one for one in version.metrics["leaks"] if not _is_silent(one)],
        "silent": [one["label"] for one in version.metrics["leaks"] if _is_silent(one)],
    }  # fmt: skip


def strongest(version: ModelVersion, count: int = 8) -> list[Row]:
    """Return the answers of a card that move the score most, as rows of a bar chart."""
    answers = [
        {"label": one["text"], "note": "", "value": one["points"], "title": dimension["label"]}
        for dimension in version.params.get("dimensions", []) for one in dimension["bins"] if one["points"]
    ]  # fmt: skip
    return sorted(answers, key=lambda row: -abs(row["value"]))[:count]


def is_due(now: datetime) -> str:
    """Return why a training would be due, in words."""
    return queue.due(KIND, now)


def _is_silent(verdict: Row) -> bool:
    return not verdict["why"] and bool(verdict["alone"] <= TELLING)


def _points(rows: list[Row]) -> list[tuple[float, float]]:
    return [(round(100 * one["x"]), one["y"]) for one in rows]


def _series(label: str, points: list[tuple[float, float]], tone: str = "indigo", style: str = "solid") -> Row:
    return {"label": label, "points": points or [(0, 0.0)], "tone": tone, "style": style, "end": False}


def _ideal(label: str) -> Row:
    return _series(label, [(mark, mark / 100) for mark in range(0, 101, 5)], "ink", "dashed")
