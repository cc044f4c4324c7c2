"""What was learned, through the API: who sees versions, and who may put one in force."""

from datetime import UTC, datetime

import pytest

from campaigns.models import ModelVersion, User
from campaigns.services.learning import queue
from leads.services import rulebook, scoring
from tests.clients import as_person, with_key
from tests.factories import LeadFactory, ModelVersionFactory
from tests.leads.services.learning.worlds import LATER, outcomes_known

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
URL = "/api/v1/models/"


def test_a_manager_orders_promotes_and_goes_back(manager: User) -> None:
    outcomes_known(300, START)
    client = as_person(manager)
    made = client.post(f"{URL}train/", {"kind": "lead_score"})
    assert (made.status_code, made.json()["status"]) == (202, "draft")
    assert client.post(f"{URL}train/", {}).json()["id"] == made.json()["id"]
    queue.drain(START + LATER)
    told = client.get(f"{URL}{made.json()['id']}/").json()
    assert told["status"] == "shadow"
    assert told["test"]["auc"] > told["champion"]["auc"]
    assert {gate["name"] for gate in told["gates"]} == {"order", "honesty"}
    assert client.post(f"{URL}{told['id']}/promote/").json()["status"] == "champion"
    assert rulebook.active("scoring").body["link"] == "logit"
    again = client.post(f"{URL}{told['id']}/promote/")
    assert (again.status_code, "serves already" in str(again.json())) == (409, True)
    assert client.post(f"{URL}back/", {"kind": "lead_score"}).json()["algorithm"] == "points by hand"
    assert rulebook.active("scoring").body.get("link") is None


def test_going_back_without_an_earlier_version_is_refused_in_words(admin: User) -> None:
    answer = as_person(admin).post(f"{URL}back/", {})
    assert answer.status_code == 409
    assert "nothing to go back to" in str(answer.json())


def test_an_unknown_kind_is_refused(manager: User) -> None:
    assert as_person(manager).post(f"{URL}train/", {"kind": "horoscope"}).status_code == 400
    assert ModelVersion.objects.count() == 0


def test_analysts_look_and_reps_stay_outside(analyst: User, rep: User) -> None:
    version = ModelVersionFactory()
    assert as_person(analyst).get(URL).json()["results"][0]["id"] == version.pk
    assert as_person(analyst).post(f"{URL}{version.pk}/promote/").status_code == 403
    assert as_person(rep).get(URL).status_code == 403
    assert as_person(rep).post(f"{URL}train/", {}).status_code == 403


def test_a_score_comes_with_its_sum_its_groups_and_what_changed(manager: User) -> None:
    lead = LeadFactory(seniority="founder", team=manager.team)
    client = with_key(manager, "leads:read", "leads:write")
    told = client.post(f"/api/v1/leads/{lead.pk}/score/").json()
    assert (
        told["base"] + sum(one["points"] for one in told["contributions"]) == told["total"] == told["value"]
    )
    assert (told["is_learned"], told["would_be"], told["difference"]) == (False, told["value"], [])
    groups = {one["key"]: one for one in told["groups"]}
    assert sum(one["points"] for one in groups.values()) == told["total"] - told["base"]
    assert 0 <= groups["authority"]["score"] <= 100
    lead.lifecycle = "replied"
    lead.save()
    stale = client.get(f"/api/v1/leads/{lead.pk}/score/").json()
    assert (stale["value"], stale["would_be"]) == (told["value"], told["value"] + 15)
    scoring.score_leads([lead.pk])
    now = client.get(f"/api/v1/leads/{lead.pk}/score/").json()
    assert now["difference"] == [{"points": 15, "sentence": "Answered us"}]
