from decimal import Decimal

import pytest

from campaigns.models import Campaign
from leads.models import Lead
from leads.services import contactability
from outreach.models import Message, Sender
from outreach.services import diagnosis
from tests.factories import CampaignFactory, SenderFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


def why(campaign):
    campaign.refresh_from_db()
    return diagnosis.why_not_sending(campaign, MONDAY)


def test_nothing_is_in_the_way_of_a_campaign_that_sends():
    assert why(world.planned(people=1)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "paused", "status_reason": "negative ROI"}, "The campaign is paused (negative ROI)."),
        ({"spent": Decimal("999.9995")}, "The budget is used up: $0.00 are left."),
        ({"send_limit": 0}, "The trial run of 0 people is complete."),
    ],
)
def test_the_exact_reason_is_named(change, words):
    campaign = world.planned(people=1)
    Campaign.objects.update(**change)
    assert why(campaign)[0].startswith(words)


def test_senders_are_named():
    campaign = world.planned(people=1)
    Sender.objects.update(daily_cap=0)
    assert why(campaign) == ["Every sender has reached its hourly or daily limit."]
    Sender.objects.update(is_active=False)
    assert why(campaign) == ["There is no active sender that is not resting."]


def test_an_empty_campaign_is_told_what_to_do():
    SenderFactory()
    campaign = CampaignFactory()
    assert why(campaign) == ["Publish a sequence for this campaign: there is nothing to send yet."]
    world.sequence(campaign=campaign)
    assert why(campaign)[0].startswith("Nobody is on the way")


def test_a_message_says_why_it_waits():
    world.planned(people=1)
    message = Message.objects.get()
    assert diagnosis.why_not(message, MONDAY) == []
    contactability.suppress_lead(Lead.objects.get(), "asked us not to")
    assert diagnosis.why_not(message, MONDAY) == ["This person is on the suppression list."]
    message.status, message.reason = "failed", "550 no such mailbox"
    assert diagnosis.why_not(message, MONDAY) == ["550 no such mailbox"]
