"""The card editor tries edited points on one person; nothing is stored."""

from typing import Any

import pytest

from campaigns.models import User
from leads.models import Lead, LeadScore, Rule, RuleKind
from leads.services import rulebook, scoring
from leads.services.rules import language
from tests.factories import LeadFactory
from tests.pages import signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(manager: User) -> Lead:
    found: Lead = LeadFactory(owner=manager, team=manager.team, last_name="Vasquezian", seniority="founder")
    scoring.score_leads([found.pk])
    return found


def points(**other: Any) -> dict[str, Any]:
    """Return the form of the card in force, as the page sends it, with the founder's points raised by 7."""
    card = rulebook.active(RuleKind.SCORING).body
    sent: dict[str, Any] = {"base": card["base"], "try": "person"}
    for number, dimension in enumerate(card["dimensions"]):
        for place, one in enumerate(dimension["bins"]):
            extra = 7 if _is_founder(one) else 0
            sent[f"points-{number}-{place}"] = one["points"] + extra
    return sent | other


def _is_founder(one: dict[str, Any]) -> bool:
    return "founder" in language.sentence(one["when"]).lower() and one["when"].get("field") == "seniority"


def test_edited_points_are_tried_on_one_person(manager: User, lead: Lead) -> None:
    before, rules = LeadScore.objects.get(lead=lead).value, Rule.objects.count()

    answer = signed_in(manager).post(url("leads:scoring"), points(person="Vasquezian"))

    guess = answer.context["one"]["guess"]
    assert (guess.before, guess.delta) == (before, 7)
    assert [number for number, _ in guess.changes] == [7]
    assert (Rule.objects.count(), LeadScore.objects.get(lead=lead).value) == (rules, before)


def test_facts_are_changed_with_the_points(manager: User, lead: Lead) -> None:
    client = signed_in(manager)
    typed = {"person": "Vasquezian", "same": lead.pk, "f.website_visits": "50"}

    plain = client.post(url("leads:scoring"), points(person="Vasquezian")).context["one"]["guess"]
    guess = client.post(url("leads:scoring"), points(**typed)).context["one"]["guess"]

    assert guess.after > plain.after
    lead.refresh_from_db()
    assert lead.website_visits != 50


@pytest.mark.parametrize("person", ["", "Nobodyhere"])
def test_who_is_not_found_is_said(person: str, manager: User, lead: Lead) -> None:
    answer = signed_in(manager).post(url("leads:scoring"), points(person=person))
    assert "Nobody is found by these words" in text(answer)


def test_a_foreign_person_is_not_found(manager: User, stranger: User) -> None:
    LeadFactory(owner=stranger, team=stranger.team, last_name="Vasquezian")
    answer = signed_in(manager).post(url("leads:scoring"), points(person="Vasquezian"))
    assert "guess" not in answer.context["one"]


def test_a_fact_that_cannot_be_read_is_told(manager: User, lead: Lead) -> None:
    typed = {"person": "Vasquezian", "same": lead.pk, "f.website_seconds": "long"}
    assert "needs a number" in text(signed_in(manager).post(url("leads:scoring"), points(**typed)))
