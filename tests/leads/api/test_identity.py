"""Duplicates and merges through the API, and old numbers that go on working."""

import pytest

from campaigns.models import User
from leads.models import Lead, MatchCandidate, Merge
from leads.services import rulebook
from leads.services.identity import merging
from tests.clients import as_person, with_key
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
LEADS, DUPLICATES, MERGES = "/api/v1/leads/", "/api/v1/duplicates/", "/api/v1/merges/"


@pytest.fixture
def pair(rep: User) -> tuple[Lead, Lead]:
    """Two records of rep."""
    rulebook.active("scoring")
    return LeadFactory(owner=rep, team=rep.team), LeadFactory(owner=rep, team=rep.team, title="Chef")


@pytest.fixture
def question(pair: tuple[Lead, Lead]) -> MatchCandidate:
    """Whether they are one person."""
    line = {"field": "phone", "level": 3, "words": "same phone number", "weight": 18.3}
    return MatchCandidate.objects.create(left=pair[0], right=pair[1], probability=0.95, evidence=[line])


def test_open_questions_are_listed_with_their_evidence(manager: User, question: MatchCandidate) -> None:
    rows = as_person(manager).get(DUPLICATES).json()["results"]

    assert [row["id"] for row in rows] == [question.pk]
    assert rows[0]["evidence"] == [{"field": "phone", "words": "same phone number", "weight": 18.3}]


def test_answered_questions_are_listed_when_asked_for(manager: User, question: MatchCandidate) -> None:
    client = as_person(manager)
    assert client.post(f"{DUPLICATES}{question.pk}/distinct/").json()["status"] == "distinct"

    assert client.get(DUPLICATES).json()["results"] == []
    assert len(client.get(DUPLICATES, {"status": "distinct"}).json()["results"]) == 1
    assert (
        len(client.get(DUPLICATES, {"status": "distinct", "lead": question.left_id}).json()["results"]) == 1
    )


def test_a_question_is_answered_by_a_merge_and_taken_back(manager: User, question: MatchCandidate) -> None:
    client = as_person(manager)
    body = {"kept": question.right_id, "choices": {"title": "gone"}}

    made = client.post(f"{DUPLICATES}{question.pk}/merge/", body).json()
    assert (made["kept"], made["gone"], made["how"]) == (question.right_id, question.left_id, "api")

    answer = client.post(f"{MERGES}{made['id']}/undo/")
    assert (answer.status_code, answer.json()["left"]) == (200, 0)
    assert client.post(f"{MERGES}{made['id']}/undo/").json()["error"]["code"] == "undo_refused"
    assert client.get(MERGES, {"is_undone": "true"}).json()["results"][0]["id"] == made["id"]
    assert client.get(MERGES, {"is_undone": "false"}).json()["results"] == []


def test_many_are_merged_at_once(manager: User, pair: tuple[Lead, Lead]) -> None:
    third = LeadFactory(team=manager.team)

    answer = as_person(manager).post(f"{LEADS}merge/", {"kept": pair[0].pk, "gone": [pair[1].pk, third.pk]})

    assert len(answer.json()) == 2
    assert set(Lead.objects.filter(merged_into=pair[0])) == {pair[1], third}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kept": 1, "gone": []}, "gone"),
        ({"kept": 1, "gone": [1]}, "gone"),
        ({"kept": 1, "gone": [2, 2]}, "gone"),
        ({"kept": 1, "gone": list(range(2, 103))}, "gone"),
        ({"kept": 1, "gone": [2], "choices": {"id": "gone"}}, "choices"),
        ({"kept": 1, "gone": [2], "choices": {"title": "both"}}, "choices"),
        ({"kept": 1, "gone": [2, 3], "choices": {"title": "gone"}}, "choices"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(manager: User, body: dict[str, object], field: str) -> None:
    answer = as_person(manager).post(f"{LEADS}merge/", body)

    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.json()["error"]["fields"])


def test_the_second_merge_of_a_pair_is_told(manager: User, pair: tuple[Lead, Lead]) -> None:
    client, body = as_person(manager), {"kept": pair[0].pk, "gone": [pair[1].pk]}
    client.post(f"{LEADS}merge/", body)

    answer = client.post(f"{LEADS}merge/", body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "merge_refused")
    assert "already by manager" in answer.json()["error"]["message"]


def test_reps_merge_their_own_only(rep: User, pair: tuple[Lead, Lead]) -> None:
    client, body = as_person(rep), {"kept": pair[0].pk, "gone": [pair[1].pk]}
    Lead.objects.filter(pk=pair[1].pk).update(owner=None)
    answer = client.post(f"{LEADS}merge/", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_yours")

    Lead.objects.filter(pk=pair[1].pk).update(owner=rep)
    assert client.post(f"{LEADS}merge/", body).status_code == 200


def test_a_foreign_record_cannot_be_drawn_in(manager: User, stranger: User, pair: tuple[Lead, Lead]) -> None:
    foreign = LeadFactory(owner=stranger, team=stranger.team)

    answer = as_person(manager).post(f"{LEADS}merge/", {"kept": pair[0].pk, "gone": [foreign.pk]})

    assert answer.status_code == 404
    assert not Merge.objects.exists()


def test_an_old_number_answers_with_the_new_address(manager: User, pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    merging.merge(one, other)

    answer = as_person(manager).get(f"{LEADS}{other.pk}/")

    assert (answer.status_code, answer["Location"]) == (308, f"{LEADS}{one.pk}/")
    assert (answer.json()["error"]["code"], answer["Cache-Control"]) == ("merged", "no-store")


def test_a_change_sent_to_an_old_number_is_not_lost(manager: User, pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    merging.merge(one, other)
    client = with_key(manager, "leads:read", "leads:write")

    answer = client.post(f"{LEADS}{other.pk}/suppress/?x=1", {"reason": "asked"})

    assert (answer.status_code, answer["Location"]) == (308, f"{LEADS}{one.pk}/suppress/?x=1")
    assert client.post(answer["Location"].partition("?")[0], {"reason": "asked"}).status_code == 204


def test_an_old_number_tells_strangers_nothing(stranger: User, pair: tuple[Lead, Lead]) -> None:
    merging.merge(*pair)

    assert as_person(stranger).get(f"{LEADS}{pair[1].pk}/").status_code == 404


@pytest.mark.parametrize("place", ["consents/", "profile/"])
def test_every_door_of_an_old_number_leads_to_the_new_one(
    place: str, manager: User, pair: tuple[Lead, Lead]
) -> None:
    one, other = pair
    merging.merge(one, other)

    answer = as_person(manager).get(f"{LEADS}{other.pk}/{place}")

    assert (answer.status_code, answer["Location"]) == (308, f"{LEADS}{one.pk}/{place}")
