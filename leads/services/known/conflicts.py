"""Two people change one row: what each of them changed, field by field, so that nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


class Conflict(Exception):
    """Somebody else changed the row meanwhile; ``theirs`` is how it stands now."""

    code = "conflict"
    status = 409

    def __init__(self, theirs: Any) -> None:
        self.theirs = theirs
        super().__init__(f"Somebody else changed this {theirs._meta.verbose_name} meanwhile.")


@dataclass(frozen=True)
class Difference:
    """One field on which two people differ; ``pick`` is what we propose: ``mine``, ``theirs``, or nothing."""

    name: str
    mine: Any
    theirs: Any
    pick: str


def differences(base: Values, mine: Values, theirs: Values) -> list[Difference]:
    """Return the fields in which my form differs from the row as it is now.

    ``base`` is what I saw when I began: a field only one of us touched has a proposal, one that both changed
    has none. Without a base nobody knows who touched what, and all of them are asked.
    """
    found = []
    for name in mine:
        if same(mine[name], theirs.get(name)):
            continue
        touched_by_me = name not in base or not same(base[name], mine[name])
        touched_by_them = name not in base or not same(base[name], theirs.get(name))
        pick = "" if touched_by_me and touched_by_them else "mine" if touched_by_me else "theirs"
        found.append(Difference(name, mine[name], theirs.get(name), pick))
    return found


def settle(mine: Values, theirs: Values, picks: Mapping[str, str]) -> dict[str, Any]:
    """Return my values, with theirs where a person chose them."""
    return {name: theirs.get(name) if picks.get(name) == "theirs" else value for name, value in mine.items()}


def merge(base: Values, mine: Values, theirs: Values) -> dict[str, Any] | None:
    """Return both people's changes together when no field was changed by both, else ``None``."""
    found = differences(base, mine, theirs)
    if any(not one.pick for one in found):
        return None
    return settle(mine, theirs, {one.name: one.pick for one in found})


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same in a form: an empty one is an empty one."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    if value is None or value is False or value == "" or value == []:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "True" if value in (True, "on") else str(value).replace("\r\n", "\n").strip()
