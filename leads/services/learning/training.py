"""Trains the lead score: the newest quarter of the outcomes judges what the earlier three quarters taught."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from campaigns.models import ModelVersion, Prediction
from campaigns.services.learning import cardmaker, curves, gates, leaks, metrics, registry
from campaigns.services.learning import drift as drifting
from campaigns.services.learning.queue import Readiness
from campaigns.services.learning.table import Table
from leads.models import Rule, RuleKind
from leads.services import cards, rulebook
from leads.services.learning import cold, history, outcomes, snapshots, versions

ALGORITHM = "points card"
EARLIER, RECENT = 0.75, 500
mature, promote = outcomes.mature, versions.promote


def readiness() -> Readiness:
    """Return how many outcomes are known and what is missing for a fit."""
    labels, positives = outcomes.count()
    return Readiness(labels, positives, gates.enough(labels, positives))


def train(version: ModelVersion, now: datetime) -> None:
    """Fill a draft: learn from the earlier rows, measure on the later ones, pass or refuse it."""
    table = history.load()
    earlier, later = _split(table)
    verdicts = leaks.look(earlier, settings.LEARN_TRUSTED)
    learned = earlier.without(leaks.refused(verdicts))
    card = cardmaker.train(learned, cold.prior(_by_hand(), earlier.rows(), now))
    if not card["dimensions"]:
        raise gates.NotEnough("No fact tells the good outcomes from the bad ones yet.")
    _write(version, card, table, learned)
    version.metrics = {"profile": _profile(card, table.rows(), now)}
    _judge(version, card, later, verdicts, now)


def drift(now: datetime) -> list[str]:
    """Return why the champion no longer fits: facts that moved, or chances that stopped coming true."""
    version = registry.champion(snapshots.KIND)
    profile = version.metrics.get("profile", {}) if version else {}
    if version is None or not profile:
        return []
    recent = Prediction.objects.filter(version=version).order_by("-pk")
    rows = [snapshots.known(kept) for kept in recent.values_list("features", flat=True)[:RECENT]]
    names = {one["key"]: one["label"] for one in version.params["dimensions"]}
    found = drifting.alarms(profile, _profile(version.params, rows, now), names)
    known = recent.filter(outcome__isnull=False).values_list("outcome", "value")[: 2 * RECENT]
    return found + drifting.dishonest([bool(outcome) for outcome, _ in known], [value for _, value in known])


def _split(table: Table) -> tuple[Table, Table]:
    if missing := gates.enough(len(table), table.positives):
        raise gates.NotEnough(f"Too little to learn from: {missing}.")
    cut = int(len(table) * EARLIER)
    earlier, later = table.part(0, cut), table.part(cut, len(table))
    for part, said in ((earlier, "earlier"), (later, "newest")):
        if min(part.positives, len(part) - part.positives) < gates.TESTED:
            raise gates.NotEnough(
                f"The {said} part needs {gates.TESTED} good and {gates.TESTED} bad outcomes."
            )
    return earlier, later


def _by_hand() -> dict[str, Any]:
    """Return the newest card that people made."""
    made = Rule.objects.filter(kind=RuleKind.SCORING).order_by("-is_active", "-version")
    by_hand = (rule.body for rule in made if rule.body.get("link") != "logit")
    return next(by_hand, rulebook.DEFAULTS[RuleKind.SCORING][1])


def _write(version: ModelVersion, card: dict[str, Any], table: Table, learned: Table) -> None:
    version.params, version.row_count = card, len(table)
    version.data_from, version.data_until = table.moments[0], table.moments[-1]
    keys = " ".join(sorted(one.key for one in learned.features))
    version.schema_hash = hashlib.sha256(keys.encode()).hexdigest()


def _judge(
    version: ModelVersion,
    card: dict[str, Any],
    later: Table,
    verdicts: Sequence[leaks.Verdict],
    now: datetime,
) -> None:
    rows, labels = later.rows(), later.labels
    champion = rulebook.active(RuleKind.SCORING)
    new, old = cards.chances(card, rows, now), cards.chances(champion.body, rows, now)
    passed = gates.judge(labels, new, old)
    version.metrics |= {
        "test": metrics.summary(labels, new),
        "champion": metrics.summary(labels, old) | {"name": str(champion)},
        "gates": [one.plain() for one in passed], "curves": curves.all_of(labels, new),
        "leaks": [one.plain() for one in verdicts],
        "blend": any(one["key"].startswith("rule.") for one in card["dimensions"]),
    }  # fmt: skip
    why = "; ".join(one.sentence for one in passed if not one.passed)
    registry.decide(version, now, not why, why or "Passed on later data")


def _profile(card: dict[str, Any], rows: Sequence[dict[str, Any]], now: datetime) -> dict[str, list[int]]:
    """Return how many rows fall into each bin of each question, and into each fifth of the score."""
    found = {}
    for one in card["dimensions"]:
        places = cards.places(one, rows, now)
        found[one["key"]] = [places.count(n) for n in range(-1, len(one["bins"]))]
    fifths = [min(4, int(chance * 5)) for chance in cards.chances(card, rows, now)]
    return found | {"score": [fifths.count(n) for n in range(5)]}
