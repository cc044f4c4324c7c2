"""From pairs to people: union-find, strongest pairs first, that refuses what contradicts and what grows."""

from collections.abc import Callable, Iterable
from typing import Any

MOST = 20
Pair = tuple[Any, Any]


def clusters(
    pairs: Iterable[Pair], *, may_join: Callable[[Any, Any], bool] | None = None, most: int = MOST
) -> list[list[Any]]:
    """Return the groups that the pairs (strongest first) make; each has two to ``most`` members.

    ``may_join(a, b)``: whether two records may be one person at all; asked for every two of a group.
    """
    groups: dict[Any, list[Any]] = {}
    for left, right in pairs:
        one, other = groups.setdefault(left, [left]), groups.setdefault(right, [right])
        if one is other or len(one) + len(other) > most:
            continue
        if may_join and not all(may_join(a, b) for a in one for b in other):
            continue
        one += other
        for member in other:
            groups[member] = one
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return list(found.values())
