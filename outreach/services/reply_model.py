"""A small classifier of short answers, learned from the shipped examples when it is first asked.

TF-IDF over words, word pairs and letter groups, one averaged vector per class, cosine as the measure: with
a few dozen examples a class nothing heavier does better, it needs no library, and each verdict can be
explained by its words. Learning takes a tenth of a second.
"""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from outreach.services import reply_rules

SEEDS = Path(__file__).resolve().parent.parent / "data" / "reply_seeds.csv"
SHARPNESS, MARK_WEIGHT = 14.0, 2.2
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?]")
Vector = dict[str, float]


@dataclass(frozen=True)
class Model:
    """What was learned: how telling each feature is, and one direction per class."""

    rarity: Mapping[str, float]
    centres: Mapping[str, Vector]

    def weigh(self, text: str) -> dict[str, float]:
        """Return a share per class; the shares add up to one."""
        vector = _vector(text, self.rarity)
        likeness = {label: _dot(vector, centre) for label, centre in self.centres.items()}
        best = max(likeness.values())
        raised = {label: math.exp(SHARPNESS * (value - best)) for label, value in likeness.items()}
        total = sum(raised.values())
        return {label: value / total for label, value in raised.items()}


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Learn from the examples that come with the product."""
    with SEEDS.open(newline="", encoding="utf-8") as file:
        return learn((row["text"], row["label"]) for row in csv.DictReader(file))


def learn(examples: Iterable[tuple[str, str]]) -> Model:
    """Learn from labelled texts."""
    rows = [(Counter(_features(text)), label) for text, label in examples]
    spread = Counter(name for counts, _ in rows for name in counts)
    rarity = {name: math.log((1 + len(rows)) / (1 + count)) + 1 for name, count in spread.items()}
    sums: dict[str, Vector] = defaultdict(lambda: defaultdict(float))
    for counts, label in rows:
        for name, value in _scaled(counts, rarity).items():
            sums[label][name] += value
    return Model(rarity, {label: _unit(vector) for label, vector in sums.items()})


def _features(text: str) -> Iterable[str]:
    words = _WORD.findall(text.lower()[:2000])[:200]
    yield from (f"w:{word}" for word in words)
    yield from (f"p:{one} {two}" for one, two in zip(["^", *words], [*words, "$"], strict=True))
    for word in words:
        padded = f" {word} "
        for size in (3, 4):
            yield from (f"c:{padded[at : at + size]}" for at in range(len(padded) - size + 1))
    yield from (f"m:{mark}" for mark in reply_rules.marks(text))


def _vector(text: str, rarity: Mapping[str, float]) -> Vector:
    return _unit(_scaled(Counter(_features(text)), rarity))


def _scaled(counts: Counter[str], rarity: Mapping[str, float]) -> Vector:
    weights = {"w": 1.0, "p": 1.0, "c": 0.35, "m": MARK_WEIGHT}
    scaled = {
        name: (1 + math.log(count)) * rarity[name] * weights[name[0]]
        for name, count in counts.items()
        if name in rarity
    }
    return _unit(scaled)


def _unit(vector: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {name: value / length for name, value in vector.items()}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(value * other.get(name, 0.0) for name, value in one.items())
