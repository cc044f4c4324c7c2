"""What is compared between two records, and how alike two values of a field are, in four levels.

Levels after LEARNING 3.8: exact, Jaro-Winkler ≥ .92, ≥ .80, else; a missing value is no evidence at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from leads.services.entry.normalise import plain
from leads.services.rules.wordlists import FREE_MAIL

MISSING, ELSE, SIMILAR, CLOSE, EXACT = -1, 0, 1, 2, 3
LEVELS = 4
NEAR, ALIKE = 0.92, 0.80
#: Short names people go by; both directions count as close.
SHORT_NAMES = {
    "jon": "jonathan", "jack": "john", "johnny": "john", "bob": "robert", "rob": "robert", "bill": "william",
    "will": "william", "dick": "richard", "rick": "richard", "liz": "elizabeth", "beth": "elizabeth",
    "kate": "katherine", "kathy": "katherine", "cathy": "catherine", "mike": "michael", "mick": "michael",
    "dave": "david", "jim": "james", "jimmy": "james", "tom": "thomas", "tony": "anthony", "sue": "susan",
    "dan": "daniel", "danny": "daniel", "alex": "alexander", "sasha": "alexander", "ben": "benjamin",
    "steve": "steven", "chris": "christopher", "nick": "nicholas", "sam": "samuel", "joe": "joseph",
    "meg": "margaret", "peggy": "margaret", "maggie": "margaret", "ed": "edward", "ted": "edward",
    "andy": "andrew", "greg": "gregory", "matt": "matthew", "pat": "patricia", "jen": "jennifer",
    "jenny": "jennifer", "becky": "rebecca", "vicky": "victoria", "fred": "frederick", "max": "maximilian",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of the comparison: how its values are told apart (``kind``) and what people call it."""

    name: str
    kind: str
    label: str


#: What leads are compared by.
LEAD = (
    Field("first_name", "name", "first name"),
    Field("last_name", "name", "last name"),
    Field("email", "email", "e-mail"),
    Field("phone", "phone", "phone number"),
    Field("linkedin", "exact", "LinkedIn profile"),
    Field("external_id", "exact", "outside id"),
    Field("company", "name", "company"),
    Field("title", "name", "job title"),
    Field("city", "name", "city"),
    Field("country", "exact", "country"),
)


def clean(kind: str, value: str) -> str:
    """Return a value in the form in which it is compared."""
    text = plain(str(value or "")).strip()
    return text if kind in ("email", "exact", "phone") else " ".join(text.replace(".", " ").split())


def level(kind: str, left: str, right: str) -> int:
    """Return how alike two cleaned values are; ``MISSING`` when one of them is empty."""
    if not left or not right:
        return MISSING
    return EXACT if left == right else _KINDS[kind](left, right)


def levels(
    fields: Sequence[Field], pairs: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]
) -> list[list[int]]:
    """Return for every pair of cleaned records the level of every field."""
    return [[level(f.kind, a.get(f.name, ""), b.get(f.name, "")) for f in fields] for a, b in pairs]


@lru_cache(maxsize=200_000)
def _name(left: str, right: str) -> int:
    from rapidfuzz.distance import JaroWinkler

    if SHORT_NAMES.get(left, left) == SHORT_NAMES.get(right, right):
        return CLOSE
    if min(len(left), len(right)) == 1:
        return SIMILAR if left[0] == right[0] else ELSE
    score = JaroWinkler.similarity(left, right)
    return CLOSE if score >= NEAR else SIMILAR if score >= ALIKE else ELSE


def _email(left: str, right: str) -> int:
    from rapidfuzz.distance import JaroWinkler

    user, _, domain = left.partition("@")
    other, _, elsewhere = right.partition("@")
    if user == other and len(user) > 4:
        return CLOSE
    is_near = JaroWinkler.similarity(user, other) >= NEAR
    return SIMILAR if is_near and (domain == elsewhere) and domain not in FREE_MAIL else ELSE


def _phone(left: str, right: str) -> int:
    from rapidfuzz.distance import DamerauLevenshtein

    if left[-7:] == right[-7:] and len(left) > 7:
        return CLOSE
    return SIMILAR if DamerauLevenshtein.distance(left, right, score_cutoff=1) <= 1 else ELSE


def _digits(left: str, right: str) -> int:
    """Return how alike two dates or numbers are: one or two slips of the finger."""
    from rapidfuzz.distance import DamerauLevenshtein

    slips = DamerauLevenshtein.distance(left, right, score_cutoff=2)
    return CLOSE if slips <= 1 else SIMILAR if slips == 2 else ELSE


def _exact(left: str, right: str) -> int:
    return ELSE


_KINDS: dict[str, Callable[[str, str], int]] = {
    "name": _name, "email": _email, "phone": _phone, "digits": _digits, "exact": _exact,
}  # fmt: skip
