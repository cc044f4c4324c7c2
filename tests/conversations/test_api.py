import pytest

from conversations.services import threads
from tests import factories
from tests.clients import as_person, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(team, rep):
    sent = factories.MessageFactory(lead__owner=rep, lead__team=team, campaign__team=team)
    made = threads.open_thread(sent.lead_id, sent.campaign_id, assignee_id=rep.pk)
    threads.say(made, "What does it cost?", author="lead", external_id="<1@customer.example>")
    return made


def at(conversation, verb=""):
    return f"/api/v1/conversations/{conversation.pk}/{verb}{'/' if verb else ''}"


def test_a_rep_reads_and_answers_a_customer(conversation, rep):
    client = as_person(rep)
    assert client.get("/api/v1/conversations/").json()["results"][0]["last_line"] == "What does it cost?"
    answer = client.post(at(conversation, "turns"), {"text": "Six chairs are $389."})
    assert (answer.status_code, answer.json()["number"]) == (201, 2)
    bodies = [turn["body"] for turn in client.get(at(conversation, "turns")).json()["results"]]
    assert bodies == ["Six chairs are $389.", "What does it cost?"]


def test_a_stranger_finds_nothing_and_changes_nothing(conversation, stranger):
    client = as_person(stranger)
    assert client.get("/api/v1/conversations/").json()["results"] == []
    for verb, body in (
        ("turns", {"text": "x"}),
        ("end", {}),
        ("escalate", {}),
        ("assign", {"assignee": None}),
    ):
        assert client.post(at(conversation, verb), body).status_code == 404
    conversation.refresh_from_db()
    assert (conversation.status, conversation.turns_count) == ("open", 1)


def test_it_is_handed_over_and_ended_once(conversation, rep, other_rep):
    client = as_person(rep)
    assert (
        client.post(at(conversation, "assign"), {"assignee": other_rep.pk}).json()["assignee"] == other_rep.pk
    )
    assert client.post(at(conversation, "escalate"), {"reason": "law"}).json()["status"] == "escalated"
    assert client.post(at(conversation, "end"), {"reason": "done"}).json()["end_reason"] == "done"
    told = client.post(at(conversation, "end"))
    assert (told.status_code, told.json()["error"]["code"]) == (409, "thread")


def test_it_is_not_handed_to_another_team(conversation, rep, stranger):
    assert as_person(rep).post(at(conversation, "assign"), {"assignee": stranger.pk}).status_code == 403
    conversation.refresh_from_db()
    assert conversation.assignee == rep


def test_a_support_agent_sees_the_queue_of_their_own_team_only(conversation, agent, stranger):
    queued = factories.ConversationFactory(assignee=None, lead=factories.LeadFactory(team=agent.team))
    factories.ConversationFactory(assignee=None, lead=factories.LeadFactory(team=stranger.team))
    seen = as_person(agent).get("/api/v1/conversations/").json()["results"]
    assert [row["id"] for row in seen] == [queued.pk]


def test_unknown_fields_and_filters_are_named(conversation, rep):
    client = as_person(rep)
    told = client.post(at(conversation, "turns"), {"text": "Hello", "author": "lead"})
    assert "author" in told.json()["error"]["fields"]
    assert client.get("/api/v1/conversations/?colour=red").status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=open", 1),
        ("status=ended", 0),
        ("intent=positive", 0),
        ("search=cost", 1),
        ("search=zzz", 0),
        ("unassigned=true", 0),
    ],
)
def test_the_list_is_narrowed(conversation, rep, query, found):
    assert len(as_person(rep).get(f"/api/v1/conversations/?{query}").json()["results"]) == found


def test_a_campaign_lists_its_conversations(conversation, rep):
    factories.ConversationFactory(assignee=rep)
    url = f"/api/v1/campaigns/{conversation.campaign_id}/conversations/"
    assert [row["id"] for row in as_person(rep).get(url).json()["results"]] == [conversation.pk]


def test_a_reading_key_cannot_answer(conversation, rep):
    client = with_key(rep, "messages:read")
    assert client.get(at(conversation, "turns")).status_code == 200
    assert client.post(at(conversation, "turns"), {"text": "Hello"}).status_code == 403


def test_the_same_answer_sent_twice_with_one_key_leaves_once(conversation, rep):
    client = as_person(rep)
    key = {"HTTP_IDEMPOTENCY_KEY": "a1"}
    first, second = (client.post(at(conversation, "turns"), {"text": "Hello"}, **key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert conversation.turns.count() == 2
