from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.models import Campaign, Cost
from campaigns.services import bulk
from leads.models import Activity, Lead, Prospect
from leads.services import contactability
from outreach.channels import registry
from outreach.channels.base import Receipt
from outreach.models import Enrollment, Message, Sender, Tally
from outreach.services import claiming, enrollments, marking, nurture, sending, settling
from tests.factories import MessageFactory, SenderFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


def answer(monkeypatch, outcome, **facts):
    """Let the channel say the same about every letter."""

    def send_batch(messages, watch):
        return [Receipt(m.uid, outcome, "test", **facts) for m in messages] if outcome else []

    monkeypatch.setattr(registry.channel("email"), "send_batch", send_batch)


def test_sent_means_paid_counted_noted_and_moved_on(office):
    campaign = world.planned(people=3)
    world.send()
    campaign.refresh_from_db()
    assert world.statuses() == {"sent": 3}
    assert office.count() == 3
    assert (campaign.spent, campaign.held) == (Decimal("0.003"), 0)
    assert Cost.objects.filter(provider="email", operation="send", campaign=campaign).count() == 3
    assert sum(Tally.objects.values_list("sent", flat=True)) == 3
    assert Activity.objects.filter(kind="sent").count() == 3
    assert set(Prospect.objects.values_list("stage", flat=True)) == {"contacted"}
    assert set(Lead.objects.values_list("last_contacted_at", flat=True)) == {MONDAY}


def test_claim_and_mark_take_five_statements_and_the_rest_does_not_grow(office):
    world.planned(people=40)
    channel = registry.channel("email")
    with world.statements() as found:
        assert len(claiming.claim(channel, MONDAY, 10).rows) == 10
    money = [sql for sql in found if "campaigns_hold" in sql or sql.startswith('UPDATE "campaigns_campaign"')]
    assert len(found) - len(money) == 3 + bulk.is_postgres()  # there it takes a lock besides
    counts = []
    for limit in (10, 20):
        with world.statements() as found:
            assert sending.drain(MONDAY, limit=limit) == limit
        counts.append(len([sql for sql in found if "outreach_link" not in sql]))
        assert sum("UPDATE outreach_message AS m SET status = r.status" in sql for sql in found) == 1
    assert counts[0] == counts[1]


@pytest.mark.parametrize("status", ["paused", "stopped", "draft"])
def test_nothing_leaves_a_campaign_that_is_not_active(office, status):
    world.planned(people=2)
    Campaign.objects.update(status=status)
    world.send()
    assert office.count() == 0
    Campaign.objects.update(status="active")
    world.send()
    assert office.count() == 2


def test_suppression_in_the_last_moment_wins(office):
    world.planned(people=3)
    contactability.suppress_lead(Lead.objects.first(), "asked us not to")
    world.send()
    assert world.statuses() == {"sent": 2, "suppressed": 1}
    assert Enrollment.objects.filter(status="stopped", stop_reason="suppressed").count() == 1


def test_a_reply_cancels_what_waits(office):
    world.planned(people=2)
    enrollments.stop_for_lead(Lead.objects.first().pk, "replied", MONDAY)
    world.send()
    assert office.count() == 1


def test_a_paused_person_waits(office):
    world.planned(people=1)
    lead = Lead.objects.get()
    enrollments.pause_for_lead(lead.pk, MONDAY)
    world.send()
    assert office.count() == 0
    enrollments.resume_for_lead(lead.pk, MONDAY)
    world.send()
    assert office.count() == 1


def test_the_budget_is_never_overspent_and_the_rest_waits(office):
    campaign = world.planned(people=5, budget=Decimal("0.01"))
    Campaign.objects.update(spent=Decimal("0.007"))
    world.send()
    campaign.refresh_from_db()
    assert office.count() == 3
    assert campaign.spent == campaign.budget
    assert world.statuses() == {"sent": 3, "queued": 2}


def test_sender_caps_hold_and_end_with_the_hour(office):
    world.planned(people=5, sender=SenderFactory(hourly_cap=2))
    world.send()
    assert office.count() == 2
    world.send(MONDAY + timedelta(minutes=61))
    assert office.count() == 4


