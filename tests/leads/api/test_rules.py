"""Rules in the API: a draft, its trial, its differences, put in force; reps read only."""

import pytest

from campaigns.models import User
from leads.models import Rule
from leads.services import rulebook
from leads.services.trees import DEFAULT_TREE
from tests.clients import as_person
from tests.factories import ProspectFactory

pytestmark = pytest.mark.django_db
LATE = {"node": "late", "rule": {"field": "has_email", "op": "is", "value": True},
        "yes": {"decision": "review", "reason": "Look"},
        "no": {"decision": "rejected", "reason": "No address"}}  # fmt: skip


def test_a_manager_drafts_tries_compares_and_activates(manager: User) -> None:
    rulebook.seed_rules()
    ProspectFactory(lead__team=manager.team, lead__owner=manager, stage="rejected")
    client = as_person(manager)
    made = client.post("/api/v1/rules/", {"name": "Late", "body": LATE})
    assert (made.status_code, made.data["version"], made.data["is_active"]) == (201, 2, False)
    place = f"/api/v1/rules/{made.data['id']}/"
    trial = client.post(f"{place}test/", {}).data
    assert (trial["total"], trial["moves"]) == (1, [{"was": "rejected", "would": "review", "people": 1}])
    assert trial["flips"][0]["path"] == ["has an e-mail address: yes", "Decision: Look"]
    assert {one["kind"] for one in client.get(f"{place}differences/").data} == {"added", "removed"}
    assert client.post(f"{place}activate/", {}).status_code == 400
    assert client.post(f"{place}activate/", {"reason": "Better"}).data["is_active"] is True
    listed = client.get("/api/v1/rules/", {"kind": "qualification", "is_active": "true"}).data["results"]
    assert [one["id"] for one in listed] == [made.data["id"]]


def test_another_tree_may_be_tried_before_it_is_kept(manager: User) -> None:
    rule = rulebook.active("qualification")
    answer = as_person(manager).post(f"/api/v1/rules/{rule.pk}/test/", {"body": LATE})
    assert (answer.status_code, Rule.objects.filter(kind="qualification").count()) == (200, 1)


def test_a_broken_tree_is_refused_in_words(manager: User) -> None:
    answer = as_person(manager).post("/api/v1/rules/", {"name": "Bad", "body": {"decision": "maybe"}})
    assert (answer.status_code, "not «maybe»" in str(answer.json())) == (400, True)


def test_a_card_is_not_put_in_force_here(manager: User) -> None:
    card = rulebook.active("scoring")
    answer = as_person(manager).post(f"/api/v1/rules/{card.pk}/activate/", {"reason": "x"})
    assert answer.status_code == 400


def test_a_rep_reads_and_changes_nothing(rep: User) -> None:
    rule, client = rulebook.active("qualification"), as_person(rep)
    assert client.get(f"/api/v1/rules/{rule.pk}/").data["body"] == DEFAULT_TREE
    for path, data in (("", {"name": "x", "body": LATE}), (f"{rule.pk}/activate/", {"reason": "x"}),
                       (f"{rule.pk}/test/", {})):  # fmt: skip
        assert client.post(f"/api/v1/rules/{path}", data).status_code == 403
    assert Rule.objects.filter(kind="qualification").count() == 1
