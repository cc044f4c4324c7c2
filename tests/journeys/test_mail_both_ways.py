"""A letter leaves by SMTP and its answer comes in by SMTP: two real servers on this machine."""

import smtplib

import pytest

from campaigns import clock
from campaigns.services import drains
from conversations.models import Conversation
from leads.models import Task
from outreach.management.commands import receive_mail
from outreach.models import Enrollment, RawDelivery
from outreach.providers import smtp_inbound
from tests.journeys.postbox import free_port
from tests.outreach import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


@pytest.fixture
def inbound():
    """The door that ``receive_mail`` opens; answers go to its port."""
    port = free_port()
    server = smtp_inbound.controller(receive_mail.accept, "127.0.0.1", port)
    server.start()
    yield port
    server.stop()


def test_an_answer_by_smtp_opens_a_conversation_once_however_often_it_comes(postbox, inbound, rep):
    campaign = world.campaign(people=2, steps=2, free=True, owner=rep)
    drains.run_all(world.MONDAY)
    letter, other = postbox.mails
    for _ in range(2):  # mail servers repeat themselves
        with smtplib.SMTP("127.0.0.1", inbound) as server:
            raw = letter.answer("Could you send me the price list?")
            server.sendmail(letter.to, [letter.message["Reply-To"].addresses[0].addr_spec], raw)
    assert RawDelivery.objects.filter(provider="smtp").count() == 1
    drains.run_all(clock.now())
    conversation = Conversation.objects.get()
    assert (conversation.lead.email, conversation.intent) == (letter.to, "question")
    assert Task.objects.get(kind="reply").owner == rep
    stopped = Enrollment.objects.filter(campaign=campaign, status="stopped")
    assert [one.lead.email for one in stopped] == [letter.to] != [other.to]
