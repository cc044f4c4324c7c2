"""Tags of the segment builder: which operators and which kind of input a field has."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from campaigns.models import Campaign
from leads.forms.builder import Row, operators
from leads.forms.criteria import WORDS
from leads.services.rules import leaves, naming
from leads.services.rules.fields import Field, Kind, find

register = template.Library()
WINDOWS = (
    ("", "ever"), ("7", "in the last 7 days"), ("14", "in the last 14 days"), ("30", "in the last 30 days"),
    ("90", "in the last 90 days"), ("365", "in the last year"),
)  # fmt: skip
OF_DAYS = {
    "gt": "more days ago than", "gte": "at least … days ago", "lt": "less days ago than",
    "lte": "at most … days ago", "between": "between … days ago", "next": "in the next … days",
}  # fmt: skip


@register.simple_tag(takes_context=True)
def row_parts(context: Context, row: Row) -> dict[str, Any]:
    """Return how a condition is drawn: operators, the kind of input, its choices, its scope."""
    asked = find(row.field)
    if asked is None:
        return {"ops": [], "widget": "none"}
    ops = [(op, _word(asked, op)) for op in operators(row.field)]
    op = row.op if row.op in operators(row.field) else ops[0][0]
    return {
        "ops": ops, "op": op, "widget": _widget(asked, op), "choices": _choices(context, asked, op, row),
        "low": row.values[0] if row.values else "", "high": row.values[1] if len(row.values) > 1 else "",
        "text": ", ".join(row.values), "scopes": _scopes(context, asked, row),
    }  # fmt: skip


def _word(asked: Field, op: str) -> str:
    if asked.kind is Kind.DAYS and op in OF_DAYS:
        return OF_DAYS[op]
    return WORDS[op]


def _widget(asked: Field, op: str) -> str:
    if op in leaves.NO_VALUE:
        return "none"
    if op in leaves.DATES:
        return "date"
    is_listed = asked.kind is Kind.ROW or (asked.kind is Kind.CHOICE and asked.choices)
    if is_listed or asked.kind is Kind.FLAG:
        return "many" if op in ("in", "not_in") else "one"
    is_number = asked.kind in (Kind.NUMBER, Kind.DAYS) or op in leaves.NUMBERS
    if op == "between":
        return "pair"
    return "number" if is_number and op not in ("in", "not_in") else "text"


def _choices(context: Context, asked: Field, op: str, row: Row) -> list[tuple[str, str, bool]]:
    if asked.kind is Kind.FLAG:
        found = [("yes", "yes"), ("no", "no")]
    elif asked.kind is Kind.ROW and asked.model:
        found = naming.choices(asked, context["request"].user)
    else:
        found = [(choice, choice.replace("_", " ").capitalize()) for choice in asked.choices]
    known = {value for value, _ in found}
    kept = [(value, naming.names(asked, [int(value)])[0]) for value in row.values
            if asked.kind is Kind.ROW and value.isdigit() and value not in known]  # fmt: skip
    return [(value, label, value in row.values) for value, label in [*found, *kept]]


def _scopes(context: Context, asked: Field, row: Row) -> list[tuple[str, str, bool]]:
    if asked.scope == "days":
        known = dict(WINDOWS)
        own = [] if row.scope in known else [(row.scope, f"in the last {row.scope} days")]
        return [(value, label, value == row.scope) for value, label in [*WINDOWS, *own]]
    if asked.scope == "campaign":
        visible = Campaign.objects.visible_to(context["request"].user).order_by("name")[:200]
        found = [("", "in the newest campaign"), *((str(one.pk), f"in {one.name}") for one in visible)]
        return [(value, label, value == row.scope) for value, label in found]
    return []
