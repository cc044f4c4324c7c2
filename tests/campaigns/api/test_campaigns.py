"""Campaigns through the API: plan, change, look at, list."""

import pytest
from rest_framework.test import APIClient

from campaigns.models import AuditEntry, Campaign, User
from tests.clients import as_person, with_key
from tests.factories import CampaignFactory

URL = "/api/v1/campaigns/"
PLAN = {"name": "Austin dental", "vertical": "dentists", "location": "Austin", "budget": "10.00"}


def error(response: object) -> dict:
    found = response.json()["error"]
    assert set(found) == {"code", "message", "fields", "request_id"}
    assert found["message"]
    return found


def test_one_post_answers_id_estimate_preflight_and_next_actions(manager: User) -> None:
    response = with_key(manager, "campaigns:run").post(URL, PLAN)
    told = response.json()
    assert response.status_code == 201
    assert (told["status"], told["estimate"], told["owner"], told["team"]) == (
        "draft", "5.42", manager.pk, manager.team_id,
    )  # fmt: skip
    assert (told["estimate_detail"]["total"], told["estimate_detail"]["missing"]) == ("5.42", "0.00")
    assert len(told["estimate_detail"]["items"]) == 5
    assert [problem["code"] for problem in told["preflight"]] == ["postal_address"]
    assert [action["name"] for action in told["next_actions"]] == ["launch", "archive"]
    assert Campaign.objects.get(pk=told["id"]).vertical == "dentists"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"status": "active"}, "status", "read-only"),
        ({"spent": "0"}, "spent", "read-only"),
        ({"owner": 1}, "owner", "read-only"),
        ({"is_staff": True}, "is_staff", "no such field"),
        ({"budget": "-1"}, "budget", "greater than or equal to 0"),
        ({"budget": "10000.01"}, "budget", "up to $10,000.00"),
        ({"prospect_count": 0}, "prospect_count", "greater than or equal to 1"),
        ({"minimum_score": 101}, "minimum_score", "less than or equal to 100"),
        ({"channels": ["pigeon"]}, "channels", "no channel pigeon"),
        ({"channels": []}, "channels", "may not be empty"),
        ({"type": "spam"}, "type", "not a valid choice"),
        ({"pipeline": "drain"}, "pipeline", "no pipeline drain"),
        ({"goal_kind": "replies"}, "goal_target", "how many replies"),
        ({"name": ""}, "name", "may not be blank"),
        ({"team": 999999}, "team", "does not exist"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_nothing_is_stored(
    manager: User, changes: dict, field: str, sentence: str
) -> None:
    response = as_person(manager).post(URL, {**PLAN, **changes}, format="json")
    assert response.status_code == 400
    assert sentence in error(response)["fields"][field][0]
    assert not Campaign.objects.exists()


def test_a_manager_plans_for_the_own_team_only(manager: User, stranger: User) -> None:
    response = as_person(manager).post(URL, {**PLAN, "team": stranger.team_id})
    assert "own team" in error(response)["fields"]["team"][0]


def test_the_list_shows_the_team_newest_first_page_by_page(manager: User, stranger: User) -> None:
    mine = CampaignFactory.create_batch(3, team=manager.team)
    CampaignFactory(team=stranger.team)
    client = as_person(manager)
    page = client.get(URL, {"limit": 2}).json()
    assert [row["id"] for row in page["results"]] == [mine[2].pk, mine[1].pk]
    rest = client.get(page["next"]).json()
    assert ([row["id"] for row in rest["results"]], rest["next"]) == ([mine[0].pk], None)


def test_a_page_has_a_cap(manager: User) -> None:
    CampaignFactory.create_batch(101, team=manager.team)
    assert len(as_person(manager).get(URL, {"limit": 5000}).json()["results"]) == 100


def test_lists_take_a_fixed_number_of_queries(manager: User, django_assert_num_queries: object) -> None:
    client = with_key(manager, "campaigns:read")
    client.get(URL)
    CampaignFactory.create_batch(20, team=manager.team)
    with django_assert_num_queries(4):  # the key, the role's permissions (2), the rows
        client.get(URL)


def test_a_filter_narrows_and_an_unknown_one_is_refused(manager: User) -> None:
    paused = CampaignFactory(team=manager.team, status="paused", name="Paused one")
    CampaignFactory(team=manager.team, status="active")
    client = as_person(manager)
    assert [row["id"] for row in client.get(URL, {"status": "paused"}).json()["results"]] == [paused.pk]
    assert [row["id"] for row in client.get(URL, {"search": "paused"}).json()["results"]] == [paused.pk]
    assert "no such filter" in error(client.get(URL, {"statuz": "paused"}))["fields"]["statuz"][0]


def test_a_plan_is_changed_with_its_estimate_and_an_audit_entry(manager: User, campaign: Campaign) -> None:
    response = as_person(manager).patch(f"{URL}{campaign.pk}/", {"prospect_count": 100})
    assert (response.status_code, response.json()["estimate"]) == (200, "10.84")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.actor, entry.before, entry.after) == (
        "change", manager, {"prospect_count": 50}, {"prospect_count": 100},
    )  # fmt: skip


