"""Scores: the set-based side, the Python side and the words must tell one story."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from leads.models import Lead, LeadScore, Prospect
from leads.services import cards, dimensions, rulebook, scoring
from leads.services.learning import versions
from leads.services.rules import facts
from tests.factories import CampaignFactory, CompanyFactory, LeadFactory, ProspectFactory
from tests.leads.worlds import varied_leads

pytestmark = pytest.mark.django_db


def test_the_default_card_is_sound_and_asks_more_than_thirty_questions() -> None:
    assert dimensions.validate(dimensions.DEFAULT_CARD) == []
    assert len(dimensions.DEFAULT_CARD["dimensions"]) >= 32
    assert {one["group"] for one in dimensions.DEFAULT_CARD["dimensions"]} == set(dimensions.GROUPS)


def test_sql_and_python_give_every_lead_the_same_points() -> None:
    now = clock.now()
    leads = varied_leads(80, 3, now)
    LeadScore.objects.all().delete()
    scoring.score_leads(None, now)
    rule = rulebook.active("scoring")
    known = facts.load([lead.pk for lead in leads], cards.fields_in(rule.body))
    score = cards.function(rule.body, now)
    for row in LeadScore.objects.all():
        assert score(known[row.pk]) == (row.value, row.contributions)


def test_contributions_add_up_to_the_score() -> None:
    lead = LeadFactory(seniority="founder", website_seconds=200)
    scoring.score_leads([lead.pk])
    found = scoring.explain(lead)
    assert dimensions.BASE + sum(one.points for one in found) == lead.score.value
    assert "Decides alone" in [one.sentence for one in found]


def test_an_unchanged_lead_is_not_written_again() -> None:
    now = clock.now()
    lead, other = LeadFactory(), LeadFactory()
    assert scoring.score_leads(None, now) == 2
    Lead.objects.filter(pk=lead.pk).update(seniority="founder")
    assert scoring.score_leads(None, now + timedelta(minutes=1)) == 1
    score = LeadScore.objects.get(pk=lead.pk)
    assert score.previous is not None
    assert score.value > score.previous
    assert LeadScore.objects.get(pk=other.pk).scored_at == now


def test_the_score_stays_between_0_and_100() -> None:
    company = CompanyFactory(employees=80, rating=4.9, reviews=900, founded=1990, technologies=["x"])
    LeadFactory(company=company, seniority="founder", department="management", lifecycle="customer",
                website_seconds=900, website_visits=9, has_appointment=True)  # fmt: skip
    LeadFactory(company=None, lifecycle="lost", do_not_email=True, do_not_call=True, website_visits=1,
                website_seconds=5, email_status="invalid", source="chat")  # fmt: skip
    scoring.score_leads(None)
    assert sorted(LeadScore.objects.values_list("value", flat=True)) == [0, 100]


def test_a_stage_scores_its_slice_and_reports_who_is_left() -> None:
    campaign = CampaignFactory()
    prospects = [ProspectFactory(campaign=campaign) for _ in range(5)]
    other = ProspectFactory()
    report = scoring.stage(campaign, limit=3, now=clock.now())
    assert (report.done, report.left) == (3, 2)
    scored = Prospect.objects.filter(stage="scored")
    assert {p.pk for p in scored} == {p.pk for p in prospects[:3]}
    assert all(p.score == p.lead.score.value for p in scored)
    assert not LeadScore.objects.filter(lead=other.lead).exists()


@pytest.mark.parametrize("count", [2, 40])
def test_any_number_of_prospects_takes_the_same_few_statements(
    count: int, django_assert_max_num_queries: Any
) -> None:
    campaign = CampaignFactory()
    for _ in range(count):
        ProspectFactory(campaign=campaign)
    versions.of(rulebook.active("scoring"))
    with django_assert_max_num_queries(8):
        assert scoring.stage(campaign, limit=1000, now=clock.now()).done == count


def test_a_stage_without_work_says_so() -> None:
    assert scoring.stage(CampaignFactory(), limit=10, now=clock.now()).done == 0


def test_a_card_with_mistakes_is_refused_in_words() -> None:
    bins = [
        {"when": {"field": "nonsense", "op": "eq", "value": 1}, "points": 3},
        {"points": 1000},
    ]
    card = {"base": "x", "dimensions": [{"key": "a", "group": "luck", "label": "Luck", "bins": bins}]}
    found = dimensions.validate(card)
    assert len(found) == 4
    assert "Luck: There is no field «nonsense»." in found
    with pytest.raises(rulebook.BadBody):
        rulebook.publish("scoring", "Bad", card, None)


def test_publishing_adds_a_version_and_keeps_the_old_one() -> None:
    rulebook.seed_rules()
    card = {**dimensions.DEFAULT_CARD, "base": 40}
    new = rulebook.publish("scoring", "Bolder", card, None)
    assert new.version == 2
    assert rulebook.active("scoring") == new
    lead = LeadFactory()
    scoring.score_leads([lead.pk])
    assert lead.score.card == new
