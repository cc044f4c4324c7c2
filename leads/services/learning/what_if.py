"""What a lead's score would be if some facts, or the card, were different; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaigns import clock
from leads.models import Lead, Rule, RuleKind
from leads.services import cards, rulebook
from leads.services.rules import facts, fields
from leads.services.rules.fields import Field, Kind

MOST = 10
ASKED = (Kind.TEXT, Kind.CHOICE, Kind.NUMBER, Kind.FLAG, Kind.DAYS, Kind.CUSTOM)


@dataclass(frozen=True)
class Asked:
    """One fact that may be changed: how it stands, what was typed, and what may be chosen."""

    key: str
    label: str
    kind: str
    is_now: str
    typed: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    """The score as it is and as it would be, with the questions whose answers change."""

    before: int
    after: int
    changes: list[tuple[int, str]]
    asked: list[Asked]
    is_changed: bool
    version: str

    @property
    def delta(self) -> int:
        """By how much the score would change."""
        return self.after - self.before


class BadGuess(ValueError):
    """A value that cannot be read; the message says which."""


def look(
    lead: Lead, typed: Mapping[str, str], now: datetime | None = None, card: dict[str, Any] | None = None
) -> WhatIf:
    """Return what the score would be with the typed facts (by key, as text) in place of the lead's own.

    ``card``: the card in force with other points, to score with instead; its questions stay in place.
    """
    rule, moment = rulebook.active(RuleKind.SCORING), now or clock.now()
    known = facts.load([lead.pk], cards.fields_in(rule.body)).get(lead.pk, {})
    guesses = {key: text for key, text in typed.items() if key in known and text.strip()}
    imagined = known | {key: _read(key, text, moment) for key, text in guesses.items()}
    (before, old) = cards.function(rule.body, moment)(known)
    (after, new) = cards.function(card or rule.body, moment)(imagined)
    moved = [
        (new[place] - old[place], _words(dimension, imagined, moment))
        for place, dimension in enumerate(rule.body["dimensions"]) if new[place] != old[place]
    ]  # fmt: skip
    changes = sorted(moved, key=lambda one: -abs(one[0]))
    is_changed = imagined != known or (card or rule.body) != rule.body
    return WhatIf(before, after, changes, _asked(rule, known, guesses, moment), is_changed, str(rule))


def _words(dimension: dict[str, Any], known: Mapping[str, Any], now: datetime) -> str:
    found = cards.matching(dimension, known, now)
    return str(found["text"]) if found else f"{dimension['label']}: nothing known that counts"


def _asked(rule: Rule, known: Mapping[str, Any], typed: Mapping[str, str], now: datetime) -> list[Asked]:
    """Return the facts that can move the score furthest, as fields of a form; what was typed stays in."""
    reach: dict[str, int] = {}
    for dimension in rule.body["dimensions"]:
        points = [0, *(one["points"] for one in dimension["bins"])]
        for key in cards.fields_in({"dimensions": [dimension]}):
            reach[key] = max(reach.get(key, 0), max(points) - min(points))
    best = sorted(reach, key=lambda key: (key not in typed, -reach[key], key))
    found = [
        _field(field, rule, known, typed, now)
        for key in best
        if (field := fields.find(key)) and field.kind in ASKED
    ]
    return found[:MOST]


def _field(
    field: Field, rule: Rule, known: Mapping[str, Any], typed: Mapping[str, str], now: datetime
) -> Asked:
    value = known.get(field.key)
    shown = round((now - value).total_seconds() / 86_400) if isinstance(value, datetime) else value
    said = ("yes" if value else "no") if field.kind is Kind.FLAG else "" if shown is None else f"{shown}"
    choices = ("yes", "no") if field.kind is Kind.FLAG else field.choices or _levels(rule, field.key)
    sort = "number" if field.kind in (Kind.NUMBER, Kind.DAYS) else "choice" if choices else "text"
    label = field.label[:1].upper() + field.label[1:]
    return Asked(field.key, label, sort, said, typed.get(field.key, ""), choices)


def _levels(rule: Rule, key: str) -> tuple[str, ...]:
    """Return the words that the card's own bins compare a text with."""
    found: dict[str, None] = {}
    for dimension in rule.body["dimensions"]:
        for one in dimension["bins"]:
            if one["when"].get("field") == key:
                value = one["when"].get("value")
                values = value if isinstance(value, list) else [value]
                found |= {text: None for text in values if isinstance(text, str)}
    return tuple(found)


def _read(key: str, text: str, now: datetime) -> Any:
    field = fields.find(key)
    if field is None or field.kind not in ASKED:
        raise BadGuess(f"«{key}» cannot be changed here.")
    if field.kind is Kind.FLAG:
        return text.strip().lower() in ("yes", "true", "1", "on")
    if field.kind in (Kind.NUMBER, Kind.DAYS):
        number = _number(text, field.label)
        return now - timedelta(days=number) if field.kind is Kind.DAYS else number
    return _loose(text) if field.kind is Kind.CUSTOM else text.strip()


def _number(text: str, label: str) -> float:
    try:
        number = float(text.replace(",", "").strip())
    except ValueError as error:
        raise BadGuess(f"«{label}» needs a number, such as 12.") from error
    if not -1e6 < number < 1e12:
        raise BadGuess(f"«{label}» needs a smaller number.")
    return number


def _loose(text: str) -> Any:
    try:
        return _number(text, "")
    except BadGuess:
        return text.strip()
