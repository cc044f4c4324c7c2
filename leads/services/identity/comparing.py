"""Two records side by side: are they one person, how sure is that, and the evidence in words.

Certain keys (the same phone, profile or address, unless many people share it) link at once, as long as
nothing speaks against it; everything else is weighed by the model. The weights add up exactly.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from leads.services.entry import normalise
from leads.services.identity import fellegi_sunter
from leads.services.identity.fellegi_sunter import Model
from leads.services.identity.fields import CLOSE, ELSE, EXACT, LEAD, MISSING, SIMILAR, clean, level
from leads.services.rules.wordlists import FREE_MAIL

Key = tuple[str, str]
CERTAIN = 0.999
WORDS = {EXACT: "same {}", CLOSE: "{} nearly the same", SIMILAR: "{} similar", ELSE: "other {}"}
#: A key that only one person has → the rule's name.
RULES = {"email": "same e-mail", "phone": "same phone number", "linkedin": "same LinkedIn profile"}


@dataclass(frozen=True)
class Person:
    """A record as it is compared: cleaned values by field, and all its keys, second addresses included."""

    id: int
    values: dict[str, str]
    keys: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What two records say together; ``verdict`` is merge, review or nothing."""

    probability: float
    weight: float
    verdict: str
    rule: str = ""
    evidence: list[dict[str, Any]] = field(default_factory=list)


def person(
    pk: int, *, first_name: str = "", last_name: str = "", email: str = "", phone: str = "",
    linkedin: str = "", external_id: str = "", company: str = "", title: str = "", city: str = "",
    country: str = "", keys: Collection[Key] = (),
) -> Person:  # fmt: skip
    """Return a record ready to be compared; address, phone and profile come as their keys."""
    facts = {
        "first_name": first_name, "last_name": last_name, "email": email, "phone": phone,
        "linkedin": linkedin, "external_id": external_id, "company": normalise.company_key(company),
        "title": title, "city": city, "country": country,
    }  # fmt: skip
    own = {(kind, facts[kind]) for kind in RULES if facts[kind]}
    return Person(pk, {f.name: clean(f.kind, facts[f.name]) for f in LEAD}, frozenset(own | set(keys)))


def judge(
    left: Person, right: Person, model: Model, shared: Collection[Key] = (), *, in_words: bool = False
) -> Judgement:
    """Return how sure it is that two records are one person, and what to do about it.

    The evidence is put into words where somebody will read it, or when asked ``in_words``.
    """
    found = levels(left, right)
    common = {key for key in left.keys & right.keys if key not in shared}
    for place, one in enumerate(LEAD):
        if one.name in RULES:
            found[place] = _by_keys(one.name, found[place], left, right, shared)
    weight = model.weigh(found)
    chance = fellegi_sunter.probability(weight)
    by_name = {one.name: at for one, at in zip(LEAD, found, strict=True)}
    rule = next((words for kind, words in RULES.items() if any(k == kind for k, _ in common)), "")
    against = _contradicts(by_name)
    by_weight = chance >= settings.IDENTITY_MERGE_AT and not _have_two_desks(left, right, by_name)
    is_sure = not against and (bool(rule) or by_weight)
    if is_sure and rule:
        chance = max(chance, CERTAIN)
    if not is_sure and chance < settings.IDENTITY_REVIEW_AT and not in_words:
        return Judgement(chance, weight, "nothing")
    verdict = "merge" if is_sure else "review" if chance >= settings.IDENTITY_REVIEW_AT else "nothing"
    return Judgement(chance, weight, verdict, rule if is_sure else "", _evidence(left, right, found, model))


def speak_against(left: Person, right: Person) -> bool:
    """Whether two records cannot be one person whatever else they share."""
    return _contradicts({one.name: at for one, at in zip(LEAD, levels(left, right), strict=True)})


def levels(left: Person, right: Person) -> list[int]:
    """Return how alike two records are, field by field."""
    straight = [level(f.kind, left.values[f.name], right.values[f.name]) for f in LEAD]
    if straight[0] == ELSE and straight[1] == ELSE and _are_swapped(left, right):
        straight[0] = straight[1] = CLOSE
    if straight[2] == CLOSE and _is_but_the_name(left):
        straight[2] = ELSE
    return straight


def _is_but_the_name(one: Person) -> bool:
    """Whether the user part of the address says no more than the name: jon.smith is at many firms."""
    user = re.sub(r"[^a-z]", "", one.values["email"].partition("@")[0])
    first, last = (re.sub(r"[^a-z]", "", one.values[name]) for name in ("first_name", "last_name"))
    built = {first, last, first + last, last + first, first[:1] + last, last + first[:1], first + last[:1]}
    return user in built


def _are_swapped(left: Person, right: Person) -> bool:
    """Whether somebody wrote the last name first."""
    a, b = left.values, right.values
    return bool(a["first_name"]) and (a["first_name"], a["last_name"]) == (b["last_name"], b["first_name"])


def _by_keys(kind: str, found: int, left: Person, right: Person, shared: Collection[Key]) -> int:
    """Second addresses count like the first; what many people share says nothing."""
    both = {key for key in left.keys & right.keys if key[0] == kind}
    if any(key not in shared for key in both):
        return EXACT
    return MISSING if both else found


def _contradicts(found: dict[str, int]) -> bool:
    """Another first or last name, another profile: never merged without a person looking."""
    return any(found[name] == ELSE for name in ("first_name", "last_name", "linkedin"))


def _have_two_desks(left: Person, right: Person, found: dict[str, int]) -> bool:
    """Whether both have an address at work, and not the same: likeness alone then asks, it does not merge."""
    domains = [one.values["email"].partition("@")[2] for one in (left, right)]
    return found["email"] == ELSE and not any(domain in FREE_MAIL for domain in domains)


def _evidence(left: Person, right: Person, found: list[int], model: Model) -> list[dict[str, Any]]:
    """Return the weight of every field with words, the weightiest first, and what we started from."""
    weights = model.weights
    lines = [
        {
            "field": one.name, "level": found[place], "weight": round(weights[place][found[place]], 2),
            "words": _words(one.label, found[place], left.values[one.name], right.values[one.name]),
        }
        for place, one in enumerate(LEAD) if found[place] != MISSING
    ]  # fmt: skip
    lines.sort(key=lambda line: -abs(float(str(line["weight"]))))
    start = {"field": "", "level": MISSING, "weight": round(model.prior, 2), "words": "any two records"}
    return [*lines, start]


def _words(label: str, at: int, left: str, right: str) -> str:
    said = WORDS[at].format(label)
    return f"{said} ({left} / {right})" if at in (CLOSE, SIMILAR) and "name" in label else said