def test_a_new_sender_starts_slowly(office):
    world.planned(people=60, sender=SenderFactory(ramp_started_at=MONDAY))
    world.send()
    assert office.count() == 50


def test_a_resting_sender_is_quiet(office):
    world.planned(people=1)
    Sender.objects.update(rested_until=MONDAY + timedelta(hours=1))
    world.send()
    assert office.count() == 0


def test_a_canary_reaches_so_many_people_and_they_get_the_next_steps(office):
    campaign = world.planned(people=5, steps=2, send_limit=2)
    world.send()
    assert office.count() == 2
    later = MONDAY + timedelta(days=3)
    nurture.stage(campaign, limit=10, now=later)
    world.send(later)
    assert office.count() == 4
    assert Message.objects.filter(status="sent").values("lead").distinct().count() == 2
    Campaign.objects.update(send_limit=None)
    world.send(later)
    assert Message.objects.filter(status="sent", step__position=1).count() == 5


def test_what_waited_into_the_night_leaves_the_next_morning(office):
    world.planned(people=1)
    night = MONDAY.replace(hour=23)
    world.send(night)
    message = Message.objects.get()
    assert office.count() == 0
    assert MONDAY.replace(day=24, hour=8) <= message.due_at <= MONDAY.replace(day=24, hour=10)
    world.send(message.due_at)
    assert office.count() == 1


def test_a_late_letter_moves_the_next_step(office):
    world.planned(people=1, steps=2)
    Campaign.objects.update(status="paused")
    enrollment = Enrollment.objects.get()
    Campaign.objects.update(status="active")
    Message.objects.update(closes_at=None)
    world.send(MONDAY + timedelta(days=2))
    moved = Enrollment.objects.get().due_at - enrollment.due_at
    assert abs(moved - timedelta(days=2)) < timedelta(seconds=2)


def test_refused_is_final_and_ends_the_sequence(office, monkeypatch):
    world.planned(people=1)
    answer(monkeypatch, "refused", reason="550 no such mailbox")
    world.send()
    message = Message.objects.get()
    assert (message.status, message.reason) == ("failed", "550 no such mailbox")
    assert message.enrollment.stop_reason == "failed"
    assert Cost.objects.count() == 0
    assert Campaign.objects.get().held == 0


def test_later_with_a_time_waits_until_then_and_costs_no_try(office, monkeypatch):
    world.planned(people=1)
    answer(monkeypatch, "later", retry_at=MONDAY + timedelta(minutes=3))
    for minute in range(12):
        sending.drain(MONDAY + timedelta(minutes=minute))
    message = Message.objects.get()
    assert (message.status, message.attempts) == ("queued", 0)
    monkeypatch.undo()
    world.send(MONDAY + timedelta(minutes=30))
    assert office.count() == 1


def test_three_failed_tries_are_enough(office, monkeypatch):
    world.planned(people=1)
    answer(monkeypatch, "later", reason="451 try again")
    for hour in range(6):
        sending.drain(MONDAY + timedelta(hours=hour))
    message = Message.objects.get()
    assert message.status == "failed"
    assert message.reason == "Given up after 3 tries. 451 try again"


@pytest.mark.parametrize("outcome", ["unknown", None])
def test_doubt_is_looked_up_and_never_repeated_blindly(office, monkeypatch, outcome):
    world.planned(people=2)
    answer(monkeypatch, outcome)
    world.send()
    assert world.statuses() == {"uncertain": 2}
    world.send(MONDAY + timedelta(hours=1))
    assert office.count() == 0


def test_silence_after_accept_is_settled_by_the_book(office, monkeypatch):
    world.planned(people=20)
    monkeypatch.setenv("LEADLOOM_POST_OFFICE_FAULTS", "silence=0.5")
    world.send()
    doubts = world.statuses().get("uncertain", 0)
    assert doubts
    assert settling.drain(MONDAY + timedelta(minutes=1)) == doubts
    assert world.statuses() == {"sent": 20}
    assert (office.count(), office.doubled()) == (20, [])
    assert Cost.objects.count() == 20
    assert Campaign.objects.get().held == 0


