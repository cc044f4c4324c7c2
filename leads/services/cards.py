"""Compiles a points card to one SELECT for sets, and to a Python function for one lead."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from campaigns.services import bulk
from leads.services import links
from leads.services.dimensions import Card, Dimension
from leads.services.rules import definitions
from leads.services.rules import language as rules
from leads.services.rules.fields import TABLES, fence

Facts = Mapping[str, Any]


@definitions.held()
def select(card: Card, card_id: int, chosen: str, params: list[Any], now: datetime) -> tuple[str, list[Any]]:
    """Return a SELECT of (lead_id, value, contributions) for the chosen leads whose score has changed.

    The fences (``OFFSET 0``) keep the planner from computing each dimension once per mention.
    """
    names = [f"d{number}" for number in range(len(card["dimensions"]))]
    cases = [_case(dimension, now) for dimension in card["dimensions"]]
    columns = ", ".join(f"{case} AS {name}" for (case, _), name in zip(cases, names, strict=True))
    old = "s.contributions AS old, s.card_id AS old_card"
    inner = f"SELECT l.id, {old}, {columns} FROM {TABLES} WHERE {chosen} {fence()}"  # noqa: S608
    total = f"{int(card['base'])} + {' + '.join(names)}"
    middle = (
        f"SELECT id, old, old_card, {total} AS total, {_packed(names)} AS packed FROM ({inner}) d {fence()}"  # noqa: S608
    )
    value = links.score_sql(card, "total")
    differs = "IS DISTINCT FROM" if bulk.is_postgres() else "IS NOT"
    sql = (
        f"SELECT id, {value} AS value, packed FROM ({middle}) e"  # noqa: S608
        f" WHERE old_card {differs} {int(card_id)} OR old {differs} packed"
    )
    return sql, [*(param for _, own in cases for param in own), *params]


@definitions.held()
def function(card: Card, now: datetime) -> Callable[[Facts], tuple[int, list[int]]]:
    """Return the card as a function: facts of a lead → (value, contributions)."""
    tests = [_tests(dimension, now) for dimension in card["dimensions"]]

    def score(facts: Facts) -> tuple[int, list[int]]:
        points = [next((points for test, points in bins if test(facts)), 0) for bins in tests]
        return links.score(card, card["base"] + sum(points)), points

    return score


@definitions.held()
def chances(card: Card, rows: Sequence[Facts], now: datetime) -> list[float]:
    """Return the chance (0–1) that a card gives to each row of facts, finer than the whole score."""
    tests = [_tests(dimension, now) for dimension in card["dimensions"]]
    totals = (
        card["base"] + sum(next((points for test, points in bins if test(facts)), 0) for bins in tests)
        for facts in rows
    )
    return [links.chance(card, total) for total in totals]


@definitions.held()
def places(dimension: Dimension, rows: Sequence[Facts], now: datetime) -> list[int]:
    """Return the number of the bin into which each row falls, −1 where none fits."""
    tests = [rules.compile_python(one["when"], now) for one in dimension["bins"]]
    return [next((n for n, test in enumerate(tests) if test(facts)), -1) for facts in rows]


def matching(dimension: Dimension, facts: Facts, now: datetime) -> dict[str, Any] | None:
    """Return the bin of a dimension that a lead falls into."""
    bins = dimension["bins"]
    return next((one for one in bins if rules.compile_python(one["when"], now)(facts)), None)


@definitions.held()
def fields_in(card: Card) -> set[str]:
    """Return the keys of the fields that the card asks about."""
    bins = [one for dimension in card["dimensions"] for one in dimension["bins"]]
    return set().union(*(rules.fields_in(one["when"]) for one in bins))


def _case(dimension: Dimension, now: datetime) -> tuple[str, list[Any]]:
    if not dimension["bins"]:
        return "0", []
    compiled = [(rules.compile_sql(one["when"], now), one["points"]) for one in dimension["bins"]]
    whens = " ".join(f"WHEN {sql} THEN {int(points)}" for (sql, _), points in compiled)
    return f"CASE {whens} ELSE 0 END", [param for (_, params), _ in compiled for param in params]


def _tests(dimension: Dimension, now: datetime) -> list[tuple[Callable[[Facts], bool], int]]:
    return [(rules.compile_python(one["when"], now), one["points"]) for one in dimension["bins"]]


def _packed(names: list[str]) -> str:
    if bulk.is_postgres():
        return f"ARRAY[{', '.join(names)}]::smallint[]"
    glue = " || ',' || "
    return f"'[' || {glue.join(names)} || ']'"
