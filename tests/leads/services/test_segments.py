"""Segments and the words of rules."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Lead
from leads.services import segments
from leads.services.rules import facts
from leads.services.rules import language as rules
from tests.factories import CompanyFactory, LeadFactory, SegmentFactory

pytestmark = pytest.mark.django_db
SLEEPING = {
    "all": [
        {"field": "has_appointment", "op": "is", "value": False},
        {"field": "days_since_last_contact", "op": "gte", "value": 30},
    ]
}


def test_criteria_become_leads() -> None:
    long_ago = LeadFactory(last_contacted_at=clock.now() - timedelta(days=31))
    LeadFactory(last_contacted_at=clock.now() - timedelta(days=3))
    LeadFactory(last_contacted_at=clock.now() - timedelta(days=31), has_appointment=True)
    LeadFactory()
    assert list(segments.queryset(SLEEPING)) == [long_ago]
    assert segments.count(SLEEPING) == 1
    assert segments.count({}) == 4


def test_counts_respect_what_a_person_may_see(rep: User) -> None:
    LeadFactory(owner=rep, team=rep.team)
    LeadFactory()
    assert segments.count({}, rep) == 1


def test_people_merged_into_others_are_not_counted() -> None:
    LeadFactory(merged_into=LeadFactory())
    assert segments.count({}) == 1


def test_why_somebody_is_in_or_out() -> None:
    lead = LeadFactory(last_contacted_at=clock.now() - timedelta(days=3))
    assert segments.why(lead, SLEEPING) == [
        ("not: has an appointment", True),
        ("days since last contact is at least 30", False),
    ]


def test_bad_criteria_are_refused_in_words(rep: User) -> None:
    bad = {"field": "shoe_size", "op": "eq", "value": 43}
    for act in (lambda: segments.queryset(bad), lambda: segments.save("Shoes", bad, rep)):
        with pytest.raises(segments.BadCriteria, match="no field «shoe_size»"):
            act()


def test_private_segments_are_seen_by_their_owner_only(rep: User, other_rep: User) -> None:
    SegmentFactory(owner=rep, is_shared=False)
    shared = SegmentFactory(owner=rep)
    assert set(segments.visible_to(other_rep)) == {shared}
    assert segments.visible_to(rep).count() == 2


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        ("text", "must be an object"),
        ({"all": {}}, "«all» needs a list"),
        ({"all": [], "any": []}, "exactly one of"),
        ({"field": "score", "op": "contains", "value": 1}, "cannot be asked «contains»"),
        ({"field": "score", "op": "gte", "value": "high"}, "needs a number"),
        ({"field": "score", "op": "between", "value": [9, 1]}, "the smaller first"),
        ({"field": "title", "op": "in", "value": []}, "needs a list"),
        ({"field": "has_email", "op": "is", "value": "yes"}, "true or false"),
        ({"field": "lifecycle", "op": "eq", "value": "asleep"}, "is never «asleep»"),
        ({"field": "score", "op": "gte", "value": {"setting": "mood"}}, "no such setting"),
        ({"field": "score", "op": "gte", "value": 1, "drop": 1}, "Unknown word «drop»"),
        ({"field": "custom.x'; DROP", "op": "eq", "value": "1"}, "no field"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(tree: Any, problem: str) -> None:
    assert problem in " ".join(rules.validate(tree))


def test_a_rule_nested_too_deep_is_refused() -> None:
    tree: dict[str, Any] = {"field": "score", "op": "gte", "value": 1}
    for _ in range(20):
        tree = {"not": tree}
    assert "nested deeper" in rules.validate(tree)[0]


def test_a_rule_reads_as_a_sentence() -> None:
    tree = {
        "all": [
            {"field": "employees", "op": "between", "value": [10, 50]},
            {"any": [{"field": "industry", "op": "in", "value": ["Retail", "Health"]},
                     {"not": {"field": "has_free_mail", "op": "is", "value": True}}]},
        ]
    }  # fmt: skip
    said = (
        "employees is between 10 and 50 and (industry is one of «Retail», «Health» or not (uses free mail))"
    )
    assert rules.sentence(tree) == said
    assert rules.sentence({}) == "everybody"


def test_facts_are_read_as_they_stand() -> None:
    company = CompanyFactory(employees=40, technologies=["django"], industry="Retail")
    lead = LeadFactory(
        company=company, email="ann@gmail.com", custom={"plan": 7}, last_contacted_at=clock.now()
    )
    found = facts.load([lead.pk], ["employees", "technologies", "industry", "has_free_mail", "custom.plan",
                                   "days_since_last_contact", "score", "completeness"])[lead.pk]  # fmt: skip
    moment = found.pop("days_since_last_contact")
    assert moment == Lead.objects.get().last_contacted_at
    assert found == {"employees": 40, "technologies": ["django"], "industry": "Retail", "has_free_mail": True,
                     "custom.plan": 7, "score": None, "completeness": 3}  # fmt: skip
