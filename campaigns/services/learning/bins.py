"""Cuts a fact into a few bins, each a condition in the rule language with words; «unknown» is one too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.services.learning.table import Feature, number, text

BINS, LEVELS, LONGEST, RARE_SHARE, RARE_LEAST = 6, 30, 250, 0.005, 10
When = dict[str, Any]


@dataclass(frozen=True)
class Cut:
    """The bins of one feature: texts by level, numbers by upper edge; the last bin takes what is left."""

    feature: Feature
    levels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """How many bins there are."""
        return {"text": len(self.levels) + 2, "flag": 2}.get(self.feature.kind, len(self.edges) + 2)

    def place(self, value: Any) -> int:
        """Return the number of the bin into which a fact falls."""
        if self.feature.kind == "flag":
            return 0 if value else 1
        return (
            self._place_text(text(value))
            if self.feature.kind == "text"
            else self._place_number(number(value))
        )

    def describe(self) -> list[tuple[When, str]]:
        """Return condition and words of every bin, in the order in which they are asked."""
        said = self.feature.label
        if self.feature.kind == "flag":
            return [(self._leaf("is", True), f"{said}: yes"), ({}, f"{said}: no")]
        if self.feature.kind == "text":
            levels = [(self._leaf("eq", one), f"{said}: {one}") for one in self.levels]
            return [*levels, (self._leaf("is_empty"), f"{said}: not known"), ({}, f"{said}: something else")]
        return [*self._steps(), ({}, f"{said}: not known")]

    def _place_text(self, value: str) -> int:
        if not value:
            return len(self.levels)
        return self.levels.index(value) if value in self.levels else len(self.levels) + 1

    def _place_number(self, value: float | None) -> int:
        if value is None:
            return len(self.edges) + 1
        return next((n for n, edge in enumerate(self.edges) if value <= edge), len(self.edges))

    def _steps(self) -> list[tuple[When, str]]:
        said, unit = self.feature.label, " days" if self.feature.kind == "days" else ""
        found, low = [], ""
        for edge in self.edges:
            words = f"{said}: {low} to {edge:,g}{unit}" if low else f"{said}: up to {edge:,g}{unit}"
            found.append((self._leaf("lte", edge), words))
            low = f"over {edge:,g}"
        return [*found, (self._leaf("gt", self.edges[-1]), f"{said}: {low}{unit}")]

    def _leaf(self, op: str, value: Any = None) -> When:
        leaf = {"field": self.feature.key, "op": op}
        return leaf if value is None else {**leaf, "value": value}


def cut(feature: Feature, values: Sequence[Any]) -> Cut | None:
    """Return the bins of a feature over these rows, ``None`` where there is nothing to tell apart."""
    if feature.kind == "flag":
        yes = sum(bool(value) for value in values)
        return Cut(feature) if min(yes, len(values) - yes) >= _rare(len(values)) else None
    if feature.kind == "text":
        return _levels(feature, values)
    return _edges(feature, values)


def _rare(rows: int) -> int:
    return max(RARE_LEAST if rows >= 500 else 4, int(rows * RARE_SHARE))


def _levels(feature: Feature, values: Sequence[Any]) -> Cut | None:
    counts = Counter(filter(None, map(text, values)))
    least, words = _rare(len(values)), feature.words
    common = [level for level, count in counts.most_common(LEVELS) if count >= least]
    often = [level for level in common if len(level) <= LONGEST and (not words or level in words)]
    alone = len(often) == 1 and counts[often[0]] > len(values) - _rare(len(values))
    return Cut(feature, levels=tuple(often)) if often and not alone else None


def _edges(feature: Feature, values: Sequence[Any]) -> Cut | None:
    known = sorted(one for one in map(number, values) if one is not None)
    wanted = min(BINS, len(known) // _rare(len(values)))
    if wanted < 2:
        return None
    steps = (known[len(known) * n // wanted] for n in range(1, wanted))
    edges = sorted({float(f"{edge:.6g}") for edge in steps if edge < known[-1]})
    return Cut(feature, edges=tuple(edges)) if edges else None
