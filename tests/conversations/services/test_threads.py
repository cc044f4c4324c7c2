import threading

import pytest
from django.db import connection

from campaigns.models import AuditEntry
from conversations.models import Conversation, Turn
from conversations.services import threads
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_customer_has_one_conversation_per_campaign():
    prospect = factories.ProspectFactory()
    first = threads.open_thread(prospect.lead_id, prospect.campaign_id)
    assert threads.open_thread(prospect.lead_id, prospect.campaign_id) == first


def test_turns_are_numbered_and_the_customers_word_waits_for_us():
    conversation = factories.ConversationFactory()
    turns = [threads.say(conversation, text, author="lead") for text in ("Hello", "Are you there?")]
    conversation.refresh_from_db()
    assert [turn.number for turn in turns] == [1, 2]
    assert (conversation.status, conversation.waiting_since) == ("open", turns[0].said_at)
    assert conversation.last_line == "Are you there?"


def test_our_answer_ends_the_waiting():
    conversation = factories.ConversationFactory()
    threads.say(conversation, "Hello", author="lead")
    threads.say(conversation, "Hello Elena", author="staff")
    assert (conversation.status, conversation.waiting_since) == ("waiting", None)


def test_a_mail_delivered_twice_is_heard_once():
    conversation = factories.ConversationFactory()
    assert threads.say(conversation, "Yes", author="lead", external_id="<1@x>")
    assert threads.say(conversation, "Yes", author="lead", external_id="<1@x>") is None
    assert Conversation.objects.get().turns_count == Turn.objects.count() == 1


def test_an_answer_is_counted_once():
    conversation = factories.ConversationFactory()
    assert [threads.count_response(conversation) for _ in range(3)] == [True, False, False]


def test_a_word_after_the_end_opens_it_again():
    conversation = factories.ConversationFactory()
    threads.end(conversation, reason="silence")
    threads.say(conversation, "One more thing", author="lead")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.ended_at, conversation.end_reason) == ("open", None, "")


def test_an_escalated_conversation_stays_with_people_and_says_why():
    conversation = factories.ConversationFactory(status="waiting")
    threads.escalate(conversation, None, "asks about compliance")
    threads.say(conversation, "Hello?", author="lead")
    conversation.refresh_from_db()
    assert conversation.status == "escalated"
    assert "compliance" in conversation.turns.first().body


def test_an_ended_conversation_cannot_end_again():
    conversation = factories.ConversationFactory(status="ended")
    with pytest.raises(threads.ThreadError, match="ended already"):
        threads.end(conversation)


def test_giving_it_to_a_colleague_is_written_down():
    conversation, maya = factories.ConversationFactory(), factories.UserFactory()
    threads.assign(conversation, maya, None)
    assert Conversation.objects.get().assignee == maya
    assert AuditEntry.objects.get(verb="assign").after == {"assignee": maya.pk}


def test_nothing_said_is_refused():
    with pytest.raises(threads.ThreadError):
        threads.say(factories.ConversationFactory(), "  \n ", author="lead")


def test_a_turn_taken_back_leaves_no_gap_and_their_question_open():
    conversation = factories.ConversationFactory()
    asked = threads.say(conversation, "What does it cost?", author="lead")
    threads.take_back(threads.say(conversation, "Nothing", author="staff"))
    conversation.refresh_from_db()
    assert (conversation.turns_count, conversation.status) == (1, "open")
    assert conversation.waiting_since == asked.said_at
    assert threads.say(conversation, "Two dollars", author="staff").number == 2


def test_a_turn_taken_back_after_their_next_word_leaves_a_line():
    conversation = factories.ConversationFactory()
    ours = threads.say(conversation, "Nothing", author="staff")
    threads.say(conversation, "Really?", author="lead")
    threads.take_back(ours)
    assert [turn.author for turn in conversation.turns.all()] == ["system", "lead"]


@pytest.mark.django_db(transaction=True)
def test_many_voices_at_once_leave_no_gap_and_count_one_answer():
    conversation = factories.ConversationFactory()
    counted: list[bool] = []

    def speak(voice):
        own = Conversation.objects.get(pk=conversation.pk)
        for n in range(5):
            threads.say(own, f"{voice} {n}", author="lead", external_id=f"{voice % 4}-{n}")
        counted.append(threads.count_response(own))
        connection.close()

    voices = [threading.Thread(target=speak, args=(voice,)) for voice in range(8)]
    for voice in voices:
        voice.start()
    for voice in voices:
        voice.join()
    numbers = list(Turn.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 21))
    assert Conversation.objects.get().turns_count == 20
    assert counted.count(True) == 1
    assert len(counted) == 8
