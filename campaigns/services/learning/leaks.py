"""The leak guard: facts that know the outcome, or that nobody should be judged by, are not learned from.

A field that is written after the outcome makes a model look brilliant on paper and useless in life.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.services.learning import bins, metrics
from campaigns.services.learning.table import Feature, Table, number, text

ALONE, GAP, LATE_SHARE = 0.90, 0.20, 0.01
#: What a person is, not what a person does: left out unless somebody takes the word from the setting.
PERSONAL = re.compile(
    r"(^|[._ ])(first_name|last_name|full_name|name|salutation|gender|sex|age|birth\w*|dob|senior_?citizen"
    r"|religion|ethnic\w*|race|nationality|marital\w*|partner|dependents|home_address|street|postal_?code"
    r"|postcode|zip)($|[._ ])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Verdict:
    """What the guard found about one field; ``why`` is empty when it may be learned from."""

    key: str
    label: str
    alone: float
    gap: float
    why: str

    def plain(self) -> dict[str, Any]:
        """Return the verdict as JSON."""
        return asdict(self)


def look(table: Table, trusted: Sequence[str] = ()) -> list[Verdict]:
    """Return a verdict for every feature of the table, the refused ones first.

    ``trusted`` names fields that somebody vouches for: they stood so at the moment of scoring, even if they
    are filled more often for those who bought. They must still not tell the outcome alone.
    """
    found = [_judge(feature, table, feature.key in trusted) for feature in table.features]
    return sorted(found, key=lambda one: (not one.why, -one.alone))


def refused(verdicts: Sequence[Verdict]) -> list[str]:
    """Return the keys of the features that may not be learned from."""
    return [one.key for one in verdicts if one.why]


def is_personal(key: str) -> bool:
    """Whether a field says who somebody is: name, gender, age, home address and the like."""
    return bool(PERSONAL.search(key.removeprefix("custom.")))


def _judge(feature: Feature, table: Table, is_trusted: bool) -> Verdict:
    values = table.columns[feature.key]
    alone, gap = _alone(feature, values, table.labels), _gap(feature, values, table.labels)
    return Verdict(
        feature.key,
        feature.label,
        round(alone, 4),
        round(gap, 4),
        _why(feature, table, alone, 0.0 if is_trusted else gap),
    )


def _why(feature: Feature, table: Table, alone: float, gap: float) -> str:
    if is_personal(feature.key):
        return "Left out: it says who somebody is, not what they do."
    if alone > ALONE:
        return (
            f"Refused: alone it tells {alone:.0%} of the outcomes apart, so it was likely written after them."
        )
    if abs(gap) > GAP:
        more, less = ("good", "bad") if gap > 0 else ("bad", "good")
        return (
            f"Refused: it is filled in {abs(gap):.0%} more often after a {more} end than after a {less} one."
        )
    late = _late(table, feature.key)
    if late > LATE_SHARE:
        return f"Refused: in {late:.0%} of the rows it was changed after the moment of scoring."
    return ""


def _alone(feature: Feature, values: Sequence[Any], labels: Sequence[bool]) -> float:
    """Return the AUC of the field by itself: every bin stands for its own success rate."""
    made = bins.cut(feature, values)
    if made is None:
        return 0.5
    places = [made.place(value) for value in values]
    sums, good = [0] * made.size, [0] * made.size
    for place, label in zip(places, labels, strict=True):
        sums[place] += 1
        good[place] += label
    rates = [(yes + 0.5) / (count + 1) for yes, count in zip(good, sums, strict=True)]
    return metrics.auc(labels, [rates[place] for place in places])


def _gap(feature: Feature, values: Sequence[Any], labels: Sequence[bool]) -> float:
    """Return how much more often the field is filled for rows that ended well."""
    if feature.kind == "flag":
        return 0.0
    known = [bool(text(v)) if feature.kind == "text" else number(v) is not None for v in values]
    return _share(known, labels, True) - _share(known, labels, False)


def _share(known: Sequence[bool], labels: Sequence[bool], wanted: bool) -> float:
    part = [one for one, label in zip(known, labels, strict=True) if label == wanted]
    return sum(part) / len(part) if part else 0.0


def _late(table: Table, key: str) -> float:
    pairs = zip(table.stamps.get(key, []), table.moments, strict=False)
    late = [stamp is not None and stamp > moment for stamp, moment in pairs]
    return sum(late) / len(late) if late else 0.0
