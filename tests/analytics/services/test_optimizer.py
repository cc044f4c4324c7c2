from datetime import timedelta
from decimal import Decimal

import pytest

from analytics.models import Recommendation
from analytics.services import actions, optimizer, recommendations
from campaigns import clock
from campaigns.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


def losing(spend="500", sales=("100", "100"), contacted=40, **facts):
    campaign = factories.CampaignFactory(launched_at=clock.now() - timedelta(days=20), **facts)
    factories.CostFactory(campaign=campaign, amount=Decimal(spend))
    for amount in sales:
        factories.RevenueFactory(campaign=campaign, amount=Decimal(amount))
    factories.ProspectFactory.create_batch(
        contacted, campaign=campaign, stage="contacted", lead__company=None
    )
    factories.TallyFactory(campaign_id=campaign.pk, replied=contacted // 4)
    return campaign


def pauses(**facts):
    return Recommendation.objects.filter(action="PAUSE", **facts)


def test_a_sure_loss_is_recommended_for_pause_with_its_numbers():
    campaign = losing()
    optimizer.drain(clock.now())
    advice = pauses().get()
    assert (advice.campaign, advice.priority, advice.sample_size) == (campaign, "critical", 40)
    assert advice.certainty == pytest.approx(0.938, abs=1e-3)
    assert "$500.00 spent" in advice.reason
    campaign.refresh_from_db()
    assert campaign.status == "active"


def test_a_loss_that_may_turn_is_kept():
    losing(sales=["100"] * 4)
    optimizer.drain(clock.now())
    assert not pauses().exists()


def test_small_spend_proves_nothing():
    losing(spend="290", sales=("100",))
    optimizer.drain(clock.now())
    assert not pauses().exists()


def test_looking_again_finds_nothing_new():
    losing()
    assert optimizer.drain(clock.now()) >= 1
    assert optimizer.drain(clock.now()) == 0


def test_open_advice_follows_the_figures_and_decided_advice_stays_as_it_was():
    campaign = losing()
    optimizer.drain(clock.now())
    factories.CostFactory(campaign=campaign, amount=Decimal("700"))
    optimizer.drain(clock.now())
    advice = pauses().get()
    assert "$1,200" in advice.reason
    recommendations.dismiss(advice)
    factories.CostFactory(campaign=campaign, amount=Decimal("100"))
    optimizer.drain(clock.now())
    assert "$1,200" in pauses().get().reason


def test_looking_at_many_campaigns_needs_no_more_queries(django_assert_max_num_queries):
    for _ in range(3):
        losing(contacted=5)
    with django_assert_max_num_queries(22):
        optimizer.drain(clock.now())
    assert pauses().count() == 3


def test_auto_mode_pauses_by_itself_and_undo_resumes():
    campaign = losing(thresholds={"optimiser_mode": "auto"})
    optimizer.drain(clock.now())
    campaign.refresh_from_db()
    assert (campaign.status, pauses().get().evidence["verified"]) == ("paused", True)
    recommendations.undo(pauses().get(), factories.UserFactory())
    campaign.refresh_from_db()
    assert (campaign.status, pauses().get().status) == ("active", "undone")
    assert optimizer.drain(clock.now()) == 0  # people win for a week
    assert optimizer.drain(clock.now() + timedelta(days=8)) == 1


@pytest.mark.parametrize("facts", [{"contacted": 5}, {"grace": 60}])
def test_auto_mode_waits_for_sample_and_grace(facts):
    limits = {"optimiser_mode": "auto", "grace_days": facts.pop("grace", 7)}
    campaign = losing(thresholds=limits, **facts)
    optimizer.drain(clock.now())
    campaign.refresh_from_db()
    assert (campaign.status, pauses().get().status) == ("active", "open")


def test_advice_that_came_too_early_is_applied_once_sample_and_grace_are_there():
    campaign = losing(contacted=5, thresholds={"optimiser_mode": "auto"})
    optimizer.drain(clock.now())
    factories.ProspectFactory.create_batch(40, campaign=campaign, stage="contacted", lead__company=None)
    optimizer.drain(clock.now())
    campaign.refresh_from_db()
    assert (campaign.status, pauses().get().status) == ("paused", "applied")


def test_one_day_cannot_silence_the_house():
    for _ in range(5):
        losing(thresholds={"optimiser_mode": "auto"})
    optimizer.drain(clock.now())
    assert pauses(status="applied").count() == 1
    assert pauses(status="open").count() == 4


def test_off_says_nothing_and_observe_asks_nobody(admin_person):
    losing(thresholds={"optimiser_mode": "off"})
    losing(thresholds={"optimiser_mode": "observe"})
    optimizer.drain(clock.now())
    assert pauses().get().mode == "observe"
    assert not recommendations.waiting(admin_person).exists()


def test_advice_ends_when_the_figures_recover():
    campaign = losing()
    optimizer.drain(clock.now())
    factories.RevenueFactory(campaign=campaign, amount=Decimal("5000"))
    optimizer.run(campaign)
    assert pauses().get().status == "expired"


def test_applying_needs_an_open_one_and_an_active_campaign():
    campaign = losing()
    (advice, *_) = [one for one in optimizer.run(campaign) if one.action == "PAUSE"]
    campaign.status = "stopped"
    campaign.save()
    with pytest.raises(actions.ActionRefused, match="stopped already"):
        recommendations.apply(advice)
    advice.refresh_from_db()
    assert advice.status == "open"
    recommendations.dismiss(advice, None, "planned")
    with pytest.raises(recommendations.RecommendationError, match="dismissed"):
        recommendations.apply(advice)
    assert AuditEntry.objects.get(verb="dismiss").reason == "planned"


def test_a_high_return_asks_for_a_fifth_more_budget_and_undo_takes_it_back():
    campaign = losing(spend="100", sales=["100"] * 30)
    (advice,) = [one for one in optimizer.run(campaign) if one.action == "SCALE_UP"]
    assert advice.priority == "high"
    recommendations.apply(advice)
    campaign.refresh_from_db()
    assert campaign.budget == Decimal("1200")
    recommendations.undo(advice)
    campaign.refresh_from_db()
    assert campaign.budget == Decimal("1000")


def test_undo_leaves_a_budget_that_a_person_changed():
    campaign = losing(spend="100", sales=["5000"])
    (advice,) = [one for one in optimizer.run(campaign) if one.action == "SCALE_UP"]
    assert advice.priority == "low"
    recommendations.apply(advice)
    type(campaign).objects.update(budget=Decimal("7000"))
    with pytest.raises(actions.ActionRefused, match="by hand"):
        recommendations.undo(advice)
    advice.refresh_from_db()
    assert advice.status == "applied"


def test_dear_leads_poor_fit_and_silence_each_have_their_advice():
    campaign = factories.CampaignFactory()
    factories.CostFactory(campaign=campaign, amount=Decimal("9000"))
    factories.RevenueFactory(campaign=campaign, amount=Decimal("9500"))
    for stage, number in (("contacted", 100), ("rejected", 300)):
        factories.ProspectFactory.create_batch(number, campaign=campaign, stage=stage, lead__company=None)
    found = {one.action: one.priority for one in optimizer.run(campaign)}
    assert found == {"REVIEW": "high", "RETARGET": "high", "REWRITE": "medium"}


def test_a_few_silent_people_do_not_ask_for_new_texts():
    campaign = factories.CampaignFactory()
    factories.ProspectFactory.create_batch(30, campaign=campaign, stage="contacted", lead__company=None)
    assert optimizer.run(campaign) == []


@pytest.fixture
def admin_person():
    return factories.UserFactory(role="admin")
