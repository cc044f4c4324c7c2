from datetime import timedelta

import pytest

from campaigns import clock
from conversations.models import Turn
from conversations.services import reply, threads
from leads.services import contactability
from outreach.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya():
    return factories.UserFactory(first_name="Maya", last_name="Okafor")


@pytest.fixture
def conversation():
    sent = factories.MessageFactory(subject="No-shows at Barton Creek")
    made = threads.open_thread(sent.lead_id, sent.campaign_id)
    threads.say(made, "What does it cost?", author="lead", external_id="q@customer.example")
    return made


def test_an_answer_is_queued_from_the_mailbox_they_know_and_waits_ten_seconds(conversation, maya):
    turn = reply.reply(conversation, " Six chairs are $389. ", maya)
    message = Message.objects.get(pk=turn.message_id)
    assert (message.status, message.step, message.enrollment) == ("queued", None, None)
    assert (message.subject, message.in_reply_to) == ("Re: No-shows at Barton Creek", "<q@customer.example>")
    assert message.sender == Message.objects.exclude(pk=message.pk).get().sender
    assert timedelta(seconds=8) < message.due_at - clock.now() <= timedelta(seconds=10)


def test_an_answer_ends_the_waiting_and_gives_the_thread_an_owner(conversation, maya):
    turn = reply.reply(conversation, "Six chairs are $389.", maya)
    conversation.refresh_from_db()
    assert (turn.author, turn.user, turn.number) == ("staff", maya, 2)
    assert (conversation.status, conversation.assignee) == ("waiting", maya)


def test_an_answer_can_be_taken_back_with_its_text(conversation, maya):
    turn = reply.reply(conversation, "Nothing at all", maya)
    assert reply.can_undo(turn)
    assert reply.undo(turn, maya) == "Nothing at all"
    assert Message.objects.latest("id").status == "cancelled"
    assert Turn.objects.count() == 1


def test_what_has_left_cannot_be_taken_back(conversation, maya):
    turn = reply.reply(conversation, "Nothing at all", maya)
    Message.objects.filter(pk=turn.message_id).update(status="sent")
    with pytest.raises(reply.ReplyRefused, match="left already"):
        reply.undo(turn, maya)
    assert Turn.objects.count() == 2


def test_who_opted_out_gets_no_answer(conversation, maya):
    contactability.suppress_lead(conversation.lead, "unsubscribed")
    with pytest.raises(reply.ReplyRefused, match="may not be written to"):
        reply.reply(conversation, "One more thing", maya)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("text", "why"), [("  ", "Write something"), ("x" * 20_001, "20,000 characters")])
def test_an_answer_must_have_a_sensible_text(conversation, maya, text, why):
    with pytest.raises(reply.ReplyRefused, match=why):
        reply.reply(conversation, text, maya)


def test_a_conversation_without_campaign_says_so(maya):
    with pytest.raises(reply.ReplyRefused, match="no campaign"):
        reply.reply(factories.ConversationFactory(campaign=None), "Hello", maya)


def test_answering_does_the_task_and_taking_back_asks_again(conversation, maya):
    task = factories.TaskFactory(lead=conversation.lead, conversation_id=conversation.pk, kind="reply")
    turn = reply.reply(conversation, "Six chairs are $389.", maya)
    task.refresh_from_db()
    assert task.status == "done"
    reply.undo(turn, maya)
    task.refresh_from_db()
    assert task.status == "open"
