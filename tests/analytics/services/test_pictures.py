from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.services import metrics, pictures
from campaigns import clock
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_funnel_goes_from_found_to_won():
    prospect = factories.ProspectFactory(stage="qualified")
    rows = pictures.funnel(metrics.figures_of(prospect.campaign))
    assert [row["count"] for row in rows] == [1, 0, 1, 0, 0, 0, 0]


def test_money_adds_up_by_day_and_its_pace_meets_the_budget():
    campaign = factories.CampaignFactory(budget=Decimal(100), launched_at=NOON - timedelta(days=4))
    for days in range(5):
        factories.CostFactory(campaign=campaign, amount=Decimal(10), occurred_at=NOON - timedelta(days=days))
    with clock.at(NOON):
        drawn = pictures.budget(campaign)
    assert drawn.spent[0] == (date(2026, 11, 16), 10.0)
    assert drawn.spent[-1] == (date(2026, 11, 20), 50.0)
    assert drawn.cap_day == date(2026, 11, 25)
    assert drawn.series[1]["points"][-1][1] == 100.0


def test_a_campaign_without_cost_has_no_forecast():
    drawn = pictures.budget(factories.CampaignFactory())
    assert (drawn.forecast, drawn.cap_day, drawn.spent[-1][1]) == ([], None, 0.0)


def test_providers_are_sorted_by_what_they_cost():
    campaign = factories.CampaignFactory()
    factories.CostFactory(campaign=campaign, provider="hunter", amount=Decimal(1))
    factories.CostFactory.create_batch(2, campaign=campaign, provider="apollo", amount=Decimal(3))
    rows = pictures.cost_by_provider(campaign)
    assert [(row["label"], row["value"]) for row in rows] == [("Apollo", Decimal(6)), ("Hunter", Decimal(1))]


def test_variants_are_compared_within_their_step():
    campaign, step = factories.CampaignFactory(), factories.StepFactory()
    for tone, replied in (("professional", 5), ("friendly", 20), ("direct", 60)):
        variant = factories.VariantFactory(step=step, tone=tone)
        factories.TallyFactory(
            campaign_id=campaign.pk, step_id=step.pk, variant_id=variant.pk, sent=300, replied=replied
        )
    (drawn,) = pictures.variants(campaign)
    assert (drawn["leader"], drawn["is_settled"], drawn["position"]) == ("Direct", True, 1)
    assert sum(row["best"] for row in drawn["rows"]) == pytest.approx(1)
    assert all(row["low"] < row["value"] < row["high"] for row in drawn["rows"])


def test_sends_of_a_day_are_split_into_sent_and_queued():
    campaign = factories.CampaignFactory()
    factories.MessageFactory(campaign=campaign, sent_at=NOON)
    factories.MessageFactory(
        campaign=campaign, status="queued", sent_at=None, due_at=NOON + timedelta(hours=2)
    )
    rows = {row["label"]: row for row in pictures.sends_by_hour(campaign, NOON.date(), "America/Chicago")}
    assert (rows["6"]["value"], rows["8"]["extra"]) == (1, 1)


def test_days_without_anything_are_zero(django_assert_num_queries):
    factories.TallyFactory(campaign_id=7, day=NOON.date(), sent=3)
    with django_assert_num_queries(2):
        found = pictures.daily([7], 3, NOON.date())
    assert found["sent"] == [0.0, 0.0, 3.0]
    assert found["cost"] == [0.0, 0.0, 0.0]