def test_a_dead_workers_messages_are_looked_up(office):
    world.planned(people=3)
    channel = registry.channel("email")
    claim = claiming.claim(channel, MONDAY, 2)
    channel.send_batch(sending._compose(claim)[:1], sending.Leash(claim, channel))
    assert sending.drain(MONDAY + timedelta(seconds=30)) == 1  # only the one nobody holds
    later = MONDAY + timedelta(minutes=2)
    sending.drain(later)
    assert world.statuses() == {"sent": 1, "uncertain": 2}
    settling.drain(later)
    world.send(later + timedelta(minutes=10))
    assert world.statuses() == {"sent": 3}
    assert (office.count(), office.doubled()) == (3, [])


def test_the_late_writer_loses(office):
    world.planned(people=1)
    channel = registry.channel("email")
    claim = claiming.claim(channel, MONDAY, 10)
    later = MONDAY + timedelta(minutes=2)
    sending.drain(later)
    settling.drain(later)
    world.send(later + timedelta(minutes=10))
    receipts = [Receipt(row.uid, "refused", "late") for row in claim.rows]
    marking.mark(claim.rows, receipts, channel=channel, now=later, token=claim.token, holds=claim.holds)
    assert world.statuses() == {"sent": 1}


def test_a_batch_is_not_begun_after_its_lease(office, monkeypatch):
    world.planned(people=2)
    monkeypatch.setattr(claiming, "SEND_SECONDS", -1.0)
    sending.drain(MONDAY)
    assert office.count() == 0
    assert set(Message.objects.values_list("status", "attempts")) == {("queued", 0)}


def test_poison_is_isolated_and_the_others_leave(office, monkeypatch):
    world.planned(people=8)
    poison = Message.objects.order_by("due_at", "pk")[3].uid
    channel = registry.channel("email")
    whole = type(channel).send_batch.__get__(channel)

    class Killed(BaseException):
        pass

    def send_batch(messages, watch):
        if any(message.uid == poison for message in messages):
            raise Killed
        return whole(messages, watch)

    monkeypatch.setattr(channel, "send_batch", send_batch)
    moment = MONDAY
    for _ in range(40):
        try:
            sending.drain(moment)
        except Killed:
            moment += timedelta(minutes=2)
        settling.drain(moment)
        moment += timedelta(minutes=6)
    assert world.statuses() == {"sent": 7, "failed": 1}
    assert Message.objects.get(status="failed").uid == poison
    assert office.doubled() == []


def test_a_long_batch_stops_for_a_pause(office):
    world.planned(people=3)
    channel = registry.channel("email")
    claim = claiming.claim(channel, MONDAY, 10)
    leash = sending.Leash(claim, channel)
    contactability.suppress_lead(Lead.objects.first(), "unsubscribed")
    leash.look()
    assert [leash.stops(row.uid) for row in claim.rows].count(True) == 1
    Campaign.objects.update(status="paused")
    leash.look()
    assert all(leash.stops(row.uid) for row in claim.rows)


def test_a_malformed_address_or_subject_never_leaves(office):
    world.planned(people=3)
    first, second, _ = Message.objects.order_by("pk")
    Message.objects.filter(pk=first.pk).update(to_address="a@b.example, evil@c.example")
    Message.objects.filter(pk=second.pk).update(subject="Hi\r\nBcc: evil@c.example")
    world.send()
    assert world.statuses() == {"sent": 1, "failed": 2}
    assert office.count() == 1


def test_staff_answers_leave_even_while_the_campaign_rests(office):
    campaign = world.campaign(people=0)
    answer = MessageFactory(
        campaign=campaign, status="queued", sent_at=None, sender=Sender.objects.get(), in_reply_to="<x@y>"
    )
    Campaign.objects.update(status="paused")
    world.send(MONDAY + timedelta(days=400))
    letter = office.unread()[0]
    assert (letter.recipient, letter.in_reply_to) == (answer.lead.email, "<x@y>")
    assert "/t/o/" not in letter.html
    assert "Unsubscribe" not in letter.text
