"""Segments, snapshots and acts on many through the API."""

import pytest

from campaigns.models import User
from leads.models import BulkAction, Lead
from leads.services.grouped import running
from tests.clients import as_person
from tests.factories import LeadFactory, SegmentFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"
AUSTIN = {"field": "city", "op": "eq", "value": "Austin"}


def test_a_segment_lists_its_members_and_says_why(rep: User) -> None:
    inside, outside = LeadFactory(owner=rep, city="Austin"), LeadFactory(owner=rep, city="Boston")
    LeadFactory(city="Austin")
    path = f"{API}/segments/{SegmentFactory(owner=rep, criteria=AUSTIN).pk}"
    client = as_person(rep)
    assert [one["id"] for one in client.get(f"{path}/members/").json()["results"]] == [inside.pk]
    why = client.get(f"{path}/why/?lead={outside.pk}").json()
    assert why == {"text": "City is «Austin»", "holds": False, "value": "Boston", "parts": []}
    assert client.get(f"{path}/why/").status_code == 400
    assert client.get(f"{path}/why/?lead={LeadFactory().pk}").status_code == 404


def test_snapshots_are_taken_listed_and_compared(manager: User) -> None:
    lead = LeadFactory(team=manager.team, city="Austin")
    path = f"{API}/segments/{SegmentFactory(owner=manager, criteria=AUSTIN).pk}/snapshots/"
    client = as_person(manager)
    made = client.post(path).json()
    Lead.objects.update(city="Boston")
    assert (made["count"], len(client.get(path).json()["results"])) == (1, 1)
    found = client.get(f"{API}/snapshots/{made['id']}/compare/").json()
    assert found == {"then": 1, "stayed": 0, "joined": 0, "left": 1, "joined_ids": [], "left_ids": [lead.pk]}
    assert client.get(f"{API}/snapshots/{made['id']}/members/").json()["results"][0]["id"] == lead.pk


def test_an_act_is_previewed_asked_watched_and_taken_back(manager: User) -> None:
    LeadFactory.create_batch(2, team=manager.team, city="Austin")
    client, body = as_person(manager), {"verb": "tag", "params": {"tag": "vip"}, "criteria": AUSTIN}
    seen = client.post(f"{API}/bulk-actions/", body | {"preview": True})
    assert (seen.status_code, seen.json()) == (
        200, {"text": "Tag 2 leads «vip»", "count": 2, "notes": []},
    )  # fmt: skip
    asked = client.post(f"{API}/bulk-actions/", body)
    path = f"{API}/bulk-actions/{asked.json()['id']}/"
    assert (asked.status_code, asked.json()["status"], asked.json()["total"]) == (202, "queued", 2)
    running.run_now(BulkAction.objects.get())
    assert client.get(path).json()["changed"] == 2
    assert client.post(f"{path}cancel/").json()["status"] == "done"
    assert client.post(f"{path}undo/").json()["status"] == "undoing"
    running.run_now(BulkAction.objects.get())
    assert client.get(path).json()["status"] == "undone"
    assert client.post(f"{path}undo/").status_code == 409


def test_a_forgotten_choice_never_means_everybody(manager: User) -> None:
    LeadFactory(team=manager.team)
    client = as_person(manager)
    for body in ({}, {"criteria": {}, "ids": [1]}, {"segment": 99}, {"criteria": {"field": "x"}}):
        answer = client.post(f"{API}/bulk-actions/", {"verb": "tag", "params": {"tag": "x"}} | body)
        assert answer.status_code == 400, body
    assert not BulkAction.objects.exists()


def test_what_a_role_may_not_do_is_a_403(rep: User) -> None:
    lead = LeadFactory(owner=rep, team=rep.team)
    body = {"verb": "campaign", "params": {"campaign": 1}, "ids": [lead.pk]}
    assert as_person(rep).post(f"{API}/bulk-actions/", body).status_code == 403
