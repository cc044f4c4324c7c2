"""One person over all their records, and the words by which they are found where no link leads to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leads.models import KeyKind, Lead, LeadKey

#: shorter names are too common to black them out in other people's texts
SHORTEST_NAME = 7
#: a word begins after anything that is no letter, and after the escapes of JSON, addresses and mail
_BEFORE = r"(?<![\w.+-])|(?<=\\[nrt])|(?<=[=%][0-9A-Fa-f]{2})"
_COLUMNS = ("email_key", "phone", "linkedin_key")
_KEYS = {KeyKind.EMAIL: "email_key", KeyKind.PHONE: "phone", KeyKind.LINKEDIN: "linkedin_key"}


@dataclass(frozen=True)
class Person:
    """A person: the leads that are this person, their rows, and their words (addresses, numbers, names)."""

    ids: tuple[int, ...]
    rows: tuple[dict[str, Any], ...]
    keys: tuple[dict[str, str], ...]
    words: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds the words, and nothing that only begins or ends like them."""
        if not self.words:
            return re.compile(r"(?!)")
        listed = "|".join(re.escape(word) for word in sorted(self.words, key=len, reverse=True))
        return re.compile(rf"(?:{_BEFORE})(?:{listed})(?![\w-]|\.\w)", re.IGNORECASE)

    def is_named_in(self, text: str) -> bool:
        """Whether one of the words stands in a text."""
        return self.pattern.search(text) is not None


def of(lead: Lead) -> Person:
    """Return the person behind a lead, with every record that was merged with it."""
    ids = _family(lead.pk)
    rows: tuple[dict[str, Any], ...] = tuple({**row} for row in Lead.objects.filter(pk__in=ids).values())
    others = LeadKey.objects.filter(lead__in=ids, is_shared=False).values_list("kind", "value")
    keys: list[dict[str, str]] = [{name: str(row[name]) for name in _COLUMNS} for row in rows]
    keys += [{_KEYS[KeyKind(kind)]: value} for kind, value in others if kind in _KEYS]
    found = dict.fromkeys([*_words(rows), *(word for key in keys for word in _of_key(key, ids))])
    found |= dict.fromkeys(value for kind, value in others if kind != KeyKind.PHONE)
    return Person(tuple(ids), rows, tuple(keys), tuple(word for word in found if len(word) >= 6))


def _family(pk: int) -> list[int]:
    """Return the lead, those it was merged into, and all that were merged into them."""
    found, waiting = [pk], [pk]
    while waiting:
        up = (
            Lead.objects.filter(pk__in=waiting)
            .exclude(merged_into=None)
            .values_list("merged_into", flat=True)
        )
        down = Lead.objects.filter(merged_into__in=waiting).values_list("pk", flat=True)
        waiting = [one for one in {*up, *down} if one is not None and one not in found]
        found += waiting
    return found


def _words(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        yield from (row["email"].lower(), row["email"].lower().replace("@", "%40"))
        yield from (row["linkedin_url"], row["external_id"] if len(row["external_id"]) > 7 else "")
        first, last = row["first_name"].strip(), row["last_name"].strip()
        if first and last and len(first) + len(last) >= SHORTEST_NAME and _is_only_one(first, last):
            yield from (f"{first} {last}", f"{last}, {first}", f"{last} {first}")


def _of_key(key: dict[str, str], ids: list[int]) -> Iterable[str]:
    """Yield the words of a key; a number that somebody else has as well names nobody."""
    if email := key.get("email_key"):
        yield email
    if (phone := key.get("phone")) and not Lead.objects.filter(phone=phone).exclude(pk__in=ids).exists():
        yield from (phone, phone.lstrip("+"))
    if profile := key.get("linkedin_key"):
        yield from (f"linkedin.com/in/{profile}", f"in/{profile}")


def _is_only_one(first: str, last: str) -> bool:
    """Whether nobody else has this name: another one's records must stay as they are."""
    return (
        Lead.objects.filter(first_name__iexact=first, last_name__iexact=last, merged_into=None).count() <= 1
    )
