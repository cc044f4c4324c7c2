"""A trained card in the product: SQL and Python agree to the point, sums hold, nothing personal is kept."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from campaigns import clock
from campaigns.models import ModelVersion, Prediction
from campaigns.services.learning import acts, cardmaker, queue, registry
from campaigns.services.learning.table import Table
from leads.models import Deal, Lead, LeadScore, Prospect
from leads.services import cards, dimensions, links, rulebook, scoring
from leads.services.learning import features, groups, history, outcomes, snapshots, training, versions
from leads.services.rules import facts
from tests.factories import CampaignFactory, LeadFactory, ProspectFactory
from tests.leads.services.learning.worlds import LATER, outcomes_known
from tests.leads.worlds import varied_leads

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def trained_on(leads: list[Lead], now: datetime) -> cardmaker.Card:
    """Train a card on facts as they stand, own fields included, with made-up outcomes."""
    known = facts.load([lead.pk for lead in leads], [*features.LEARNED, "custom.plan"])
    rows = [
        {key: (now - value).total_seconds() / 86_400 if isinstance(value, datetime) else value
         for key, value in row.items()} for row in known.values()
    ]  # fmt: skip
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    dice = random.Random(8)
    labels = [dice.random() < (0.8 if (row["website_visits"] or 0) > 2 else 0.3) for row in rows]
    return cardmaker.train(
        Table(features.learnable({"custom.plan": columns["custom.plan"]}), columns, labels)
    )


def test_sql_and_python_agree_on_a_trained_card_for_all_sorts_of_leads() -> None:
    now = clock.now()
    leads = varied_leads(160, 5, now)
    card = trained_on(leads, now)
    assert dimensions.validate(card) == []
    assert len(card["dimensions"]) >= 5
    LeadScore.objects.all().delete()
    rule = rulebook.publish("scoring", "Learned", card, None)
    assert scoring.score_leads(None, now) == 160
    known = facts.load([lead.pk for lead in leads], cards.fields_in(card))
    score = cards.function(card, now)
    for row in LeadScore.objects.filter(card=rule):
        assert score(known[row.pk]) == (row.value, row.contributions)
        assert links.score(card, card["base"] + sum(row.contributions)) == row.value
    assert len(set(LeadScore.objects.values_list("value", flat=True))) > 5


@pytest.mark.parametrize(("unit", "offset"), [(0.1, 0.0), (0.1, 0.049), (0.2, -0.09), (0.05, 0.02)])
def test_the_curve_is_the_chance_in_percent_from_one_end_to_the_other(unit: float, offset: float) -> None:
    card = {"link": "logit", "unit": unit, "offset": offset}
    for total in range(-200, 201):
        assert links.score(card, total) == round(100 * links.chance(card, total)), total


def test_a_curve_with_mistakes_is_refused_in_words() -> None:
    base = {"base": 0, "dimensions": dimensions.DEFAULT_CARD["dimensions"]}
    assert dimensions.validate({**base, "link": "magic"}) == ["«link» is «points» or «logit»."]
    found = dimensions.validate({**base, "link": "logit", "unit": 0, "offset": "x"})
    assert found == ["«unit» must be a number from 0.001 to 1.", "«offset» must be a number from -5 to 5."]


def test_groups_share_the_points_and_lie_between_worst_and_best() -> None:
    card = dimensions.DEFAULT_CARD
    best = [max([0, *(one["points"] for one in part["bins"])]) for part in card["dimensions"]]
    worst = [min([0, *(one["points"] for one in part["bins"])]) for part in card["dimensions"]]
    assert {group.score for group in groups.of(card, best)} == {100}
    assert {group.score for group in groups.of(card, worst)} == {0}
    assert sum(group.points for group in groups.of(card, best)) == sum(best)
    assert [group.key for group in groups.of(card, best)] == list(dimensions.GROUPS)


def test_a_snapshot_holds_the_facts_of_the_moment_and_no_names() -> None:
    lead = LeadFactory(
        first_name="Elena", last_name="Vasquez", title="Owner", custom={"plan": "Pro", "seats": 7},
        website_seconds=300, created_at=START - timedelta(days=4),
    )  # fmt: skip
    scoring.stage(ProspectFactory(lead=lead).campaign, limit=10, now=START)
    Lead.objects.filter(pk=lead.pk).update(website_seconds=9000)
    kept = Prediction.objects.get(subject_id=lead.pk)
    known = snapshots.known(kept.features)
    assert (known["website_seconds"], known["custom.plan"], known["custom.seats"]) == (300, "Pro", 7)
    assert known["days_since_created"] == pytest.approx(4, abs=1e-3)
    assert (known["first_name"], known["title"]) == ("known", "Owner")
    assert "Vasquez" not in str(kept.features)
    assert "customer.example" not in str(kept.features)
    assert kept.value == pytest.approx(lead.score.value / 100)
    assert kept.contributions == lead.score.contributions
    assert snapshots.forget([lead.pk]) == 1


def test_a_slice_scored_twice_is_kept_once() -> None:
    prospect = ProspectFactory()
    assert scoring.stage(prospect.campaign, limit=10, now=START).done == 1
    assert scoring.stage(prospect.campaign, limit=10, now=START).done == 0
    assert Prediction.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "stage", "good"),
    [(5, "won", True), (5, "meeting", True), (5, "open", False), (5, "lost", False), (200, "won", False)],
)
def test_an_outcome_is_what_happened_in_time(days: int, stage: str, good: bool) -> None:
    prospect = ProspectFactory()
    scoring.stage(prospect.campaign, limit=10, now=START)
    at = START + timedelta(days=days)
    Deal.objects.create(
        lead=prospect.lead, campaign=prospect.campaign, name="x", stage=stage, stage_since=at,
        closed_at=at if stage in ("won", "lost") else None,
    )  # fmt: skip
    assert outcomes.mature(START + timedelta(days=59)) == 0
    assert outcomes.mature(START + timedelta(days=61)) == 1
    assert Prediction.objects.get().outcome is good


def test_a_person_in_many_campaigns_counts_once_by_the_first_score() -> None:
    lead = LeadFactory(website_visits=2)
    for day in range(3):
        Lead.objects.filter(pk=lead.pk).update(website_visits=2 + day)
        Prospect.objects.create(campaign=CampaignFactory(), lead=lead)
        scoring.stage(Prospect.objects.latest("pk").campaign, limit=5, now=START + timedelta(days=day))
    outcomes.mature(START + LATER)
    table = history.load()
    assert (len(table), table.columns["website_visits"]) == (1, [2])
    assert outcomes.count() == (1, 0)


def test_a_leaking_own_field_is_refused_and_the_page_can_say_so() -> None:
    outcomes_known(300, START)
    for kept in Prediction.objects.all():
        kept.features = {**kept.features, "custom": {"next_step": "invoice" if kept.outcome else "none"}}
        kept.save()
    order = queue.order("lead_score", None)
    queue.drain(START + LATER)
    order.refresh_from_db()
    verdict = next(one for one in order.metrics["leaks"] if one["key"] == "custom.next_step")
    assert verdict["why"].startswith("Refused: alone")
    assert "custom.next_step" not in [one["key"] for one in order.params["dimensions"]]


def test_facts_that_move_raise_an_alarm() -> None:
    outcomes_known(400, START)
    order = queue.order("lead_score", None)
    queue.drain(START + LATER)
    order.refresh_from_db()
    acts.promote(order, None)
    assert training.drift(START + LATER) == []
    campaign = CampaignFactory()
    for number in range(250):
        lead = LeadFactory(industry="Software", company=None, pages_per_visit=5 + number % 2)
        Prospect.objects.create(campaign=campaign, lead=lead)
    scoring.stage(campaign, limit=1000, now=START + LATER)
    found = training.drift(START + LATER)
    assert any(sentence.startswith("Industry has moved") for sentence in found)


def test_a_hand_made_card_in_force_is_the_champion_of_its_day() -> None:
    first = rulebook.active("scoring")
    versions.of(first)
    second = rulebook.publish("scoring", "Bolder", {**first.body, "base": 50}, None)
    versions.adopt(second, None)
    assert ModelVersion.objects.filter(status="champion").count() == 1
    champion = registry.champion("lead_score")
    assert champion is not None
    assert champion.algorithm == versions.BY_HAND
    assert acts.back("lead_score", None).rules.get() == first
    assert rulebook.active("scoring") == first
