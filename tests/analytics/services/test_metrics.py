from decimal import Decimal

import pytest

from analytics.services import drills, figures, metrics
from campaigns import clock
from tests import factories

pytestmark = pytest.mark.django_db


def test_stages_passed_are_counted_along_the_funnel():
    campaign = factories.CampaignFactory()
    for stage in ("new", "scored", "rejected", "qualified", "routed", "contacted", "replied", "won"):
        factories.ProspectFactory(
            campaign=campaign, stage=stage, scored_at=None if stage == "new" else clock.now(),
            replied_at=clock.now() if stage in ("replied", "won") else None,
        )  # fmt: skip
    found = metrics.figures_of(campaign)
    assert (found.found, found.scored, found.qualified, found.routed, found.contacted) == (8, 7, 5, 4, 3)
    assert (found.answered, found.graduated, found.rejected) == (2, 1, 1)
    assert found.qualification.value == pytest.approx(5 / 6)


def test_without_cost_there_is_no_return():
    campaign = factories.CampaignFactory()
    factories.RevenueFactory(campaign=campaign)
    assert metrics.figures_of(campaign).roi is None


def test_money_counters_and_deals_come_from_their_rows():
    campaign = factories.CampaignFactory()
    factories.CostFactory.create_batch(2, campaign=campaign, amount=Decimal("12.50"))
    factories.RevenueFactory(campaign=campaign, amount=Decimal("100"))
    factories.TallyFactory(campaign_id=campaign.pk, sent=10, opened=4)
    factories.TallyFactory(campaign_id=campaign.pk, variant_id=2, sent=5, replied=2, positive=1)
    factories.DealFactory(campaign=campaign, stage="won")
    factories.DealFactory(campaign=campaign, stage="meeting", value=Decimal("800"))
    found = metrics.figures_of(campaign)
    assert (found.cost, found.revenue, found.roi) == (Decimal("25"), Decimal("100"), Decimal("300"))
    assert (found.sent, found.opened, found.replied, found.positive) == (15, 4, 2, 1)
    assert (found.won, found.meetings, found.pipeline) == (1, 2, Decimal("800"))


def test_messages_that_did_not_leave_are_counted_by_their_end():
    campaign = factories.CampaignFactory()
    for status in ("queued", "claimed", "failed", "suppressed", "skipped", "uncertain", "cancelled", "sent"):
        factories.MessageFactory(campaign=campaign, status=status)
    found = metrics.figures_of(campaign)
    assert (found.waiting, found.failed, found.suppressed, found.skipped) == (2, 1, 1, 1)
    assert (found.uncertain, found.cancelled) == (1, 1)


def test_many_campaigns_need_six_queries(django_assert_num_queries):
    campaigns = factories.CampaignFactory.create_batch(5)
    for campaign in campaigns:
        factories.CostFactory(campaign=campaign)
        factories.ProspectFactory(campaign=campaign)
    with django_assert_num_queries(6):
        found = metrics.campaign_figures([campaign.pk for campaign in campaigns])
    assert {f.cost for f in found.values()} == {Decimal(1)}


def test_sums_are_made_before_ratios():
    parts = [figures.Figures(cost=Decimal(10), found=1), figures.Figures(cost=Decimal(10), found=9)]
    assert figures.together(parts).cost_per_lead == Decimal(2)


def test_every_figure_opens_the_rows_behind_it():
    campaign = factories.CampaignFactory()
    assert drills.drill("qualified", campaign).query["stage"].startswith("qualified,routed")
    assert drills.drill("cost", campaign).args == (campaign.pk,)
    for name in metrics.figures_of(campaign).as_dict().keys() - {"intervals"}:
        assert ":" in drills.drill(name, campaign).url_name
