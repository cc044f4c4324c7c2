"""What went wrong is said to those it concerns, and nothing else."""

from datetime import timedelta

import pytest

from analytics.services import alerts
from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import alarms
from tests import factories

pytestmark = pytest.mark.django_db


def titles(actor):
    return [one.title for one in alerts.alerts(actor, clock.now())]


@pytest.fixture
def campaign(manager):
    return factories.CampaignFactory(name="Austin", team=manager.team)


def test_a_quiet_house_has_no_alerts(manager, campaign, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert titles(manager) == []


def test_few_returned_letters_are_no_alarm(manager, campaign):
    sender = factories.SenderFactory()
    factories.MessageFactory.create_batch(2, campaign=campaign, sender=sender, status="bounced")
    assert titles(manager) == []
    factories.MessageFactory(campaign=campaign, sender=sender, status="bounced")
    assert titles(manager) == [f"Bounces up on {sender.email}"]


def test_old_bounces_are_forgotten(manager, campaign):
    long_ago = clock.now() - timedelta(days=2)
    factories.MessageFactory.create_batch(5, campaign=campaign, status="bounced", sent_at=long_ago)
    assert titles(manager) == []


def test_a_budget_that_ends_is_announced(manager, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(status="active", budget=100, spent=81)
    alarms.drain(clock.now())
    assert titles(manager) == ["Austin nears its budget"]


def test_other_teams_hear_nothing_of_it(stranger, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(status="paused")
    assert titles(stranger) == []


def test_stray_replies_concern_managers_only(manager, rep):
    factories.RawDeliveryFactory(status="unmatched")
    assert titles(manager) == ["1 reply matches nobody"]
    assert titles(rep) == []
