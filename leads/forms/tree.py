"""The forms of one node of a tree: a question of a few conditions, or an ending with its reason."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from leads.forms.criteria import make_leaf, show_value
from leads.services.grouped import offers
from leads.services.qualifying import editing
from leads.services.rules import language as rules
from leads.services.rules import leaves
from leads.services.rules.fields import Field, Kind, find
from leads.services.rules.text import WORDS
from leads.services.trees import REASON, Tree

MOST = 8
SETTINGS = {
    Kind.NUMBER: {"minimum_score": "the campaign's minimum score"},
    Kind.TEXT: {"vertical": "the campaign's vertical", "location": "the campaign's location"},
}


@dataclass(frozen=True)
class Row:
    """One condition as it is shown: its field, the operators and the value widget that fit it."""

    key: str
    op: str = ""
    text: str = ""
    against: str = ""
    problem: str = ""

    @property
    def field(self) -> Field | None:
        """The field, once one is chosen."""
        return find(self.key) if self.key else None

    @property
    def operators(self) -> list[tuple[str, str]]:
        """The operators that fit the field, in words."""
        allowed = leaves.OPERATORS[self.field.kind] if self.field else ()
        return [(op, WORDS[op].replace(" {v}", "").removeprefix("is ") or op) for op in allowed]

    @property
    def widget(self) -> str:
        """What the value is typed into: none, flag, choice, number, pair or text."""
        if self.field is None or self.op in leaves.NO_VALUE:
            return "none"
        if self.field.kind is Kind.FLAG:
            return "flag"
        if self.field.choices and self.op not in ("in", "not_in"):
            return "choice"
        if self.op == "between":
            return "pair"
        is_number = self.field.kind in (Kind.NUMBER, Kind.DAYS, Kind.ROW)
        return "number" if is_number and self.op not in ("in", "not_in") else "text"

    @property
    def settings(self) -> dict[str, str]:
        """The campaign's own figures that the value may stand for."""
        return SETTINGS.get(self.field.kind, {}) if self.field else {}

    def leaf(self) -> Tree:
        """Return the condition as a leaf of the rule language."""
        made = make_leaf(self.key, self.op, self.text)
        if self.against in self.settings and made.get("op") not in leaves.NO_VALUE:
            made["value"] = {"setting": self.against}
        return made


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every field an editor offers, by group."""
    found: dict[str, list[tuple[str, str]]] = {}
    for field in offers.offered():
        found.setdefault(field.group.capitalize(), []).append((field.key, field.label.capitalize()))
    return list(found.items())


def rows_of(rule: Tree) -> list[Row] | None:
    """Return a question's conditions as rows; None when it is nested deeper than a form can show."""
    found = editing.conditions(rule)
    return [_row(leaf) for leaf in found[1]] if found else None


def read_rows(data: QueryDict) -> list[Row]:
    """Return the rows that were typed; a row without a field counts as removed."""
    columns = [data.getlist(name) for name in ("field", "op", "value", "against")]
    size = min(MOST, len(columns[0]))
    filled = [column + [""] * (size - len(column)) for column in columns]
    rows = [Row(*(column[n] for column in filled)) for n in range(size)]
    return [row for row in rows if row.key]


def problems(rows: list[Row]) -> list[str]:
    """Return what is wrong with typed conditions, in words."""
    if not rows:
        return ["Choose at least one condition."]
    return [problem for row in rows for problem in rules.validate(row.leaf())]


def _row(leaf: Tree) -> Row:
    value = leaf.get("value")
    against = value["setting"] if isinstance(value, dict) else ""
    text = "" if against else show_value(leaf)
    return Row(str(leaf["field"]), str(leaf.get("op", "is")), text, against)


class EndingForm(forms.Form):
    """What is decided at an ending, and why."""

    decision = forms.ChoiceField(
        choices=[
            ("qualified", "Qualified: written to"),
            ("rejected", "Rejected: left alone"),
            ("review", "Review: a person decides"),
        ]
    )
    reason = forms.CharField(max_length=REASON, label="Because", help_text="Shown with every such person.")

    @classmethod
    def of(cls, node: Tree, data: Any = None) -> "EndingForm":
        """Return the form of an ending as it stands."""
        from leads.services import trees

        return cls(data, initial={"decision": node["decision"], "reason": trees.say(node.get("reason", ""))})
