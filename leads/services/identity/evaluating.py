"""How good the matcher is on records whose truth is known: pairs and clusters, precision, recall and F1."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from leads.services.identity import fellegi_sunter
from leads.services.identity.clusters import clusters
from leads.services.identity.fields import Field, clean, levels

Record = Mapping[str, str]
Keys = Callable[[Record], Iterable[Hashable]]
LARGEST = 200  # a block of more says too little
RANDOM_PAIRS = 40_000
CONTRADICTS = -6.0  # log2 odds: two records of one group must not speak against each other more


@dataclass(frozen=True)
class Quality:
    """Found against true pairs; ``blocked`` is the share of true pairs that shared a blocking key at all."""

    precision: float
    recall: float
    f1: float
    blocked: float = 1.0


def evaluate(
    records: Sequence[Record], truth: Sequence[Hashable], *, fields: Sequence[Field], keys: Keys,
    above: float = 0.5, is_clustered: bool = True, contradicts: float = CONTRADICTS, seed: int = 7,
) -> Quality:  # fmt: skip
    """Learn from unlabelled ``records``, link those above a probability, and compare with the ``truth``."""
    import numpy as np

    ready = [{f.name: clean(f.kind, record.get(f.name, "")) for f in fields} for record in records]
    likely = blocked(ready, keys)
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    places = range(len(ready))
    strangers = [chance.sample(places, 2) for _ in range(RANDOM_PAIRS)]

    def of(pairs: Iterable[Sequence[int]]) -> np.ndarray[Any, np.dtype[Any]]:
        return np.array(levels(fields, [(ready[a], ready[b]) for a, b in pairs]))

    every, found = len(ready) * (len(ready) - 1) // 2, of(likely)
    model = fellegi_sunter.learn(fields, of(strangers), found, every)
    scores = model.score(found)
    line = np.log2(above / (1 - above))
    linked = [likely[at] for at in np.argsort(-scores, kind="stable") if scores[at] >= line]
    if is_clustered:

        def may_join(a: int, b: int) -> bool:
            return model.weigh(levels(fields, [(ready[a], ready[b])])[0]) > contradicts

        groups = clusters(linked, may_join=may_join)
        linked = [pair for group in groups for pair in combinations(sorted(group), 2)]
    return quality(linked, truth, likely)


def blocked(records: Sequence[Record], keys: Keys) -> list[tuple[int, int]]:
    """Return the pairs of places that share a blocking key, each once."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for key in set(keys(record)):
            blocks[key].append(place)
    found = {
        pair for block in blocks.values() if 1 < len(block) <= LARGEST for pair in combinations(block, 2)
    }
    return sorted(found)


def quality(
    linked: Iterable[tuple[int, int]], truth: Sequence[Hashable], likely: Iterable[tuple[int, int]] = ()
) -> Quality:
    """Return how many of the linked pairs are true, and how many of the true pairs are linked."""
    people: dict[Any, list[int]] = defaultdict(list)
    for place, person in enumerate(truth):
        people[person].append(place)
    true = {pair for places in people.values() for pair in combinations(places, 2)}
    found, seen = set(linked), set(likely)
    hits = len(found & true)
    precision, recall = hits / max(len(found), 1), hits / max(len(true), 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return Quality(precision, recall, f1, len(seen & true) / max(len(true), 1))
