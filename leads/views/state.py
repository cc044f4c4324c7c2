"""The state of the list of leads is its query string: view, filters, words, order. A link is a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from campaigns.models import User
from campaigns.services import paging
from campaigns.views.access import StaffRequest
from leads.forms.criteria import WORDS, read_filters, show_value, write_filter
from leads.models import Lead, LeadQuerySet, SavedView, Segment
from leads.services import segments
from leads.services.grouped import display, listing, saved
from leads.services.rules import language as rules
from leads.services.rules import naming
from leads.services.rules.fields import Kind, find

REMEMBERED = "lead_list"
NOBODY: dict[str, Any] = {"any": []}


@dataclass(frozen=True)
class State:
    """What the list shows: a saved view or segment or own filters, words to find, an order, columns."""

    view: SavedView | None
    segment: Segment | None
    leaves: list[dict[str, Any]]
    nested: dict[str, Any]
    q: str
    sort: str
    columns: tuple[str, ...]
    is_edited: bool
    lost: tuple[str, ...] = ()

    @property
    def criteria(self) -> dict[str, Any]:
        """The filters as one rule; one that can no longer be asked finds nobody, never everybody."""
        if self.lost:
            return NOBODY
        parts = [*self.leaves, *([self.nested] if self.nested else [])]
        return {"all": parts} if parts else {}

    @property
    def order(self) -> str:
        """The order of the rows."""
        return display.order(self.sort)

    @property
    def tie(self) -> str:
        """What breaks the ties of the order."""
        return listing.TIES.get(self.order.lstrip("-"), "pk")

    def leads(self, actor: User) -> LeadQuerySet:
        """The leads in this view that a person may see."""
        found = segments.narrowed(Lead.objects.visible_to(actor).current(), self.criteria)
        return found.search(self.q) if self.q else found

    def page_rows(self, actor: User) -> LeadQuerySet:
        """The leads in this view, ready to be paged in order."""
        found = self.leads(actor)
        if self.q:
            return listing.gathered(
                found, list(found.order_by().values_list("pk", flat=True)[: listing.FEW + 1])
            )
        if self.criteria:
            return listing.gathered(found, segments.first_ids(self.criteria, actor, listing.FEW + 1))
        return found

    def pills(self) -> list[dict[str, str]]:
        """The filters in words, each with its link; first what cannot be asked any more."""
        sound = [leaf for leaf in self.leaves if not rules.validate(leaf)]
        pills = [
            {"field": "Not found any more", "operator": "", "value": said, "remove_url": self.url(sound)}
            for said in self.lost
        ]
        pills += [
            {
                "field": _label(leaf), "operator": WORDS.get(leaf.get("op", "is"), ""), "value": _shown(leaf),
                "remove_url": self.url([x for x in self.leaves if x is not leaf]),
            }
            for leaf in (sound if self.lost else self.leaves)
        ]  # fmt: skip
        if self.nested and not self.lost:
            pills.append({"field": "Rule", "operator": "is", "value": rules.sentence(self.nested)})
        return pills

    def url(self, leaves: list[dict[str, Any]]) -> str:
        """The link to this view with other filters."""
        return f"?{urlencode(self._query(leaves, is_edited=bool(self.segment or self.view)))}"

    def with_columns(self, columns: tuple[str, ...]) -> str:
        """The link to this view with other columns."""
        return replace(self, columns=columns).url(self.leaves)

    def kept(self) -> str:
        """What a saved view keeps of it, as a query string; the words are for the moment only."""
        own = split(self.segment.criteria)[0] if self.segment else []
        is_own = bool(self.segment) and not self.nested and own == self.leaves
        plain = replace(self, view=None, q="", columns=())
        edits = bool(self.segment) and not self.nested and not is_own
        return urlencode(plain._query([] if is_own else self.leaves, is_edited=edits))

    def _query(self, leaves: list[dict[str, Any]], *, is_edited: bool) -> list[tuple[str, object]]:
        query: list[tuple[str, object]] = [("v", self.view.pk)] if self.view else []
        query += [("view", self.segment.pk)] if self.segment else []
        query += [("edited", 1)] if is_edited else []
        query += [("f", write_filter(leaf)) for leaf in leaves]
        query += [("q", self.q)] if self.q else []
        query += [("sort", self.sort)] if self.sort != display.DEFAULT_ORDER else []
        return query + ([("cols", ",".join(self.columns))] if self.columns else [])


def read(query: QueryDict, actor: User, views: Sequence[SavedView] | None = None) -> State:
    """Read the state of the list from a query string; what is unknown there is left out.

    ``views`` are the person's tabs, where they have been read already.
    """
    view = _view(query, actor, views)
    base = QueryDict(view.query) if view else QueryDict()
    own = query if view is None or "edited" in query else base
    number = _number(own.get("view"))
    segment = segments.visible_to(actor).filter(pk=number).first() if number else None
    leaves, nested = split(segment.criteria) if segment else ([], {})
    if segment is None or nested or "edited" in own:
        leaves = read_filters(own.getlist("f"))
    sort = query.get("sort") or base.get("sort", "")
    sort = sort if display.is_order(sort) else display.DEFAULT_ORDER
    columns = tuple(query.getlist("col") or filter(None, query.get("cols", "").split(",")))[:30]
    is_edited = "edited" in query or (segment is None and view is None) or _differs(view, base, sort, columns)
    columns = columns or tuple(view.columns if view else ())
    lost = tuple(rules.validate(nested or {"all": leaves})) + _lost(own if own is base else QueryDict())
    words = query.get("q", "").strip()[:80]
    return State(view, segment, leaves, nested, words, sort, columns, is_edited, lost)


def _lost(kept: QueryDict) -> tuple[str, ...]:
    """Say which filters of a saved view ask for what is no longer there."""
    asked = [text.split(":", 2)[:2] for text in kept.getlist("f")[:20]]
    now = [read_filters([text]) for text in kept.getlist("f")[:20]]
    lost = [one[0] for one, found in zip(asked, now, strict=True) if not found or [found[0]["op"]] != one[1:]]
    return tuple(f"{name} (put away, or asked otherwise now)" for name in lost)


def remember(request: StaffRequest) -> None:
    """Keep which list is looked at, so that a lead's page can step through it."""
    query = request.GET.copy()
    for name in ("after", "before", "field", "op", "value", "act"):
        query.pop(name, None)
    if request.session.get(REMEMBERED) != query.urlencode():
        request.session[REMEMBERED] = query.urlencode()


