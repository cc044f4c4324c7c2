"""The inbox as people use it: who sees what, answering, collisions, undo, handing over, polling."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import Campaign, User
from conversations.models import Conversation, Turn
from conversations.services import sections, threads
from outreach.models import Message, RawDelivery
from tests import factories
from tests.pages import CAP, committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def campaign(manager: User) -> Campaign:
    factories.SenderFactory()
    return factories.CampaignFactory(name="Austin dental", owner=manager, team=manager.team)


@pytest.fixture
def conversation(rep: User, campaign: Campaign) -> Conversation:
    """Elena asks, and ``rep`` is to answer."""
    return talk(rep, campaign)


def talk(
    rep: User, campaign: Campaign, first: str = "Elena", words: str = "And the price?", **facts: Any
) -> Conversation:
    lead = factories.LeadFactory(first_name=first, owner=rep, team=rep.team)
    made = factories.ConversationFactory(
        lead=lead, campaign=campaign, intent="question", **{"assignee": rep, **facts}
    )
    threads.say(made, words, author="lead", intent="question", certainty=0.9, sentiment="positive")
    return made


def shown(user: User, query: str = "") -> str:
    return text(signed_in(user).get(url("conversations:inbox") + query))


def test_the_list_groups_by_what_is_to_be_done(rep: User, campaign: Campaign) -> None:
    talk(rep, campaign, "Opal")
    threads.escalate(talk(rep, campaign, "Esther"), rep, "angry")
    page = shown(rep)
    assert page.index("Needs a person") < page.index("Esther") < page.index("To answer") < page.index("Opal")


def test_the_list_finds_people_and_words(rep: User, campaign: Campaign) -> None:
    talk(rep, campaign, "Opal", "About Dentrix")
    talk(rep, campaign, "Marcus", "Later")
    for query in ("?q=opal", "?q=dentrix"):
        page = shown(rep, query)
        assert ("Opal" in page, "Marcus" in page) == (True, False)


def test_an_empty_inbox_teaches(rep: User) -> None:
    assert "Nobody waits for you" in shown(rep)


def test_a_report_s_figure_lists_its_conversations_ended_ones_too(rep: User, campaign: Campaign) -> None:
    threads.end(talk(rep, campaign, "Opal"), rep)
    talk(rep, factories.CampaignFactory(team=rep.team), "Marcus")
    page = shown(rep, f"?campaign={campaign.pk}&intent=positive")
    assert ("Opal" in page, "Marcus" in page) == (True, False)


def test_strangers_see_nothing_of_it(stranger: User, conversation: Conversation) -> None:
    assert "Elena" not in shown(stranger)
    client = signed_in(stranger)
    for name in ("thread", "turns", "composer"):
        assert client.get(url(f"conversations:{name}", conversation.pk)).status_code == 404
    for name in ("assign", "snooze", "wake", "end", "reopen", "escalate"):
        assert client.post(url(f"conversations:{name}", conversation.pk)).status_code == 404


def test_an_agent_sees_the_unassigned_queue_but_no_figures(
    agent: User, rep: User, campaign: Campaign
) -> None:
    talk(rep, campaign, "Opal", assignee=None)
    talk(rep, campaign, "Marcus")
    page = shown(agent)
    assert ("Opal" in page, "Marcus" in page) == (True, False)
    refused = signed_in(agent).get(url("conversations:campaign_conversations", campaign.pk))
    assert (refused.status_code, "Support agents work in the inbox" in text(refused)) == (403, True)


def test_a_thread_shows_what_was_said_and_proposes_three_tones(rep: User, conversation: Conversation) -> None:
    client, address = signed_in(rep), url("conversations:thread", conversation.pk)
    page = text(client.get(address))
    assert "And the price?" in page
    assert "90\u00a0%" in page
    assert all(tone in page for tone in ("Professional", "Friendly", "Direct"))
    direct = text(client.get(address + "?tone=direct"))
    assert "five minutes by phone" in direct
    fragment = text(client.get(url("conversations:composer", conversation.pk) + "?tone=direct", headers=HTMX))
    assert ("five minutes by phone" in fragment, "<html" in fragment) == (True, False)


def test_an_answer_is_queued_and_can_be_taken_back_with_its_text(
    rep: User, conversation: Conversation
) -> None:
    client, address = signed_in(rep), url("conversations:thread", conversation.pk)
    page = text(client.post(address, {"text": "Nine dollars.", "seen": "1"}, follow=True))
    message = Message.objects.get(lead=conversation.lead)
    assert (message.body, message.status) == ("Nine dollars.", "queued")
    undo = url("conversations:undo", conversation.turns.last().pk)
    assert f'action="{undo}"' in page
    page = text(client.post(undo, {"next": address}, follow=True))
    message.refresh_from_db()
    assert message.status == "cancelled"
    assert ">Nine dollars.</textarea>" in page


def test_what_has_left_cannot_be_taken_back(rep: User, conversation: Conversation) -> None:
    client = signed_in(rep)
    client.post(url("conversations:thread", conversation.pk), {"text": "Nine dollars.", "seen": "1"})
    Message.objects.update(status="sent")
    page = text(client.post(url("conversations:undo", conversation.turns.last().pk), follow=True))
    assert "has left already" in page
    assert conversation.turns.last().body == "Nine dollars."


def test_a_newer_word_stops_the_answer_and_keeps_what_was_written(
    rep: User, conversation: Conversation
) -> None:
    threads.say(conversation, "Forget it, we bought one.", author="lead")
    answer = signed_in(rep).post(
        url("conversations:thread", conversation.pk), {"text": "Nine dollars.", "seen": "1"}
    )
    page = text(answer)
    assert answer.status_code == 409
    assert "Forget it, we bought one." in page
    assert ">Nine dollars.</textarea>" in page
    assert not Message.objects.exists()
    assert 'name="seen" value="2"' in page


def test_a_colleague_s_newer_answer_stops_mine(
    rep: User, other_rep: User, conversation: Conversation
) -> None:
    threads.say(conversation, "I have sent the list.", author="staff", user=other_rep)
    answer = signed_in(rep).post(
        url("conversations:thread", conversation.pk), {"text": "Nine dollars.", "seen": "1"}
    )
    assert (answer.status_code, "I have sent the list." in text(answer)) == (409, True)


@pytest.mark.parametrize(
    ("words", "why"), [("  ", "Write something first"), ("x" * 20_001, "20000 characters at most")]
)
def test_a_bad_answer_says_what_is_wrong(words: str, why: str, rep: User, conversation: Conversation) -> None:
    answer = signed_in(rep).post(url("conversations:thread", conversation.pk), {"text": words, "seen": "1"})
    assert (answer.status_code, why in text(answer)) == (422, True)
    assert not Message.objects.exists()


def test_nobody_answers_a_person_who_may_not_be_written_to(rep: User, conversation: Conversation) -> None:
    type(conversation.lead).objects.filter(pk=conversation.lead_id).update(do_not_email=True)
    answer = signed_in(rep).post(url("conversations:thread", conversation.pk), {"text": "Nine.", "seen": "1"})
    assert (answer.status_code, "may not be written to" in text(answer)) == (422, True)
    assert ">Nine.</textarea>" in text(answer)


def test_an_analyst_reads_along_with_masked_addresses(analyst: User, conversation: Conversation) -> None:
    client, address = signed_in(analyst), url("conversations:thread", conversation.pk)
    page = text(client.get(address))
    assert "And the price?" in page
    assert conversation.lead.email not in page
    assert "You read along" in page
    refused = client.post(address, {"text": "Hello", "seen": "1"})
    assert (refused.status_code, "Analysts read" in text(refused)) == (403, True)
    assert client.post(url("conversations:end", conversation.pk)).status_code == 403


def test_a_poll_brings_new_turns_and_nothing_when_there_are_none(
    rep: User, conversation: Conversation
) -> None:
    client, address = signed_in(rep), url("conversations:turns", conversation.pk)
    assert client.get(address + "?seen=1", headers=HTMX).status_code == 204
    threads.say(conversation, "Are you there?", author="lead")
    page = text(client.get(address + "?seen=1", headers=HTMX))
    assert "Are you there?" in page
    assert 'value="2" form="reply"' in page


def test_the_list_polls_itself(rep: User, conversation: Conversation) -> None:
    page = text(signed_in(rep).get(url("conversations:inbox"), headers=HTMX))
    assert ("Elena" in page, "<html" in page) == (True, False)


def test_a_polled_list_marks_the_open_one_and_keeps_links_clean(
    rep: User, campaign: Campaign, conversation: Conversation
) -> None:
    other = talk(rep, campaign, "Opal")
    page = text(signed_in(rep).get(url("conversations:inbox") + f"?open={other.pk}", headers=HTMX))
    assert page.count('aria-current="true"') == 1
    assert f'href="{url("conversations:thread", other.pk)}"' in page


def test_a_long_section_opens_in_pages(rep: User, campaign: Campaign, monkeypatch: Any) -> None:
    monkeypatch.setattr(sections, "LIMIT", 2)
    for first in ("Opal", "Esther", "Marcus"):
        talk(rep, campaign, first)
    assert "All 3" in shown(rep)
    page = shown(rep, "?view=mine&status=open")
    assert all(first in page for first in ("Opal", "Esther", "Marcus"))


def test_a_conversation_is_handed_to_a_colleague_but_not_to_a_stranger(
    rep: User, other_rep: User, stranger: User, conversation: Conversation
) -> None:
    client, address = signed_in(rep), url("conversations:assign", conversation.pk)
    assert "Choose somebody of your team" in text(client.post(address, {"to": stranger.pk}, follow=True))
    client.post(address, {"to": other_rep.pk})
    conversation.refresh_from_db()
    assert conversation.assignee == other_rep
    client.post(address, {"to": ""})
    conversation.refresh_from_db()
    assert conversation.assignee is None


def test_closing_offers_undo_and_opening_works_once(rep: User, conversation: Conversation) -> None:
    client = signed_in(rep)
    page = text(client.post(url("conversations:end", conversation.pk), follow=True))
    assert f'action="{url("conversations:reopen", conversation.pk)}"' in page
    assert "ended already" in text(client.post(url("conversations:end", conversation.pk), follow=True))
    client.post(url("conversations:reopen", conversation.pk))
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_a_snoozed_conversation_comes_back_by_itself_or_by_its_customer(
    rep: User, conversation: Conversation
) -> None:
    client = signed_in(rep)
    client.post(url("conversations:snooze", conversation.pk), {"for": "week"})
    assert "Elena" not in shown(rep, "?view=mine").partition('id="toasts"')[0]
    assert "Elena" in shown(rep, "?view=snoozed")
    with clock.at(clock.now() + timedelta(days=8)):
        assert "Elena" in shown(rep, "?view=mine")
    threads.say(conversation, "One more thing", author="lead")
    assert "One more thing" in shown(rep, "?view=mine")


def test_waking_takes_a_snooze_back(rep: User, conversation: Conversation) -> None:
    client = signed_in(rep)
    client.post(url("conversations:snooze", conversation.pk), {"for": "day"})
    client.post(url("conversations:wake", conversation.pk))
    conversation.refresh_from_db()
    assert conversation.snoozed_until is None


def test_asking_for_a_person_becomes_a_line_of_the_thread(agent: User, rep: User, campaign: Campaign) -> None:
    found = talk(rep, campaign, assignee=agent)
    page = text(
        signed_in(agent).post(url("conversations:escalate", found.pk), {"reason": "a lawyer"}, follow=True)
    )
    assert "A person is needed: a lawyer" in page
    assert "Needs a person" in page


def test_a_campaign_shows_its_newest_conversations(
    manager: User, conversation: Conversation, campaign: Campaign
) -> None:
    client, address = signed_in(manager), url("conversations:campaign_conversations", campaign.pk)
    fragment = text(client.get(address, headers=HTMX))
    assert ("Elena" in fragment, "<html" in fragment) == (True, False)
    assert "Austin dental" in text(client.get(address))


def test_stray_mail_is_listed_and_tried_again_by_managers_only(manager: User, rep: User) -> None:
    stray = factories.RawDeliveryFactory(status="unmatched", provider="smtp")
    factories.RawDeliveryFactory(status="failed", error="UnicodeDecodeError: byte 0x80")
    client = signed_in(manager)
    assert "byte 0x80" in text(client.get(url("conversations:unmatched")))
    client.post(url("conversations:replay"), {"pk": stray.pk})
    assert RawDelivery.objects.get(pk=stray.pk).status == "new"
    client.post(url("conversations:replay"))
    assert not RawDelivery.objects.exclude(status="new").exists()
    assert "not stuck any more" in text(
        client.post(url("conversations:replay"), {"pk": stray.pk}, follow=True)
    )
    assert signed_in(rep).get(url("conversations:unmatched")).status_code == 403


def test_words_of_customers_stay_text(rep: User, campaign: Campaign) -> None:
    found = talk(rep, campaign, words="<img src=x onerror=alert(1)>")
    page = text(signed_in(rep).get(url("conversations:thread", found.pk)))
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_the_list_keeps_its_number_of_queries(manager: User, rep: User, campaign: Campaign) -> None:
    for _ in range(6):
        talk(rep, campaign)
    assert queries(manager, url("conversations:inbox")) == committed("conversations:inbox") <= CAP


def test_a_thread_keeps_its_number_of_queries(manager: User, rep: User, campaign: Campaign) -> None:
    found, *_ = [talk(rep, campaign) for _ in range(3)]
    for n in range(4):
        Turn.objects.create(conversation=found, number=n + 2, author="lead", body="More")
    wanted = committed("conversations:thread")
    assert queries(manager, url("conversations:thread", found.pk)) == wanted <= CAP


def test_stray_mail_keeps_its_number_of_queries(manager: User) -> None:
    factories.RawDeliveryFactory.create_batch(5, status="unmatched")
    assert queries(manager, url("conversations:unmatched")) == committed("conversations:unmatched") <= CAP
