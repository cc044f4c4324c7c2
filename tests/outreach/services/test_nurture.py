from collections import Counter
from datetime import timedelta

import pytest

from leads.models import Lead
from leads.services import contactability
from outreach.models import Enrollment, Message
from outreach.services import enrollments, nurture, variants
from tests.factories import CampaignFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


def test_a_due_step_becomes_a_message_with_its_text():
    campaign = world.campaign(people=1)
    assert nurture.stage(campaign, limit=10, now=MONDAY) == nurture.StageReport(done=1, left=0)
    message = Message.objects.get()
    assert message.body == "Hi Elena"
    assert message.subject == f"No-shows at {message.lead.company.name}"
    assert (message.status, message.to_address) == ("queued", message.lead.email)
    assert message.tone in ("professional", "friendly", "direct")
    assert message.closes_at == MONDAY.replace(hour=17)


def test_planning_twice_plans_once():
    campaign = world.campaign(people=3)
    nurture.stage(campaign, limit=10, now=MONDAY)
    Enrollment.objects.update(position=0, due_at=MONDAY)
    nurture.stage(campaign, limit=10, now=MONDAY)
    assert Message.objects.count() == 3
    assert set(Enrollment.objects.values_list("position", flat=True)) <= {0, 1}


def test_the_next_step_waits_for_its_delay_and_for_the_message_before(office):
    campaign = world.planned(people=1, steps=2)
    later = MONDAY + timedelta(days=3)
    assert nurture.stage(campaign, limit=10, now=later).done == 0  # the first has not left yet
    world.send()
    assert nurture.stage(campaign, limit=10, now=MONDAY + timedelta(hours=47)).done == 0
    assert nurture.stage(campaign, limit=10, now=later).done == 1


def test_who_lacks_a_token_is_passed_over_with_the_reason():
    campaign = world.campaign(people=1)
    Lead.objects.update(first_name="")
    nurture.stage(campaign, limit=10, now=MONDAY)
    assert Message.objects.values_list("status", "reason").get() == (
        "skipped",
        "Nothing known for first_name.",
    )
    assert Enrollment.objects.get().status == "active"


def test_who_must_not_be_written_to_gets_no_text_and_leaves_the_sequence():
    campaign = world.campaign(people=2)
    contactability.suppress_lead(Lead.objects.first(), "asked us not to")
    nurture.stage(campaign, limit=10, now=MONDAY)
    assert world.statuses() == {"queued": 1, "suppressed": 1}
    message = Message.objects.get(status="suppressed")
    assert message.reason == "This person is on the suppression list."
    assert (message.enrollment.status, message.enrollment.stop_reason) == ("stopped", "suppressed")


def test_a_paused_campaign_plans_nothing():
    world.campaign(people=1, status="paused")
    assert nurture.drain(MONDAY) == 0


def test_people_finish_when_no_step_is_left(office):
    world.planned(people=2)
    world.send()
    assert nurture.drain(MONDAY + timedelta(hours=2)) == 0
    assert nurture.drain(MONDAY + timedelta(days=2)) == 2
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"finished"}


def test_a_stopped_person_gets_nothing_more():
    campaign = world.planned(people=2, steps=2)
    lead = Lead.objects.first()
    enrollments.stop_for_lead(lead.pk, "replied", MONDAY)
    assert world.statuses() == {"queued": 1, "cancelled": 1}
    assert nurture.stage(campaign, limit=10, now=MONDAY + timedelta(days=5)).done == 0


def test_variants_are_drawn_by_weight_and_stay_with_the_person():
    class Text:
        def __init__(self, pk, weight):
            self.id, self.weight = pk, weight

    choices = [Text(1, 1), Text(2, 3), Text(3, 0)]
    found = Counter(variants.pick(choices, 7, lead).id for lead in range(4000))
    assert found[3] == 0
    assert 2.5 < found[2] / found[1] < 3.5
    assert len({variants.pick(choices, 7, 42).id for _ in range(5)}) == 1


def test_a_batch_takes_four_statements_however_many_people():
    campaign = world.campaign(people=40)
    with world.statements() as found:
        assert nurture.stage(campaign, limit=30, now=MONDAY).left == 10
    assert len(found) == 4 + 1  # what is left is counted for the progress bar


def test_a_campaign_of_nobody_is_done_at_once():
    assert nurture.stage(CampaignFactory(), limit=10, now=MONDAY) == nurture.StageReport(done=0)