def neighbours(request: StaffRequest, lead: Lead) -> tuple[int | None, int | None]:
    """Return the ids before and after a lead in the list that was looked at last; None where it ends."""
    rows, order = _last_list(request)
    return listing.neighbours(rows.select_related("company", "score"), order, lead)


def position(request: StaffRequest, lead: Lead) -> str:
    """Say which of the list that was looked at last a lead is: «1 of 312»; empty when it is not in it."""
    found = listing.position(*_last_list(request), lead)
    return f"{found[0]:,} of {paging.say_count(found[1])}" if found else ""


def _last_list(request: StaffRequest) -> tuple[LeadQuerySet, str]:
    now = read(QueryDict(request.session.get(REMEMBERED, "")), request.user)
    return now.leads(request.user), now.order


def split(criteria: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a rule as plain conditions that all hold, and what cannot be said that way."""
    if "field" in criteria:
        return [criteria], {}
    parts = criteria.get("all", [])
    if parts and all("field" in part for part in parts):
        return parts, {}
    return [], criteria


def _view(query: QueryDict, actor: User, views: Sequence[SavedView] | None) -> SavedView | None:
    """The saved view that is named; with a bare address the one the list opens with."""
    if number := _number(query.get("v")):
        known = next((view for view in views or () if view.pk == number), None)
        return known or saved.visible_to(actor).filter(pk=number).first()
    is_bare = not {"v", "view", "f", "q", "sort", "col", "cols", "edited"} & set(query)
    if is_bare and views is not None:
        return next(
            (view for view in views if view.position == saved.FIRST and view.owner_id == actor.pk), None
        )
    return saved.default_of(actor) if is_bare else None


def _differs(view: SavedView | None, base: QueryDict, sort: str, columns: tuple[str, ...]) -> bool:
    if view is None:
        return False
    is_sorted = sort == (base.get("sort") or display.DEFAULT_ORDER)
    return not is_sorted or bool(columns and columns != tuple(view.columns))


def _label(leaf: dict[str, Any]) -> str:
    field = find(leaf["field"])
    return naming.label(field, leaf.get("op", "")).capitalize() if field else leaf["field"]


def _shown(leaf: dict[str, Any]) -> str:
    field, value = find(leaf["field"]), leaf.get("value")
    if field and field.kind is Kind.ROW and not isinstance(value, dict):
        return ", ".join(naming.names(field, value if isinstance(value, list) else [value]))
    return show_value(leaf)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 19 else 0
