from datetime import timedelta

import pytest

from leads.models import Lead
from outreach.models import Enrollment, Message
from outreach.services import enrollments, nurture
from tests.factories import MessageFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


def test_a_stop_in_one_campaign_leaves_the_other_alone():
    first = world.planned(people=1)
    other = MessageFactory(lead=Lead.objects.get(), status="queued")
    assert enrollments.stop_for_lead(other.lead_id, "replied", MONDAY, campaign_id=first.pk) == 1
    assert enrollments.stop_for_lead(other.lead_id, "replied", MONDAY, campaign_id=first.pk) == 0
    assert Message.objects.get(campaign=first).status == "cancelled"
    assert Enrollment.objects.get().stop_reason == "replied"


def test_an_answer_that_staff_wrote_still_goes_out():
    lead = MessageFactory(status="queued").lead
    enrollments.stop_for_lead(lead.pk, "replied", MONDAY)
    assert Message.objects.get().status == "queued"


def test_who_is_away_goes_on_after_the_return(office):
    campaign = world.planned(people=1, steps=2)
    back = MONDAY + timedelta(days=9)
    enrollments.pause_for_lead(Lead.objects.get().pk, MONDAY, until=back)
    for day in range(9):
        world.send(MONDAY + timedelta(days=day, hours=3))
        nurture.stage(campaign, limit=10, now=MONDAY + timedelta(days=day))
    assert office.count() == 0
    world.send(back)
    world.send(back + timedelta(hours=3))
    assert office.count() == 1


def test_a_campaigns_end_stops_everybody():
    campaign = world.planned(people=3)
    assert enrollments.stop_campaign(campaign, "campaign ended", MONDAY) == 3
    assert world.statuses() == {"cancelled": 3}
