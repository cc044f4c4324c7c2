"""Alerts about money are raised once for each limit, and stay silent once somebody has seen them."""

from decimal import Decimal

import pytest

from campaigns import clock
from campaigns.models import BudgetAlert, Campaign
from campaigns.services import alarms
from tests.factories import CampaignFactory, ProspectFactory
from tests.pages import signed_in, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(manager):
    return CampaignFactory(team=manager.team, status="active", budget=100)


def spend(campaign, amount, **changes):
    Campaign.objects.filter(pk=campaign.pk).update(spent=Decimal(amount), **changes)
    alarms.drain(clock.now())
    return list(BudgetAlert.objects.order_by("pk").values_list("kind", flat=True))


def test_nothing_is_said_below_four_fifths(campaign):
    assert spend(campaign, "79.99") == []


def test_four_fifths_and_all_of_a_budget_are_said_once_each(campaign):
    assert spend(campaign, "80") == ["nearly"]
    assert spend(campaign, "93") == ["nearly"]
    assert spend(campaign, "100") == ["nearly", "spent"]
    assert spend(campaign, "100") == ["nearly", "spent"]


def test_a_raised_budget_is_a_new_limit(campaign):
    spend(campaign, "85")
    assert spend(campaign, "170", budget=200) == ["nearly", "nearly"]


def test_a_dear_lead_is_announced_once_there_are_enough_to_judge(campaign):
    ProspectFactory.create_batch(9, campaign=campaign)
    assert spend(campaign, "500", budget=1000) == []
    ProspectFactory(campaign=campaign)
    assert spend(campaign, "500", budget=1000) == ["cost_per_lead"]
    assert alarms.sentence(BudgetAlert.objects.get()) == "One costs $50.00; the limit is $20.00."


def test_a_draft_raises_nothing(campaign):
    assert spend(campaign, "100", status="draft") == []


def test_a_manager_silences_an_alert_for_good(campaign, manager, stranger):
    spend(campaign, "80")
    alert = BudgetAlert.objects.get()
    assert signed_in(stranger).post(url("campaigns:silence", alert.pk)).status_code in (403, 404)
    assert BudgetAlert.objects.open_for(manager).exists()
    signed_in(manager).post(url("campaigns:silence", alert.pk))
    assert not BudgetAlert.objects.open_for(manager).exists()
    assert spend(campaign, "81") == ["nearly"]
