"""Learns the matcher's weights from the house's own leads, without labels; people's answers are the exam.

What was found is drawn towards the shipped weights, the more the fewer sure pairs there are, so a small or
odd house cannot teach nonsense. A new version waits as a challenger until somebody lets it serve.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from campaigns import clock
from campaigns.models import ModelVersion, User
from campaigns.services.learning import registry
from leads.models import Lead, MatchCandidate
from leads.services.identity import blocking, comparing, fellegi_sunter, parameters
from leads.services.identity.comparing import Person
from leads.services.identity.fellegi_sunter import Model, Table
from leads.services.identity.fields import LEAD

SAMPLE, CHUNK, RANDOM_PAIRS = 20_000, 2_000, 20_000
ENOUGH = 200  # pairs that share a key; below there is nothing to learn from
STRENGTH = 200.0  # so many sure pairs weigh as much as the shipped weights
Status = ModelVersion.Status


class TooLittle(Exception):
    """There are too few pairs to learn from."""

    code = "too_little_data"
    status = 409


def train(by: User | None = None, seed: int = 7) -> ModelVersion:
    """Learn from a sample of leads; store a challenger, or a refused version with the reason."""
    import numpy as np

    people, pairs = _sample()
    if len(pairs) < ENOUGH:
        raise TooLittle(f"{len(pairs)} pairs of leads share a key; it takes {ENOUGH} to learn from.")
    chance, ids = random.Random(seed), sorted(people)  # noqa: S311 - a sample, not a secret
    strangers = [(people[a], people[b]) for a, b in (chance.sample(ids, 2) for _ in range(RANDOM_PAIRS))]
    likely = np.array([comparing.levels(people[a], people[b]) for a, b in pairs])
    rest = np.array([comparing.levels(a, b) for a, b in strangers])
    learned = fellegi_sunter.learn(LEAD, rest, likely, len(ids) * (len(ids) - 1) // 2)
    sure = float((learned.score(likely) > 0).sum())
    model = _drawn_back(learned, sure)
    metrics = _judge(model)
    passed = metrics["right"] >= metrics["right_before"]
    note = "" if passed else "It answers fewer of the reviewed pairs rightly than the present one."
    return registry.register(
        parameters.KIND, parameters.ALGORITHM, by, params=parameters.write(model), row_count=len(ids),
        metrics={**metrics, "pairs": len(pairs), "sure": int(sure)}, note=note, decided_at=clock.now(),
        status=Status.SHADOW if passed else Status.REFUSED,
    )  # fmt: skip


def promote(by: User | None = None) -> ModelVersion:
    """Let the newest challenger serve."""
    version = registry.challenger(parameters.KIND)
    if version is None:
        raise registry.PromotionRefused("No challenger waits. Train one first.")
    registry.may_serve(version)
    return registry.crown(version, by, "promoted by hand")


def _sample() -> tuple[dict[int, Person], list[tuple[int, int]]]:
    """Return people and the pairs of them that share a key."""
    newest = Lead.objects.current().filter(erased_at=None).order_by("-id")
    ids = list(newest.values_list("id", flat=True)[:SAMPLE])
    people: dict[int, Person] = {}
    pairs: set[tuple[int, int]] = set()
    for at in range(0, len(ids), CHUNK):
        people |= blocking.people(ids[at : at + CHUNK])
        found = blocking.find(ids[at : at + CHUNK])
        people |= found.people
        pairs |= found.pairs
    return people, sorted(pairs)


def _drawn_back(model: Model, sure: float) -> Model:
    shipped = parameters.shipped(parameters.how_many())
    share = sure / (sure + STRENGTH)
    return Model(LEAD, _mix(model.m, shipped.m, share), _mix(model.u, shipped.u, share), shipped.prior)


def _mix(own: Table, shipped: Table, share: float) -> Table:
    rows = zip(own, shipped, strict=True)
    return [[share * a + (1 - share) * b for a, b in zip(mine, theirs, strict=True)] for mine, theirs in rows]


def _judge(model: Model) -> dict[str, Any]:
    """Return how many pairs that people answered the new and the present model place on the right side."""
    asked = MatchCandidate.objects.filter(status__in=["merged", "distinct"]).exclude(decided_by=None)
    answers = list(asked.order_by("-id").values_list("left_id", "right_id", "status")[:2000])
    people = blocking.people({pk for left, right, _ in answers for pk in (left, right)}, is_whole=False)
    present, _ = parameters.current()
    known = [
        (people[a], people[b], said == "merged") for a, b, said in answers if a in people and b in people
    ]
    return {
        "reviewed": len(known), "right": _right(model, known), "right_before": _right(present, known),
    }  # fmt: skip


def _right(model: Model, known: Sequence[tuple[Person, Person, bool]]) -> int:
    return sum((model.weigh(comparing.levels(a, b)) > 0) == is_one for a, b, is_one in known)
