"""Measures the trainer on public lists with known outcomes, each figure beside the goal set for it."""

import random
from pathlib import Path
from typing import Any

from campaigns import clock
from campaigns.services.learning import cardmaker, leaks, metrics
from campaigns.services.learning.table import Table
from leads.services import cards, dimensions
from leads.services.learning import cold, lists

Figure = dict[str, Any]
SIZES, SEEDS = (50, 100, 200, 500, 1000), 3
X_GOALS = {
    "auc": (">=", 0.900), "ap": (">=", 0.87), "brier": ("<=", 0.122), "ece": ("<=", 0.04),
    "precision_at_20": (">=", 0.93),
}  # fmt: skip
TELCO_GOALS = {"auc": (">=", 0.845), "ece": ("<=", 0.03)}


def figures(folder: Path) -> list[Figure]:
    """Return every figure of lead scoring and churn that the data in ``folder`` allow."""
    found: list[Figure] = []
    if list((folder / "leads").glob("x_education_leads_*.csv")):
        found += _lead_score(*lists.x_education(folder))
    if (folder / "churn" / "telco_dev.csv").exists():
        found += _churn(*lists.telco(folder))
    return found


def _lead_score(train: Table, test: Table) -> list[Figure]:
    verdicts = leaks.look(train, trusted=[lists.key(name) for name in lists.X_DURING])
    caught = leaks.refused(verdicts)
    missed = [name for name in lists.X_LATE if lists.key(name) not in caught]
    whole = _measure(train.without(caught), test)
    during = [lists.key(name) for name in lists.X_DURING]
    early = _measure(train.without([*caught, *during[:2]]), test)
    strict = _measure(train.without([*caught, *during]), test)
    data = f"X Education, {len(train):,} earlier and {len(test):,} later leads"
    return [
        _figure("leak guard: columns missed", len(missed), "<=", 0, data),
        _figure("rules by hand: AUC", metrics.auc(test.labels, _rules(test)), ">=", 0.82, data),
        *(_figure(f"lead score: {name}", whole[name], *goal, data) for name, goal in X_GOALS.items()),
        _figure("lead score at capture time: auc", early["auc"], ">=", 0.885, data),
        _figure("… without the occupation: auc", strict["auc"], "", None, data),
        *_cold_start(train.without(caught), test, data),
    ]


def _churn(train: Table, test: Table) -> list[Figure]:
    found = _measure(train.without(leaks.refused(leaks.look(train))), test)
    data = f"Telco churn, {len(train):,} and {len(test):,} customers"
    return [_figure(f"churn: {name}", found[name], *goal, data) for name, goal in TELCO_GOALS.items()]


def _cold_start(train: Table, test: Table, data: str) -> list[Figure]:
    """Return the mean AUC by number of labels, blended; the goal is not to fall below the rules by hand."""
    floor = round(metrics.auc(test.labels, _rules(test)) - 0.01, 4)
    found = []
    for size in SIZES:
        samples = [_sample(train, size, seed) for seed in range(SEEDS)]
        blended = [
            _measure(one, test, cold.prior(dimensions.DEFAULT_CARD, one.rows(), clock.now()))
            for one in samples
        ]
        alone = [_measure(one, test) for one in samples]
        means = [sum(one["auc"] for one in side) / SEEDS for side in (blended, alone)]
        found.append(_figure(f"cold start, {size} labels: auc", means[0], ">=", floor, data))
        found.append(_figure(f"… card alone, {size} labels", means[1], "", None, data))
    return found


def _sample(table: Table, size: int, seed: int) -> Table:
    rows = sorted(random.Random(seed).sample(range(len(table)), size))  # noqa: S311 not a secret
    columns = {key: [values[row] for row in rows] for key, values in table.columns.items()}
    return Table(table.features, columns, [table.labels[row] for row in rows])


def _measure(train: Table, test: Table, prior: cardmaker.Prior | None = None) -> dict[str, float]:
    card = cardmaker.train(train, prior)
    return metrics.summary(test.labels, cards.chances(card, test.rows(), clock.now()))


def _rules(test: Table) -> list[float]:
    return cards.chances(dimensions.DEFAULT_CARD, test.rows(), clock.now())


def _figure(name: str, value: float, sign: str, goal: float | None, data: str) -> Figure:
    value = round(float(value), 4)
    passed = goal is None or (value >= goal if sign == ">=" else value <= goal)
    said = f"{sign} {goal:g}" if goal is not None else ""
    return {"name": name, "value": value, "goal": said, "passed": passed, "data": data}
