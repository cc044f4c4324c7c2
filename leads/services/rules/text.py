"""Says a rule tree in words, and says what is wrong with one."""

from collections.abc import Sequence
from typing import Any

from leads.services.rules import leaves, naming
from leads.services.rules.fields import Field, Kind, find
from leads.services.rules.leaves import Tree

DEPTH, SIZE = 10, 400
WORDS = {
    "eq": "is {v}", "ne": "is not {v}", "in": "is one of {v}", "not_in": "is none of {v}",
    "contains": "contains {v}", "not_contains": "does not contain {v}", "starts_with": "starts with {v}",
    "ends_with": "ends with {v}", "is_set": "is known", "is_empty": "is not known", "gt": "is more than {v}",
    "gte": "is at least {v}", "lt": "is less than {v}", "lte": "is at most {v}", "between": "is between {v}",
    "before": "is before {v}", "after": "is after {v}", "on": "is on {v}", "next": "is in the next {v} days",
    "has": "include {v}", "has_not": "do not include {v}", "is": "is {v}", "is_not": "is not {v}",
}  # fmt: skip


def sentence(tree: Tree) -> str:
    """Return the tree as people would say it."""
    if not tree:
        return "everybody"
    if "not" in tree:
        return f"not ({sentence(tree['not'])})"
    for word, glue in (("all", " and "), ("any", " or ")):
        if word in tree:
            return glue.join(_inner(part) for part in tree[word]) or (
                "everybody" if word == "all" else "nobody"
            )
    return _leaf(tree)


def _inner(tree: Tree) -> str:
    is_group = "all" in tree or "any" in tree
    return f"({sentence(tree)})" if is_group else sentence(tree)


def _leaf(tree: Tree) -> str:
    field = find(str(tree.get("field")))
    if field is None:
        return "an unknown field"
    if field.kind is Kind.FLAG:
        return field.label if tree.get("value", True) else f"not: {field.label}"
    op, value = tree.get("op", "is"), tree.get("value")
    if field.kind is Kind.ROW and not isinstance(value, dict):
        value = naming.names(field, value if isinstance(value, list) else [value])
    glue = " and " if op == "between" else ", "
    return f"{naming.label(field, op)} {WORDS[op].format(v=_said(value, glue))}"


def _said(value: Any, glue: str) -> str:
    if isinstance(value, list):
        return glue.join(_said(one, glue) for one in value)
    if isinstance(value, dict):
        return f"the campaign's {str(value.get('setting', '')).replace('_', ' ')}"
    return str(value) if isinstance(value, int | float) else f"«{value}»"


def problems(tree: Any, settings: Sequence[str]) -> list[str]:
    """Return what is wrong with a tree."""
    found: list[str] = []
    size = _walk(tree, settings, found, 0)
    return found or ([f"The rule has {size} parts; {SIZE} is the most."] if size > SIZE else [])


def _walk(tree: Any, settings: Sequence[str], found: list[str], depth: int) -> int:
    if not isinstance(tree, dict):
        found.append('A rule must be an object such as {"field": …, "op": …, "value": …}.')
        return 1
    if depth > DEPTH:
        found.append(f"The rule is nested deeper than {DEPTH} levels.")
        return 1
    if not tree or "field" in tree:
        found.extend(_check_leaf(tree, settings) if tree else [])
        return 1
    word = next((word for word in ("all", "any", "not") if set(tree) == {word}), None)
    if word is None:
        found.append("A rule has exactly one of «all», «any», «not», or a «field» with «op» and «value».")
        return 1
    parts = [tree[word]] if word == "not" else tree[word]
    if not isinstance(parts, list):
        found.append(f"«{word}» needs a list of rules.")
        return 1
    return 1 + sum(_walk(part, settings, found, depth + 1) for part in parts)


def _check_leaf(tree: Tree, settings: Sequence[str]) -> list[str]:
    unknown = sorted(set(tree) - {"field", "op", "value"})
    field = find(str(tree["field"]))
    if unknown or field is None:
        return [f"There is no field «{tree['field']}»." if field is None else f"Unknown word «{unknown[0]}»."]
    op, value = tree.get("op", "is"), tree.get("value")
    if op not in leaves.OPERATORS[field.kind]:
        return [
            f"«{field.label}» cannot be asked «{op}»; use one of {', '.join(leaves.OPERATORS[field.kind])}."
        ]
    if op in leaves.NO_VALUE:
        return []
    if isinstance(value, dict):
        known = set(value) == {"setting"} and value["setting"] in settings
        return [] if known else [f"«{field.label}»: the campaign has no such setting."]
    return _check_value(field, op, value)


def _check_value(field: Field, op: str, value: Any) -> list[str]:
    if field.kind is Kind.FLAG:
        return [] if isinstance(value, bool) else [f"«{field.label}» needs true or false."]
    if op in leaves.DATES:
        return [] if _is_day(value) else [f"«{field.label}» needs a day, such as 2026-11-30."]
    is_number = field.kind in (Kind.NUMBER, Kind.DAYS, Kind.ROW) or (
        field.kind is Kind.CUSTOM and leaves.asks_number(op, value)
    )
    fits, wanted = (_is_number, "a number") if is_number else (_is_text, "a text")
    if op == "between":
        is_pair = isinstance(value, list) and len(value) == 2 and all(map(fits, value))
        return (
            []
            if is_pair and value[0] <= value[1]
            else [f"«{field.label}» needs two numbers, the smaller first."]
        )
    if op in ("in", "not_in"):
        is_list = isinstance(value, list) and value and all(map(fits, value))
        if not is_list:
            return [f"«{field.label}» needs a list, each entry {wanted}."]
        return [problem for one in value for problem in _check_choice(field, one)]
    return _check_choice(field, value) if fits(value) else [f"«{field.label}» needs {wanted}."]


def _check_choice(field: Field, value: Any) -> list[str]:
    if not field.choices or not isinstance(value, str) or value.lower() in field.choices:
        return []
    return [f"«{field.label}» is never «{value}»; it is one of {', '.join(field.choices)}."]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 250


def _is_day(value: Any) -> bool:
    try:
        return bool(leaves.day(value))
    except (TypeError, ValueError, OverflowError):
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
