"""Leads through the API: who sees whom, what may be written, what is answered."""

from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Lead, LeadScore
from leads.services import rulebook
from tests.clients import as_person, with_key
from tests.factories import (
    CampaignFactory,
    ConversationFactory,
    LeadFactory,
    ProspectFactory,
    SegmentFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/leads/"


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(owner=rep, team=rep.team, email="ann@corp.example")


def test_people_see_their_own_and_the_pool_and_a_foreign_lead_is_not_there(
    lead: Lead, rep: User, other_rep: User, stranger: User
) -> None:
    pooled = LeadFactory(team=rep.team)
    assert {row["id"] for row in as_person(rep).get(URL).json()["results"]} == {lead.pk, pooled.pk}
    assert {row["id"] for row in as_person(other_rep).get(URL).json()["results"]} == {pooled.pk}
    for path in ("", "decisions/", "profile/", "reach/", "score/"):
        assert as_person(stranger).get(f"{URL}{lead.pk}/{path}").status_code == 404
    assert as_person(stranger).patch(f"{URL}{lead.pk}/", {"title": "X", "version": 1}).status_code == 404


def test_filters_narrow_the_list(rep: User, lead: Lead) -> None:
    LeadFactory(owner=rep, title="CEO", external_id="7")
    LeadScore.objects.create(lead=lead, card=rulebook.active("scoring"), value=80)
    campaign = ProspectFactory(lead=lead, stage="qualified").campaign
    ProspectFactory(lead=lead, stage="rejected")
    segment = SegmentFactory(criteria={"field": "title", "op": "eq", "value": "ceo"})

    def ids(query: str) -> int:
        return len(as_person(rep).get(f"{URL}?{query}").json()["results"])

    stages = (f"campaign={campaign.pk}&stage=qualified", "stage=rejected")
    one = ("search=ann", "min_score=70", f"segment={segment.pk}", "external_id=7", "email=ann@corp.example")
    queries = (*one, *stages)
    assert [ids(query) for query in queries] == [1] * len(queries)
    assert ids(f"campaign={campaign.pk}&stage=rejected") == 0
    assert as_person(rep).get(f"{URL}?colour=red").status_code == 400


def test_a_list_page_takes_a_fixed_number_of_statements(
    rep: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        LeadFactory(owner=rep)
    client = as_person(rep)
    with django_assert_max_num_queries(8):
        assert len(client.get(URL).json()["results"]) == 30


def test_a_lead_is_added_with_keys_and_codes_and_known_the_second_time(rep: User) -> None:
    body = {"first_name": "Ann", "email": "Ann+x@Corp.example", "title": "CEO", "company_name": "Corp Ltd"}
    answer = as_person(rep).post(URL, body)
    assert answer.status_code == 201
    made = Lead.objects.get()
    assert (made.email_key, made.seniority, made.company.name, made.owner) == (
        "ann@corp.example", "executive", "Corp Ltd", rep
    )  # fmt: skip
    again = as_person(rep).post(URL, body)
    assert (again.status_code, again.json()["id"]) == (200, made.pk)


@pytest.mark.parametrize(
    "body",
    [
        {"first_name": "Ann"},
        {"email": "ann@corp.example, bob@corp.example"},
        {"email": "ann@corp.example", "colour": "red"},
        {"email": "ann@corp.example", "score": 100},
        {"phone": "call me"},
        {"email": "ann@corp.example", "lifecycle": "asleep"},
    ],
)
def test_bad_facts_are_refused_and_nothing_is_stored(rep: User, body: dict[str, Any]) -> None:
    assert as_person(rep).post(URL, body).status_code == 400
    assert not Lead.objects.exists()


def test_a_change_based_on_an_old_version_is_a_conflict(rep: User, lead: Lead) -> None:
    client, path = as_person(rep), f"{URL}{lead.pk}/"
    assert client.patch(path, {"title": "CEO"}).status_code == 400
    assert client.patch(path, {"title": "CEO", "version": 1}).json()["version"] == 2
    late = client.patch(path, {"title": "CFO", "version": 1})
    assert late.status_code == 409
    lead.refresh_from_db()
    assert (lead.title, lead.seniority) == ("CEO", "executive")


def test_the_decisions_are_told_in_a_fixed_number_of_statements(
    rep: User, lead: Lead, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        ProspectFactory(lead=lead, stage="rejected", path="score:no")
    client = as_person(rep)
    with django_assert_max_num_queries(8):
        said = client.get(f"{URL}{lead.pk}/decisions/").json()
    assert [one["path"] for one in said] == ["score:no"] * 5


def test_the_score_is_told_with_its_reasons_and_counted_again_on_demand(rep: User, lead: Lead) -> None:
    client, path = as_person(rep), f"{URL}{lead.pk}/score/"
    assert client.get(path).json()["value"] is None
    said = client.post(path).json()
    assert said["value"] == LeadScore.objects.get().value
    assert len(said["contributions"]) >= 32
    assert abs(said["contributions"][0]["points"]) >= abs(said["contributions"][-1]["points"])


def test_managers_override_and_reps_do_not(manager: User, rep: User) -> None:
    lead = LeadFactory(team=manager.team)
    prospect = ProspectFactory(lead=lead, stage="rejected", campaign=CampaignFactory(team=manager.team))
    body = {"campaign": prospect.campaign_id, "decision": "qualified", "reason": "Met at the fair"}
    assert as_person(rep).post(f"{URL}{lead.pk}/override/", body).status_code == 403
    said = as_person(manager).post(f"{URL}{lead.pk}/override/", body).json()
    assert (said["stage"], said["steps"][0]["answer"]) == ("qualified", "Met at the fair")
    assert as_person(manager).post(f"{URL}{lead.pk}/override/", {**body, "campaign": 999}).status_code == 404


def test_leads_are_handed_over_inside_the_team_only(
    manager: User, other_rep: User, stranger: User, lead: Lead
) -> None:
    client, path = as_person(manager), f"{URL}{lead.pk}/assign/"
    assert client.post(path, {"owner": other_rep.pk}).json()["owner"] == other_rep.pk
    assert client.post(path, {"owner": stranger.pk}).status_code == 403
    assert client.post(path, {"owner": None}).json()["owner"] is None


def test_suppressing_shows_in_the_profile_and_in_the_reach(rep: User, lead: Lead) -> None:
    client = as_person(rep)
    assert client.get(f"{URL}{lead.pk}/reach/").json()["blocked"] == {
        "call": "There is no phone number.", "linkedin": "There is no LinkedIn profile."
    }  # fmt: skip
    assert client.post(f"{URL}{lead.pk}/suppress/", {"reason": "asked"}).status_code == 204
    assert "suppression list" in client.get(f"{URL}{lead.pk}/reach/").json()["blocked"]["email"]
    assert client.get(f"{URL}{lead.pk}/profile/").json()["blocked_because"] == "asked"


def test_support_agents_see_who_they_talk_to_and_their_teams_queue(agent: User, stranger: User) -> None:
    talks = [
        ConversationFactory(assignee=agent),
        ConversationFactory(assignee=None, lead=LeadFactory(team=agent.team)),
    ]
    LeadFactory(team=agent.team)
    ConversationFactory(assignee=agent, status="ended", ended_at=clock.now())
    ConversationFactory(assignee=None, lead=LeadFactory(team=stranger.team))
    seen = as_person(agent).get(URL).json()["results"]
    assert {row["id"] for row in seen} == {talk.lead_id for talk in talks}


def test_analysts_read_masked_addresses(analyst: User, lead: Lead) -> None:
    assert as_person(analyst).get(f"{URL}{lead.pk}/").json()["email"] == "a•••@•••.example"


def test_a_key_needs_the_scope(manager: User, lead: Lead) -> None:
    assert with_key(manager, "leads:read").get(f"{URL}{lead.pk}/").status_code == 200
    assert with_key(manager, "leads:read").post(URL, {"email": "x@y.example"}).status_code == 403
    assert with_key(manager, "campaigns:read").get(URL).status_code == 403
