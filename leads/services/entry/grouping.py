"""Tells who is who: rows of one batch that speak of the same person, and people we know already."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Draft = dict[str, Any]
SURE = ("email_key", "linkedin_key", "external_id")


class Known(NamedTuple):
    """The keys of a stored person."""

    lead_id: int
    email_key: str
    linkedin_key: str
    external_id: str
    phone: str
    first_name: str
    last_name: str


class Match(NamedTuple):
    """The stored person a draft speaks of (or nobody), and what had to be left out."""

    lead_id: int | None
    note: str = ""


@dataclass
class Groups:
    """The people of a batch, once each; ``places``: for every draft its person, and if it was the first."""

    drafts: list[Draft] = field(default_factory=list)
    places: list[tuple[int, bool]] = field(default_factory=list)


def group(drafts: Sequence[Draft]) -> Groups:
    """Gather drafts that speak of the same person; what comes later adds to what came first."""
    groups = Groups()
    seen: dict[tuple[str, str], int] = {}
    for draft in drafts:
        place = _place_of(draft, seen, groups.drafts)
        is_first = place is None
        if place is None:
            place = len(groups.drafts)
            groups.drafts.append(draft)
        else:
            _add(groups.drafts[place], draft)
        for key in _own_keys(groups.drafts[place]):
            seen.setdefault(key, place)
        groups.places.append((place, is_first))
    return groups


def keys(drafts: Iterable[Draft], column: str) -> set[str]:
    """Return the values of a key by which stored people are looked up; a phone only where all else lacks."""
    if column != "phone":
        return {draft[column] for draft in drafts if draft.get(column)}
    return {draft["phone"] for draft in drafts if draft.get("phone") and not _has_sure_key(draft)}


def match(draft: Draft, index: "Index") -> Match:
    """Return the stored person a draft speaks of. A key that belongs to somebody else is taken out of it."""
    found = index.find("email_key", draft.get("email_key"))
    found = found or index.find("linkedin_key", draft.get("linkedin_key"))
    by_id = index.find("external_id", draft.get("external_id"))
    if found is None and by_id is not None and not _contradicts(draft, by_id):
        found = by_id
    if found is None and not _has_sure_key(draft):
        found = index.find_by_phone(draft)
    return Match(found.lead_id if found else None, _take_out_foreign_keys(draft, found, index))


def fold(drafts: Sequence[Draft], matches: Sequence[Match]) -> list[int]:
    """Return for every draft the place of the first one about the same stored person, adding to that one."""
    first: dict[int, int] = {}
    places = []
    for place, found in enumerate(matches):
        at = place if found.lead_id is None else first.setdefault(found.lead_id, place)
        if at != place:
            _add(drafts[at], drafts[place])
        places.append(at)
    return places


class Index:
    """Stored people by their keys."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._by_key: dict[tuple[str, str], Known] = {}
        self._by_phone: dict[tuple[str, str, str], Known] = {}
        for one in known:
            for key in SURE:
                self._by_key.setdefault((key, getattr(one, key)), one)
            self._by_phone.setdefault(_phone_key(one.phone, one.first_name, one.last_name), one)

    def find(self, key: str, value: str | None) -> Known | None:
        """Return the person with this key."""
        return self._by_key.get((key, value)) if value else None

    def find_by_phone(self, draft: Draft) -> Known | None:
        """Return the person with this phone number and the same name."""
        return self._by_phone.get(_draft_phone_key(draft)) if draft.get("phone") else None


def _take_out_foreign_keys(draft: Draft, found: Known | None, index: Index) -> str:
    for key, words in (("linkedin_key", "LinkedIn profile"), ("external_id", "id")):
        other = index.find(key, draft.get(key))
        if other is None or (found is not None and other.lead_id == found.lead_id):
            continue
        value = draft.pop(key)
        draft.pop("linkedin_url" if key == "linkedin_key" else "", None)
        return f"The {words} {value} belongs to another person (lead {other.lead_id}): left out."
    return ""


def _contradicts(draft: Draft, known: Known) -> bool:
    """Whether draft and stored person have two different addresses: an outside id alone is no proof then."""
    mine = draft.get("email_key")
    return bool(mine and known.email_key and mine != known.email_key)


def _place_of(draft: Draft, seen: dict[tuple[str, str], int], drafts: list[Draft]) -> int | None:
    for key in ("email_key", "linkedin_key"):
        if (key, draft.get(key, "")) in seen:
            return seen[key, draft[key]]
    place = seen.get(("external_id", draft.get("external_id", "")))
    if place is not None:
        theirs, mine = drafts[place].get("email_key"), draft.get("email_key")
        return None if theirs and mine and theirs != mine else place
    if draft.get("phone") and not _has_sure_key(draft):
        return seen.get(("phone", "|".join(_draft_phone_key(draft))))
    return None


def _own_keys(draft: Draft) -> Iterator[tuple[str, str]]:
    for key in SURE:
        if value := draft.get(key):
            yield key, value
    if draft.get("phone"):
        yield "phone", "|".join(_draft_phone_key(draft))


def _add(first: Draft, later: Draft) -> None:
    """Fill what the first row of a person leaves open."""
    for key, value in later.items():
        if isinstance(value, dict):
            first[key] = {**value, **(first.get(key) or {})}
        elif first.get(key) in (None, "", [], False):
            first[key] = value


def _has_sure_key(draft: Draft) -> bool:
    return bool(draft.get("email_key") or draft.get("external_id") or draft.get("linkedin_key"))


def _phone_key(phone: str, first_name: str, last_name: str) -> tuple[str, str, str]:
    return phone, first_name.casefold(), last_name.casefold()


def _draft_phone_key(draft: Draft) -> tuple[str, str, str]:
    return _phone_key(draft["phone"], draft.get("first_name", ""), draft.get("last_name", ""))