def test_put_needs_the_whole_plan(manager: User, campaign: Campaign) -> None:
    client = as_person(manager)
    assert "name" in error(client.put(f"{URL}{campaign.pk}/", {"budget": "20"}))["fields"]
    assert client.put(f"{URL}{campaign.pk}/", PLAN).json()["budget"] == "10.00"


def test_a_budget_below_what_is_spent_is_refused(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(spent=60)
    response = as_person(manager).patch(f"{URL}{campaign.pk}/", {"budget": "50"})
    assert response.status_code == 409
    assert "$60.00 is already spent" in error(response)["fields"]["budget"][0]


def test_delete_archives_and_an_active_campaign_is_not_archived(manager: User, campaign: Campaign) -> None:
    client = as_person(manager)
    assert client.delete(f"{URL}{campaign.pk}/").status_code == 204
    campaign.refresh_from_db()
    assert campaign.status == "archived"
    active = CampaignFactory(team=manager.team, status="active")
    assert error(client.delete(f"{URL}{active.pk}/"))["code"] == "lifecycle"
    active.refresh_from_db()
    assert active.status == "active"


def test_the_estimate_of_fifty_prospects_is_5_42_and_says_what_is_missing(analyst: User) -> None:
    client = with_key(analyst, "campaigns:read")
    told = client.post(f"{URL}estimate/", {"prospect_count": 50, "budget": "5.00"}).json()
    assert (told["total"], told["missing"]) == ("5.42", "0.42")
    assert client.get(f"{URL}estimate/", {"prospect_count": 50}).json()["total"] == "5.42"
    assert "prospect_count" in error(client.get(f"{URL}estimate/", {"prospect_count": "many"}))["fields"]


def test_a_copy_has_the_plan_and_none_of_the_past(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(spent=10, status="stopped")
    told = as_person(manager).post(f"{URL}{campaign.pk}/clone/", {"name": "Again"}).json()
    assert (told["name"], told["status"], told["budget"], told["spent"]) == (
        "Again", "draft", "100.00", "0.000000",
    )  # fmt: skip


def test_an_address_that_nobody_has_is_answered_in_the_one_shape(client: APIClient) -> None:
    response = client.get("/api/v1/nonsense/")
    assert (response.status_code, error(response)["code"]) == (404, "not_found")


def test_a_session_needs_the_csrf_token_and_a_key_does_not(manager: User) -> None:
    careful = APIClient(enforce_csrf_checks=True)
    careful.force_login(manager)
    assert error(careful.post(URL, PLAN))["code"] == "forbidden"
    assert not Campaign.objects.exists()
    assert with_key(manager, "campaigns:run").post(URL, PLAN).status_code == 201


def test_without_sign_in_the_answer_is_401_and_names_the_scheme() -> None:
    response = APIClient().get(URL)
    assert (response.status_code, error(response)["code"]) == (401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"
