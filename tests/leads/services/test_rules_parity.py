"""The two compilers of the rule language must agree on every lead."""

import random
from datetime import datetime
from typing import Any

import pytest

from campaigns import clock
from campaigns.services import bulk
from leads.models import CustomField
from leads.services.rules import facts, fields, leaves
from leads.services.rules import language as rules
from leads.services.rules.fields import Kind
from tests.factories import ProspectFactory
from tests.leads.worlds import WORDS, varied_leads

pytestmark = pytest.mark.django_db
NUMBERS: list[Any] = [0, 3, 5, 50, 7, 7.5, 30, 100.5, 400]
DAYS = ["2025-10-01", "2026-11-20", "2030-02-28"]
SCOPED = ["clicks@30", "opens@7", "messages@400", "visits@1", "stage@{0}", "sequence_state@{0}"]
HOUSE = {"renewal": "date", "seats": "number", "vip": "flag", "tier": "choice", "site": "url"}


def selected(tree: dict[str, Any], now: datetime) -> set[int]:
    sql, params = rules.compile_sql(tree, now)
    return {row[0] for row in bulk.fetch(f"SELECT l.id FROM {fields.TABLES} WHERE {sql}", params)}


def keys(campaign_id: int) -> list[str]:
    """Every field there is: the catalogue, what floors add, narrowed ones, untyped and typed own fields."""
    scoped = [key.format(campaign_id) for key in SCOPED]
    typed = [f"custom.{key}" for key in HOUSE]
    return [*fields.CATALOGUE, *fields.contributed(), *scoped, "custom.plan", "custom.note", *typed]


def random_leaf(chance: random.Random, campaign_id: int) -> dict[str, Any]:
    key = chance.choice(keys(campaign_id))
    field = fields.find(key)
    assert field is not None
    op = chance.choice(leaves.OPERATORS[field.kind])
    number, word = chance.choice(NUMBERS), chance.choice([*WORDS[1:], "Pro", "director", "e", "x%y"])
    one: Any = number if field.kind in (Kind.NUMBER, Kind.DAYS) or op in leaves.NUMBERS else word
    if field.kind is Kind.CUSTOM and op in ("eq", "ne", "in"):
        one = chance.choice([number, word])
    if op in leaves.DATES:
        return {"field": key, "op": op, "value": chance.choice(DAYS)}
    value: Any = {
        Kind.FLAG: chance.random() < 0.5,
        Kind.ROW: campaign_id,
        Kind.LIST: chance.choice(["vip", "django", "Quoted 'tag'", "o'neil"]),
    }.get(field.kind, one)
    if op in ("in", "not_in"):
        value = [value, 3 if isinstance(value, int | float) else "retail"]
    return {"field": key, "op": op, "value": sorted([value, 30]) if op == "between" else value}


def random_tree(chance: random.Random, campaign_id: int, depth: int = 0) -> dict[str, Any]:
    word = chance.choice(["leaf", "all", "any", "not"]) if depth < 3 else "leaf"
    if word == "leaf":
        return random_leaf(chance, campaign_id)
    if word == "not":
        return {"not": random_tree(chance, campaign_id, depth + 1)}
    return {word: [random_tree(chance, campaign_id, depth + 1) for _ in range(chance.randint(1, 3))]}


def define_house_fields() -> None:
    """Give the house own fields of every type."""
    for key, kind in HOUSE.items():
        choices = ["Gold", "Silver"] if kind == "choice" else []
        CustomField.objects.create(key=key, label=key.capitalize(), kind=kind, choices=choices)


def test_sql_and_python_choose_the_same_leads() -> None:
    now, chance = clock.now(), random.Random(7)
    define_house_fields()
    leads = varied_leads(60, 7, now)
    campaign_id = ProspectFactory(lead=leads[3]).campaign_id
    known = facts.load([lead.pk for lead in leads], keys(campaign_id))
    for number in range(700):
        tree = random_tree(chance, campaign_id) if number % 2 else random_leaf(chance, campaign_id)
        wanted = rules.compile_python(tree, now)
        assert selected(tree, now) == {pk for pk, values in known.items() if wanted(values)}, tree


def test_every_field_and_operator_compiles_on_this_database() -> None:
    samples: dict[Kind, Any] = {Kind.FLAG: True, Kind.ROW: 1, Kind.LIST: "vip", Kind.TEXT: "x"}
    define_house_fields()
    for field in filter(None, map(fields.find, keys(7))):
        for op in leaves.OPERATORS[field.kind]:
            value = samples.get(field.kind, field.choices[0] if field.choices else 5)
            value = [1, 5] if op == "between" else [value] if op in ("in", "not_in") else value
            value = "2026-11-30" if op in leaves.DATES else value
            if field.kind is Kind.CUSTOM and op not in leaves.NUMBERS:
                value = ["x"] if op in ("in", "not_in") else "x"
            if field.kind is Kind.CHOICE and not field.choices:
                value = "en" if not isinstance(value, list) else ["en"]
            tree = {"field": field.key, "op": op, "value": value}
            assert rules.validate(tree) == []
            assert selected(tree, clock.now()) == set()
