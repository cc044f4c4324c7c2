"""A small campaign through the real rooms: afterwards every proof holds, counters equal rows."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from analytics.services import metrics, optimizer, reconcile, rollups
from campaigns import clock
from conversations.models import Conversation
from conversations.services import inbound, reply
from leads.models import Deal
from leads.services import deals
from outreach.models import Message
from outreach.services import mailroom, nurture, signing, tracking
from outreach.services.tracking import DeliveryEvent
from tests.outreach import world
from tests.outreach.conftest import office

__all__ = ["office"]
pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"
WORDS = (
    "Sounds good. Send me a calendar link please, happy to take a look.",
    "Please remove me from your list and stop emailing me.",
    "Thanks, but we are not interested.",
)


@pytest.fixture
def campaign(office, rep):
    """Twelve people, three steps, a week of events: two bounce, everybody else opens, three answer."""
    found = world.campaign(people=12, steps=3, owner=rep)
    for day in range(9):
        moment = world.MONDAY + timedelta(days=day)
        with clock.at(moment):
            nurture.stage(found, limit=1000, now=moment)
            world.send(moment)
            if day == 0:
                _first_day(moment + timedelta(hours=2))
    return found


def _first_day(moment):
    sent = list(Message.objects.filter(sent_at__isnull=False).order_by("id"))
    kinds = ["bounced"] * 2 + ["delivered"] * 10
    news = [_event(message, kind, moment) for message, kind in zip(sent, kinds, strict=True)]
    news += [_event(message, "opened", moment, n) for message in sent[2:] for n in range(2)]
    with clock.at(moment):
        for _ in range(2):  # every provider repeats itself
            tracking.record_events(news, moment)
        for message, words in zip(sent[2:5], WORDS, strict=True):
            for n in range(2):
                mailroom.accept(_mail(message, words, n))
        while inbound.drain(moment):
            pass


def _event(message, kind, moment, n=0):
    agent = BROWSER if kind == "opened" else ""
    return DeliveryEvent(message.uid, kind, "test", f"{kind}:{message.uid}:{n}", moment, user_agent=agent)


def _mail(message, words, n):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = message.to_address, f"Re: {message.subject}"
    mail["To"] = signing.reply_address(message.uid, message.sender.reply_domain)
    mail["Message-ID"] = f"<{n}.{message.uid}@customer.example>"
    mail.set_content(words)
    return mail.as_bytes()


def test_every_proof_holds_after_a_week(campaign):
    assert [check.as_dict() for check in reconcile.differences(reconcile.checks())] == []


def test_the_folded_counters_are_those_of_the_rows(campaign):
    folded = rollups.stored(campaign.pk)
    assert rollups.totals(folded)["sent"] > 12
    rollups.rebuild_tallies(campaign)
    assert rollups.stored(campaign.pk) == folded


def test_the_figures_tell_the_week(campaign):
    found = metrics.figures_of(campaign)
    assert (found.contacted, found.bounced, found.opened) == (12, 2, 10)
    assert (found.replied, found.positive, found.unsubscribed, found.answered) == (3, 1, 1, 3)
    assert (found.deals, found.graduated) == (1, 1)
    assert found.sent == Message.objects.filter(sent_at__isnull=False).count() == 12 + 2 * 7


def test_a_staff_answer_and_a_won_deal_keep_the_books(campaign, rep):
    moment = world.MONDAY + timedelta(days=9)
    with clock.at(moment):
        asked = Conversation.objects.get(intent="interested")
        turn = reply.reply(asked, "Thursday at ten?", rep)
        world.send(moment + timedelta(seconds=11))
        deals.win(Deal.objects.get(), value=900, by=rep)
        assert Message.objects.get(pk=turn.message_id).status == "sent"
    assert reconcile.differences(reconcile.checks()) == []
    assert metrics.figures_of(campaign).revenue == 900
    assert [one.action for one in optimizer.run(campaign, moment)] == ["SCALE_UP"]


def test_a_paused_campaign_still_lets_people_answer(campaign, rep):
    type(campaign).objects.update(status="paused")
    moment = world.MONDAY + timedelta(days=9)
    with clock.at(moment):
        turn = reply.reply(Conversation.objects.get(intent="interested"), "Thursday at ten?", rep)
    world.send(moment + timedelta(seconds=9))
    assert Message.objects.get(pk=turn.message_id).status == "queued"
    world.send(moment + timedelta(seconds=11))
    assert Message.objects.get(pk=turn.message_id).status == "sent"


def test_nobody_who_said_no_more_can_be_answered(campaign, rep):
    stopped = Conversation.objects.get(intent="unsubscribe")
    with pytest.raises(reply.ReplyRefused):
        reply.reply(stopped, "Are you sure?", rep)
    assert Message.objects.filter(step=None).count() == 0
