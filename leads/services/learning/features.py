"""Which facts of a lead are kept at the moment of scoring, and which of them may be learned from."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from campaigns.services.learning import leaks
from campaigns.services.learning.table import Feature
from campaigns.services.learning.table import Kind as Sort
from leads.services.rules import fields
from leads.services.rules.fields import Kind

GROUPS = {
    "fit": ("industry", "country", "city", "region", "language", "time_zone", "source", "origin"),
    "budget": ("budget", "annual_revenue"),
    "company": ("employees", "founded", "rating", "reviews", "has_company", "has_website"),
    "authority": ("seniority", "department"),
    "intent": ("website_seconds", "website_visits", "pages_per_visit", "has_appointment"),
    "engagement": ("days_since_last_engagement", "days_since_last_contact", "days_since_created", "clicks"),
    "conversation": ("lifecycle", "replies", "do_not_email", "do_not_call"),
    "quality": ("has_email", "email_status", "has_free_mail", "has_phone", "has_linkedin", "completeness"),
}
LEARNED = tuple(key for keys in GROUPS.values() for key in keys)
#: Kept beside them because hand-made cards ask for them; of a name only whether it is known.
BESIDE = ("title", "first_name", "last_name", "technologies")
PRESENCE = frozenset({"first_name", "last_name", "email", "external_id"})
SORTS: dict[Kind, Sort] = {Kind.NUMBER: "number", Kind.DAYS: "days", Kind.FLAG: "flag"}
MOST_CUSTOM, NUMERIC = 20, 0.9


def kept() -> list[str]:
    """Return the keys of the catalogue that a snapshot holds; own (custom) fields are all kept beside."""
    return [key for key in (*LEARNED, *BESIDE) if fields.find(key)]


def learnable(custom: dict[str, list[Any]]) -> tuple[Feature, ...]:
    """Return the features: the catalogue's facts, and own (custom) fields that are filled most."""
    found = [_feature(key, group) for group, keys in GROUPS.items() for key in keys]
    own = sorted(custom, key=lambda key: -sum(value not in (None, "") for value in custom[key]))
    found += [_own(key, custom[key]) for key in own[:MOST_CUSTOM]]
    return tuple(one for one in found if one is not None and one.key not in settings.LEARN_LEFT_OUT)


def personal(keys: Iterable[str]) -> list[str]:
    """Return the keys that say who somebody is."""
    return [key for key in keys if leaks.is_personal(key)]


def _feature(key: str, group: str) -> Feature | None:
    field = fields.find(key)
    label = field.label[:1].upper() + field.label[1:] if field else ""
    return Feature(key, label, group, SORTS.get(field.kind, "text"), field.choices) if field else None


def _own(key: str, values: list[Any]) -> Feature | None:
    """Return an own field in the sort the house gave it, or else in that of nearly all of its values."""
    field = fields.find(key)
    known = [one for one in values if one not in (None, "") and not isinstance(one, bool | list | dict)]
    if field is None or field.kind is Kind.DAYS or not (known or field.kind is Kind.FLAG):
        return None
    numbers = sum(isinstance(value, int | float) for value in known)
    guessed: Sort = "number" if known and numbers >= NUMERIC * len(known) else "text"
    sort = guessed if field.kind is Kind.CUSTOM else SORTS.get(field.kind, "text")
    return Feature(key, field.label[:1].upper() + field.label[1:], "fit", sort, field.choices)
