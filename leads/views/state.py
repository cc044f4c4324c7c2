"""The state of the list of leads is its query string: view, filters, words, order. A link is a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from campaigns.models import User
from leads.forms.criteria import WORDS, read_filters, show_value, write_filter
from leads.models import Lead, LeadQuerySet, Segment
from leads.services import rules, segments
from leads.services.fields import find

ORDERS = {"score": "score__value", "-score": "-score__value", "-added": "-id", "added": "id"}
DEFAULT = "-score"


@dataclass(frozen=True)
class State:
    """What the list shows: a saved segment or own filters, words to find, an order."""

    segment: Segment | None
    leaves: list[dict[str, Any]]
    nested: dict[str, Any]
    q: str
    sort: str
    is_edited: bool

    @property
    def criteria(self) -> dict[str, Any]:
        """The filters as one rule."""
        parts = [*self.leaves, *([self.nested] if self.nested else [])]
        return {"all": parts} if parts else {}

    def leads(self, actor: User) -> LeadQuerySet:
        """The leads in this view that a person may see."""
        found = segments.queryset(self.criteria) if self.criteria else Lead.objects.all()
        found = found.visible_to(actor).current()
        return found.search(self.q) if self.q else found

    def pills(self) -> list[dict[str, str]]:
        """The filters in words, each with the link that takes it away."""
        pills = [
            {
                "field": _label(leaf), "operator": WORDS.get(leaf.get("op", "is"), ""),
                "value": show_value(leaf), "remove_url": self.url([x for x in self.leaves if x is not leaf]),
            }
            for leaf in self.leaves
        ]  # fmt: skip
        if self.nested:
            pills.append({"field": "Rule", "operator": "is", "value": rules.sentence(self.nested)})
        return pills

    def url(self, leaves: list[dict[str, Any]]) -> str:
        """The link to this view with other filters."""
        query: list[tuple[str, object]] = [("view", self.segment.pk)] if self.segment else []
        query += [("edited", 1)] if self.segment else []
        query += [("f", write_filter(leaf)) for leaf in leaves]
        query += [("q", self.q)] if self.q else []
        return f"?{urlencode(query)}"


def read(query: QueryDict, actor: User) -> State:
    """Read the state of the list from a query string; what is unknown there is left out."""
    number = _number(query.get("view"))
    segment = segments.visible_to(actor).filter(pk=number).first() if number else None
    is_edited = "edited" in query or segment is None
    typed = read_filters(query.getlist("f"))
    leaves, nested = (typed, {}) if is_edited or segment is None else split(segment.criteria)
    sort = query.get("sort", "")
    words = query.get("q", "").strip()[:80]
    return State(segment, leaves, nested, words, sort if sort in ORDERS else DEFAULT, is_edited)


def split(criteria: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a rule as plain conditions that all hold, and what cannot be said that way."""
    if "field" in criteria:
        return [criteria], {}
    parts = criteria.get("all", [])
    if parts and all("field" in part for part in parts):
        return parts, {}
    return [], criteria


def _label(leaf: dict[str, Any]) -> str:
    field = find(leaf["field"])
    return field.label.capitalize() if field else leaf["field"]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 19 else 0
