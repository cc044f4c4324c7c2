"""The access matrix: every door of the API × every role × rows of a foreign team.

A refused call must answer 403 or 404 and leave every row as it was. A door that has no line in ``ROWS``
fails here: whoever opens one says which kind of row stands behind it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import User
from campaigns.models.token import SCOPES
from tests.clients import as_person, with_key
from tests.doors import MARK, Door, address, changed, doors, everything, rows_of, said, wrong

pytestmark = pytest.mark.django_db

#: Route → the kind of row in its address; "" for lists and totals, "house" kinds belong to everybody.
ROWS = {
    "campaign-list": "",
    "campaign-estimate-plan": "",
    "campaign-detail": "campaign",
    "campaign-archive": "campaign",
    "campaign-clone": "campaign",
    "campaign-estimate": "campaign",
    "campaign-execute": "campaign",
    "campaign-full-pipeline": "campaign",
    "campaign-launch": "campaign",
    "campaign-pause": "campaign",
    "campaign-release": "campaign",
    "campaign-schedule": "campaign",
    "campaign-stage": "campaign",
    "campaign-start": "campaign",
    "campaign-status": "campaign",
    "campaign-stop": "campaign",
    "campaign-cost-list": "campaign",
    "campaign-cost-summary": "campaign",
    "campaign-revenue-list": "campaign",
    "campaign-run-list": "campaign",
    "campaign-history-list": "campaign",
    "run-list": "",
    "run-detail": "run",
    "run-cancel": "run",
    "price-list": "",
    "price-detail": "house price",
    "model-list": "",
    "model-detail": "house model",
    "model-promote": "house model",
    "model-train": "",
    "model-back": "",
    "campaign-figures-metrics": "campaign",
    "campaign-figures-stats": "campaign",
    "campaign-figures-analytics": "campaign",
    "campaign-figures-dashboard": "campaign",
    "campaign-figures-report": "campaign",
    "campaign-figures-optimize": "campaign",
    "recommendation-list": "",
    "recommendation-detail": "recommendation",
    "recommendation-approve": "recommendation",
    "recommendation-undo": "recommendation",
    "recommendation-dismiss": "recommendation",
    "lead-list": "",
    "lead-detail": "lead",
    "lead-assign": "lead",
    "lead-batch": "",
    "lead-privacy-consents": "lead",
    "lead-privacy-export": "lead",
    "lead-privacy-erase": "lead",
    "suppression-list": "",
    "lead-decisions": "lead",
    "lead-override": "lead",
    "lead-reach": "lead",
    "lead-research": "lead",
    "lead-score": "lead",
    "lead-notes": "lead",
    "lead-files": "lead",
    "lead-timeline": "lead",
    "company-notes": "company",
    "company-files": "company",
    "company-timeline": "company",
    "file-detail": "file",
    "file-content": "file",
    "custom-field-list": "",
    "custom-field-detail": "house custom field",
    "lead-suppress": "lead",
    "lead-profile-profile": "lead",
    "lead-merge": "",
    "duplicate-list": "",
    "duplicate-detail": "duplicate",
    "duplicate-merge": "duplicate",
    "duplicate-distinct": "duplicate",
    "merge-list": "",
    "merge-detail": "merge",
    "merge-undo": "merge",
    "company-list": "",
    "company-detail": "company",
    "company-research": "company",
    "rule-list": "",
    "rule-detail": "house rule",
    "rule-activate": "house rule",
    "rule-differences": "house rule",
    "rule-test": "house rule",
    "import-list": "",
    "import-detail": "import",
    "import-cancel": "import",
    "import-errors": "import",
    "import-errors-csv": "import",
    "import-start": "import",
    "import-undo": "import",
    "import-rejected-csv": "import",
    "export-list": "",
    "segment-list": "",
    "segment-detail": "segment",
    "segment-count": "segment",
    "segment-count-criteria": "",
    "segment-members": "segment",
    "segment-why": "segment",
    "segment-snapshots": "segment",
    "snapshot-list": "",
    "snapshot-detail": "snapshot",
    "snapshot-members": "snapshot",
    "snapshot-compare": "snapshot",
    "bulk-action-list": "",
    "bulk-action-detail": "bulk action",
    "bulk-action-cancel": "bulk action",
    "bulk-action-undo": "bulk action",
    "provider-list": "",
    "provider-orders": "",
    "task-list": "",
    "task-detail": "task",
    "task-cancel": "task",
    "task-complete": "task",
    "deal-list": "",
    "deal-detail": "deal",
    "deal-lose": "deal",
    "deal-move": "deal",
    "deal-win": "deal",
    "report-list": "",
    "stats-list": "",
    "optimize-list": "",
    "conversation-list": "",
    "conversation-detail": "conversation",
    "conversation-turns": "conversation",
    "conversation-escalate": "conversation",
    "conversation-end": "conversation",
    "conversation-assign": "conversation",
    "campaign-conversations-conversations": "campaign",
    "sequence-list": "",
    "sequence-detail": "sequence",
    "sequence-steps": "sequence",
    "sequence-publish": "sequence",
    "sequence-preview": "sequence",
    "sequence-migration": "sequence",
    "message-list": "",
    "message-detail": "message",
    "message-approve": "message",
    "message-discard": "message",
    "message-status": "message",
    "message-variants": "message",
    "sender-list": "",
    "sender-detail": "house sender",
    "campaign-message-list": "campaign",
    "campaign-send-list": "campaign",
    "campaign-generate-list": "campaign",
}
#: Bodies that pass the form, so that only the row's owner stands between the caller and a write.
BODIES: dict[str, dict[str, Any]] = {
    "PATCH campaign-detail": {"name": "Taken"},
    "PUT campaign-detail": {"name": "Taken", "budget": "1"},
    "PUT campaign-schedule": {"cron": "* * * * *"},
    "POST campaign-revenue-list": {"amount": "1"},
    "POST conversation-turns": {"text": "Hello"},
    "POST conversation-escalate": {"reason": "Because"},
    "POST recommendation-dismiss": {"reason": "No"},
    "PUT sequence-steps": {"steps": []},
    "PATCH sender-detail": {"daily_cap": 1},
    "PATCH price-detail": {"amount": "0"},
    "PATCH lead-detail": {"title": "Taken", "version": 1},
    "POST lead-assign": {"owner": None},
    "POST lead-override": {"campaign": 1, "decision": "rejected", "reason": "No"},
    "POST lead-suppress": {"reason": "Taken"},
    "POST lead-privacy-consents": {"channel": "email", "granted": False},
    "POST lead-privacy-erase": {"reason": "Taken", "confirm": f"{MARK}@x.example"},
    "POST suppression-list": {"values": ["a@b.example"], "reason": "asked"},
    "PATCH company-detail": {"name": "Taken", "version": 1},
    "POST segment-list": {"name": "Mine", "criteria": {}},
    "POST segment-count-criteria": {"criteria": {}},
    "POST bulk-action-list": {"verb": "tag", "params": {"tag": "taken"}, "criteria": {}},
    "PUT segment-detail": {"name": "Taken", "criteria": {}},
    "PATCH segment-detail": {"name": "Taken"},
    "PATCH task-detail": {"title": "Taken"},
    "POST deal-move": {"stage": "proposal"},
    "POST deal-win": {"value": "1"},
    "POST deal-lose": {"reason": "Taken"},
    "POST message-approve": {"variant": 1},
    "PUT price-detail": {"provider": "x", "operation": "y", "amount": "0"},
}
#: POSTs that ask and write nothing.
ASKING = ("campaign-estimate-plan", "segment-count-criteria")
#: Reads that may answer 404 because there is nothing yet.
EMPTY = ("campaign-schedule",)
#: Reads for admins alone.
ADMINS = ("lead-privacy-export",)
DOORS = doors()
READ = [door for door in DOORS if door.method == "GET"]
WRITE = [door for door in DOORS if door.method != "GET"]


def test_every_door_stands_in_the_matrix_and_every_line_has_a_door() -> None:
    assert {door.name for door in DOORS} == set(ROWS)


def test_every_door_names_the_scope_of_its_keys() -> None:
    assert [str(door) for door in DOORS if door.scope not in SCOPES] == []


def test_nobody_comes_in_without_a_name(stranger: User) -> None:
    rows, clients = rows_of(stranger), (APIClient(), APIClient(headers={"Authorization": "Bearer loom_0"}))
    before = everything()
    for client in clients:
        assert wrong(knock_at(DOORS, client, rows), 401) == []
    assert changed(before) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_without_the_scope_of_a_door_stays_outside(scope: str, admin: User, stranger: User) -> None:
    client = with_key(admin, *(other for other in SCOPES if other != scope))
    rows = rows_of(stranger)
    before = everything()
    assert wrong(knock_at([door for door in DOORS if door.scope == scope], client, rows), 403) == []
    assert changed(before) == []


@pytest.mark.parametrize("way", [as_person, lambda user: with_key(user, *SCOPES)], ids=["session", "key"])
@pytest.mark.parametrize("role", ["manager", "rep", "other_rep", "agent", "partner"])
def test_a_foreign_row_is_neither_seen_nor_touched(
    role: str, way: Any, stranger: User, request: pytest.FixtureRequest
) -> None:
    client, rows = way(request.getfixturevalue(role)), rows_of(stranger)
    before = everything()
    assert wrong(knock_at([door for door in DOORS if is_owned(door)], client, rows), 403, 404) == []
    assert changed(before) == []


@pytest.mark.parametrize("role", ["manager", "rep", "agent", "partner"])
def test_lists_and_totals_leave_foreign_rows_out(
    role: str, stranger: User, request: pytest.FixtureRequest
) -> None:
    client, rows = as_person(request.getfixturevalue(role)), rows_of(stranger)
    told = knock_at([door for door in READ if not is_owned(door)], client, rows)
    assert [str(door) for door, response in told if MARK in said(response)] == []


@pytest.mark.parametrize("role", ["manager", "rep", "agent", "partner"])
def test_a_refused_write_has_written_nothing(
    role: str, stranger: User, request: pytest.FixtureRequest
) -> None:
    client, rows = as_person(request.getfixturevalue(role)), rows_of(stranger)
    for door in WRITE:
        if not is_owned(door):
            before = everything()
            [(_, response)] = knock_at([door], client, rows)
            assert response.status_code < 400 or changed(before) == [], str(door)


def test_analysts_write_nothing(analyst: User, stranger: User) -> None:
    client, rows = as_person(analyst), rows_of(stranger)
    before = everything()
    assert wrong(knock_at([door for door in WRITE if door.name not in ASKING], client, rows), 403) == []
    assert wrong(knock_at([door for door in WRITE if door.name in ASKING], client, rows), 200, 400) == []
    assert changed(before) == []


def test_managers_read_what_belongs_to_their_team(manager: User) -> None:
    told = knock_at(READ, as_person(manager), rows_of(manager))
    assert wrong([pair for pair in told if pair[0].name not in EMPTY + ADMINS], 200) == []


def is_owned(door: Door) -> bool:
    """Whether a row of one team stands behind the door."""
    return ROWS.get(door.name, "") != "" and not ROWS[door.name].startswith("house")


def knock_at(some: list[Door], client: APIClient, rows: dict[str, Any]) -> list[tuple[Door, Any]]:
    """Call each door and return what it answered."""
    return list(_knock(some, client, rows))


def _knock(some: list[Door], client: APIClient, rows: dict[str, Any]) -> Iterator[tuple[Door, Any]]:
    for door in some:
        call = getattr(client, door.method.lower())
        url = address(door, rows, ROWS[door.name].removeprefix("house "))
        url += f"?lead={rows['lead'].pk}" if door.name in ("sequence-preview", "segment-why") else ""
        body = {} if door.method == "GET" else {"data": BODIES.get(str(door), {}), "format": "json"}
        yield door, call(url, **body)
