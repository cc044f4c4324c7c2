"""The book of own fields: a field is defined once, keeps its key, and never breaks a rule in use."""

import pytest

from campaigns.models import User
from leads.models import CustomField, Segment
from leads.services.known import fieldbook
from leads.services.rules import customfields
from tests.factories import CompanyFactory, LeadFactory, RuleFactory

pytestmark = pytest.mark.django_db


def test_the_key_follows_from_the_name_and_exists_once(manager: User) -> None:
    made = fieldbook.add("lead", "Grösse (Räume)", "number", manager)
    assert (made.key, made.label) == ("grosse_raume", "Grösse (Räume)")
    with pytest.raises(fieldbook.FieldRefused, match="already"):
        fieldbook.add("lead", "Grosse Raume!", "number", manager, key="GROSSE_RAUME".lower())
    assert fieldbook.add("company", "Grösse (Räume)", "text", manager).entity == "company"


@pytest.mark.parametrize("label", ["!!!", ""])
def test_a_name_without_letters_still_gets_a_key_or_is_refused(label: str, manager: User) -> None:
    made = fieldbook.add("lead", label or "x", "text", manager)
    assert made.key


def test_a_choice_needs_its_list(manager: User) -> None:
    with pytest.raises(fieldbook.FieldRefused, match="at least two"):
        fieldbook.add("lead", "Plan", "choice", manager, choices=["Gold", "gold", ""])
    made = fieldbook.add("lead", "Plan", "choice", manager, choices=["Gold", " gold ", "Silver"])
    assert [one.lower() for one in made.choices] == ["gold", "silver"]


def test_a_field_that_would_break_a_rule_in_use_is_refused_with_its_name(manager: User) -> None:
    leaf = {"field": "custom.occupation", "op": "in", "value": ["student"]}
    Segment.objects.create(name="Students", criteria={"all": [leaf]})
    with pytest.raises(fieldbook.FieldRefused, match="Students"):
        fieldbook.add("lead", "Occupation", "number", manager)
    assert CustomField.objects.count() == 0
    assert fieldbook.add("lead", "Occupation", "text", manager).kind == "text"


def test_a_card_in_use_is_asked_too(manager: User) -> None:
    bins = [{"points": 5, "when": {"field": "custom.plan", "op": "contains", "value": "pro"}}]
    RuleFactory(kind="scoring", is_active=True, body={"base": 1, "dimensions": [{"key": "p", "bins": bins}]})
    with pytest.raises(fieldbook.FieldRefused, match="cannot be asked"):
        fieldbook.add("lead", "Plan", "choice", manager, choices=["Pro", "Free"])


def test_archiving_hides_a_field_and_keeps_its_values_readable(manager: User) -> None:
    field = fieldbook.add("lead", "Chairs", "number", manager)
    lead = LeadFactory(custom={"chairs": 6})
    fieldbook.archive(field, manager, is_archived=True)
    assert customfields.shown("lead", lead.custom) == []
    assert [(fact.key, fact.text) for fact in customfields.others("lead", lead.custom)] == [("chairs", "6")]
    fieldbook.archive(field, manager, is_archived=False)
    assert [fact.value for fact in customfields.shown("lead", lead.custom)] == [6]


def test_fields_are_put_in_order(manager: User) -> None:
    a, b, c = (fieldbook.add("lead", name, "text", manager) for name in ("Aa", "Bb", "Cc"))
    fieldbook.move(c, -1)
    fieldbook.move(a, -1)
    order = CustomField.objects.order_by("position").values_list("key", flat=True)
    assert list(order) == ["aa", "cc", "bb"]
    assert b.pk


def test_a_loose_fact_becomes_a_field_of_the_type_of_its_values(manager: User) -> None:
    for number in range(3):
        LeadFactory(
            custom={"chairs": number, "since": "2026-01-0" + str(number + 1), "vip": True, "pms": "Dentrix"}
        )
    CompanyFactory(custom={"site": "https://a.example"})
    assert fieldbook.filled("lead") == {"chairs": 3, "since": 3, "vip": 3, "pms": 3}
    kinds = {key: fieldbook.adopt("lead", key, manager).kind for key in ("chairs", "since", "vip", "pms")}
    assert kinds == {"chairs": "number", "since": "date", "vip": "flag", "pms": "text"}
    assert fieldbook.adopt("company", "site", manager).kind == "url"


def test_few_different_words_become_a_list() -> None:
    assert fieldbook.guess(["gold", "silver"] * 10) == ("choice", ["gold", "silver"])
    assert fieldbook.guess([1, "2"])[0] == "text"
