from datetime import timedelta

import pytest

from campaigns.models import AuditEntry, Campaign, Cost
from outreach.channels import registry
from outreach.models import Message
from outreach.services import settling, tracking
from outreach.services.tracking import DeliveryEvent
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubt(office, monkeypatch):
    """One message that may have left, at a provider that cannot be asked."""
    world.planned(people=1)
    channel = registry.channel("email")
    monkeypatch.setattr(channel, "send_batch", lambda messages, watch: [])
    monkeypatch.setattr(channel, "look_up", lambda uids: {})
    world.send()
    return Message.objects.get(status="uncertain")


def test_what_nobody_knows_stays_uncertain_and_is_asked_again_later(doubt):
    assert settling.drain(MONDAY) == 0
    doubt.refresh_from_db()
    assert doubt.status == "uncertain"
    assert doubt.due_at == MONDAY + timedelta(minutes=15)


def test_news_about_it_means_it_was_sent_and_is_paid_once(doubt):
    report = DeliveryEvent(doubt.uid, "delivered", "sendgrid", "e1", MONDAY)
    tracking.record_events([report], MONDAY)
    assert settling.drain(MONDAY) == 1
    assert settling.drain(MONDAY + timedelta(hours=1)) == 0
    assert world.statuses() == {"delivered": 1}
    assert Cost.objects.get().reference == f"send:{doubt.uid}"


def test_a_person_decides_with_a_note_in_the_log(doubt, manager):
    assert settling.decide(doubt, was_sent=False, by=manager, now=MONDAY)
    assert Message.objects.get().status == "queued"
    assert AuditEntry.objects.filter(actor=manager, verb="settle").count() == 1
    assert not settling.decide(doubt, was_sent=True, by=manager, now=MONDAY)


def test_money_spent_beyond_the_budget_is_booked_all_the_same(doubt):
    Campaign.objects.update(budget="0.0005", held=0)
    tracking.record_events([DeliveryEvent(doubt.uid, "opened", "sendgrid", "e1", MONDAY)], MONDAY)
    assert settling.drain(MONDAY) == 1
    assert Cost.objects.count() == 1
