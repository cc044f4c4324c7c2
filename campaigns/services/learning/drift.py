"""When a model no longer fits: facts or scores that moved, chances that stopped coming true."""

from collections.abc import Mapping, Sequence

from campaigns.services.learning import metrics

MOVED, MOST_ECE, ROWS = 0.2, 0.05, 200


def alarms(
    before: Mapping[str, Sequence[float]], after: Mapping[str, Sequence[float]], names: Mapping[str, str]
) -> list[str]:
    """Return a sentence for every field whose distribution moved (PSI over .2), the furthest first.

    ``before`` and ``after`` hold counts by bin; under 200 rows nothing is said.
    """
    moved = [
        (metrics.psi(before[key], counts), key)
        for key, counts in after.items()
        if key in before and sum(counts) >= ROWS and sum(before[key]) >= ROWS
    ]
    far = sorted((one for one in moved if one[0] > MOVED), reverse=True)
    return [f"{names.get(key, key)} has moved (stability index {found:.2f})" for found, key in far]


def dishonest(labels: Sequence[bool], chances: Sequence[float]) -> list[str]:
    """Return a sentence when chances stopped coming true (ECE over .05, luck taken off)."""
    if len(labels) < ROWS:
        return []
    if metrics.ece_beyond_luck(labels, chances) <= MOST_ECE:
        return []
    error = metrics.ece(labels, chances)
    said, true = sum(chances) / len(chances), sum(labels) / len(labels)
    return [f"Chances are off by {error:.0%} on average: {said:.0%} were said, {true:.0%} came true"]
