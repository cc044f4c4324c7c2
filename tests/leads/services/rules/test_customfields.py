"""Own fields: every type takes what it should, refuses the rest in words, and both rule compilers agree."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import clock
from campaigns.services import bulk
from leads.models import CustomField, Lead
from leads.services.rules import customfields, definitions, facts, fields
from leads.services.rules import language as rules
from leads.services.rules.fields import Kind
from tests.factories import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db


def defined(key: str, kind: str, entity: str = "lead", **more: Any) -> CustomField:
    return CustomField.objects.create(key=key, label=key.capitalize(), kind=kind, entity=entity, **more)


def selected(tree: dict[str, Any]) -> set[int]:
    now = clock.now()
    sql, params = rules.compile_sql(tree, now)
    chosen = {row[0] for row in bulk.fetch(f"SELECT l.id FROM {fields.TABLES} WHERE {sql}", params)}
    known = facts.load(list(Lead.objects.values_list("pk", flat=True)), [tree["field"]])
    by_python = rules.compile_python(tree, now)
    assert {pk for pk, facts_of in known.items() if by_python(facts_of)} == chosen
    return chosen


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("text", " Dentrix \x00", "Dentrix"), ("text", 31, "31"), ("number", "1,200", 1200),
        ("number", "$4.50", 4.5), ("number", 7, 7), ("flag", "yes", True), ("flag", False, False),
        ("flag", "No", False), ("date", "2027-03-31", "2027-03-31"), ("date", "31.03.2027", "2027-03-31"),
        ("date", "03/31/2027", "2027-03-31"), ("choice", "gold", "Gold"),
        ("url", "example.com/a", "https://example.com/a"), ("text", "   ", None), ("number", "", None),
    ],
)  # fmt: skip
def test_a_value_is_stored_in_its_type(kind: str, raw: Any, stored: Any) -> None:
    assert customfields.clean(defined("plan", kind, choices=["Gold", "Silver"]), raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "word"),
    [
        ("number", "many", "is a number"), ("number", "nan", "too large"), ("number", "1e400", "too large"),
        ("number", True, "is a number"), ("flag", "perhaps", "yes or no"),
        ("date", "2027-02-31", "is a date"),
        ("choice", "Bronze", "one of: Gold, Silver"), ("url", "javascript:alert(1)", "web address"),
        ("url", "http://[", "web address"), ("url", "https://a b.com", "web address"),
        ("text", {"a": 1}, "is a text"), ("text", "x" * 2001, "longer"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(kind: str, raw: Any, word: str) -> None:
    with pytest.raises(customfields.BadValue, match=word):
        customfields.clean(defined("plan", kind, choices=["Gold", "Silver"]), raw)


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    defined("chairs", "number")
    with pytest.raises(customfields.BadValues) as told:
        customfields.checked("lead", {"chair": 3, "chairs": "x"})
    assert "Fields are: chairs" in told.value.problems["chair"]
    assert "is a number" in told.value.problems["chairs"]


def test_defined_fields_are_typed_in_the_rule_language_and_both_compilers_agree() -> None:
    for key, kind in (("chairs", "number"), ("vip", "flag"), ("renewal", "date"), ("note", "text")):
        defined(key, kind)
    defined("plan", "choice", choices=["Gold", "Silver"])
    now = clock.now()
    soon = (now + timedelta(days=10)).date().isoformat()
    a = LeadFactory(custom={"chairs": 6, "vip": True, "renewal": soon, "note": "Ünder", "plan": "Gold"})
    b = LeadFactory(custom={"chairs": "six", "vip": "true", "renewal": "2020-02-31", "plan": "Tin"})
    c = LeadFactory(custom={})
    found = {field.key: field.kind for field in customfields.fields()}
    assert found == {
        "custom.chairs": Kind.NUMBER, "custom.vip": Kind.FLAG, "custom.renewal": Kind.DAYS,
        "custom.note": Kind.TEXT, "custom.plan": Kind.CHOICE,
    }  # fmt: skip
    assert selected({"field": "custom.chairs", "op": "gte", "value": 6}) == {a.pk}
    assert selected({"field": "custom.chairs", "op": "is_empty"}) == {b.pk, c.pk}
    assert selected({"field": "custom.vip", "op": "is", "value": True}) == {a.pk}
    assert selected({"field": "custom.vip", "op": "is", "value": False}) == {b.pk, c.pk}
    assert selected({"field": "custom.renewal", "op": "lt", "value": -5}) == {a.pk}
    assert selected({"field": "custom.renewal", "op": "gte", "value": 300}) == {b.pk}
    assert selected({"field": "custom.plan", "op": "in", "value": ["gold"]}) == {a.pk}
    assert selected({"field": "custom.note", "op": "is_set"}) == {a.pk}


def test_fields_of_companies_stand_in_rules_about_their_people() -> None:
    defined("sites", "number", entity="company")
    lead = LeadFactory(company=CompanyFactory(custom={"sites": 6}))
    LeadFactory(company=None)
    assert selected({"field": "company_custom.sites", "op": "gt", "value": 5}) == {lead.pk}
    assert fields.find("company_custom.unknown") is None


def test_an_undefined_custom_fact_stays_usable_and_shown() -> None:
    field = fields.find("custom.shoe_size")
    assert field is not None
    assert field.kind is Kind.CUSTOM
    [fact] = customfields.others("lead", {"shoe_size": 38, "empty": ""})
    assert (fact.label, fact.text) == ("Shoe size", "38")


def test_definitions_are_read_once_a_request_and_again_after_a_change() -> None:
    defined("chairs", "number")
    definitions.begin()
    try:
        with CaptureQueriesContext(connection) as seen:
            for _ in range(5):
                fields.find("custom.chairs")
                definitions.living("company")
        assert len(seen) == 1
        defined("sites", "number")
        assert set(definitions.living()) == {"chairs", "sites"}
    finally:
        definitions.end()
