"""One line of a filter: field, operator, value; a few of them make a segment."""

from typing import Any

from django import forms

from leads.services.grouped import offers
from leads.services.rules import language as rules
from leads.services.rules import leaves
from leads.services.rules.fields import Field, Kind, find

WORDS = {
    "eq": "is", "ne": "is not", "in": "is one of", "not_in": "is none of", "contains": "contains",
    "not_contains": "does not contain", "starts_with": "starts with", "ends_with": "ends with",
    "is_set": "is known", "is_empty": "is not known", "gt": "more than", "gte": "at least", "lt": "less than",
    "lte": "at most", "between": "between", "before": "before", "after": "after", "on": "on",
    "next": "in the next days", "has": "include", "has_not": "do not include", "is": "is",
    "is_not": "is not",
}  # fmt: skip
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class LeafForm(forms.Form):
    """One condition."""

    field = forms.ChoiceField()
    op = forms.ChoiceField(label="operator", choices=list(WORDS.items()), initial="eq", required=False)
    value = forms.CharField(max_length=250, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = field_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn the three words into a leaf of the rule language and say what is wrong with it."""
        data = super().clean() or {}
        if "field" not in data:
            return data
        leaf = make_leaf(data["field"], data.get("op", ""), data.get("value", ""))
        for problem in rules.validate(leaf):
            self.add_error("value", problem)
        return {**data, "leaf": leaf}


class SegmentForm(forms.Form):
    """A segment's name, what it is for, and who sees it."""

    name = forms.CharField(max_length=80, label="Name")
    description = forms.CharField(max_length=250, label="What it is for", required=False)
    is_shared = forms.BooleanField(label="Everybody in the team sees it", required=False, initial=True)
    is_pinned = forms.BooleanField(label="Pinned as a tab of the leads", required=False, initial=True)


def field_choices() -> list[tuple[str, Any]]:
    """Return every field of the rule language, by group."""
    groups: dict[str, list[tuple[str, str]]] = {"": [("", "Choose a field")]}
    for field in offers.offered():
        groups.setdefault(field.group.capitalize(), []).append((field.key, field.label.capitalize()))
    blank = groups.pop("")[0]
    return [blank, *groups.items()]


def make_leaf(key: str, op: str, text: str) -> dict[str, Any]:
    """Return ``{"field", "op", "value"}`` with the value in the field's own type."""
    field = find(key)
    if field is None:
        return {"field": key, "op": op, "value": text}
    allowed = leaves.OPERATORS[field.kind]
    op = op if op in allowed else allowed[0]
    if op in leaves.NO_VALUE:
        return {"field": key, "op": op}
    return {"field": key, "op": op, "value": _typed(field, op, text.strip())}


def read_filters(texts: list[str]) -> list[dict[str, Any]]:
    """Return the sound leaves among ``field:op:value`` texts of a query string."""
    found = [make_leaf(*parts) for text in texts[:20] if len(parts := text.split(":", 2)) == 3]
    return [leaf for leaf in found if not rules.validate(leaf)]


def write_filter(leaf: dict[str, Any]) -> str:
    """Return a leaf as ``field:op:value``, for a query string."""
    return f"{leaf['field']}:{leaf.get('op', 'is')}:{show_value(leaf)}"


def show_value(leaf: dict[str, Any]) -> str:
    """Return a leaf's value as people type it."""
    value = leaf.get("value", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        glue = " to " if leaf.get("op") == "between" else ", "
        return glue.join(str(one) for one in value)
    return str(value)


def _typed(field: Field, op: str, text: str) -> Any:
    if field.kind is Kind.FLAG:
        return YES.get(text.lower(), True)
    if op in leaves.DATES:
        return text
    is_number = field.kind in (Kind.NUMBER, Kind.DAYS, Kind.ROW) or op in leaves.NUMBERS
    if op == "between":
        return [_number(part) for part in text.replace(" to ", ",").replace("..", ",").split(",")]
    if op in ("in", "not_in"):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_number(part) for part in parts] if is_number else parts
    return _number(text) if is_number else text


def _number(text: str) -> Any:
    try:
        found = float(text.strip().removeprefix("$").replace(" ", ""))
    except ValueError:
        return text.strip()
    return int(found) if found.is_integer() else found
