"""Workbooks, exports and undo through the API."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import clock
from campaigns.models import User
from leads.models import ImportJob, Lead
from leads.services import imports
from leads.services.transfer import undo
from tests.clients import as_person
from tests.factories import LeadFactory, SegmentFactory
from tests.leads.services.transfer.books import workbook

pytestmark = pytest.mark.django_db
SHEETS = {"A": [("Email",), ("ann@x.example",), ("bad@@x",)], "B": [("Email",), ("bob@x.example",)]}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def send(client: Any, tmp_path: Path, **fields: Any) -> Any:
    file = SimpleUploadedFile("list.xlsx", workbook(tmp_path, SHEETS).read_bytes())
    return client.post("/api/v1/imports/", {"file": file, **fields}, format="multipart")


def test_a_workbook_comes_in_and_goes_back_out(rep: User, tmp_path: Path) -> None:
    client = as_person(rep)
    found = send(client, tmp_path).json()
    assert (found["format"], found["sheet"], found["create_new"], found["total"]) == ("xlsx", "A", True, 2)
    assert client.post(f"/api/v1/imports/{found['id']}/undo/").status_code == 409
    imports.drain(clock.now())
    answer = client.get(f"/api/v1/imports/{found['id']}/rejected.csv/")
    assert b"bad@@x" in b"".join(answer.streaming_content)
    answer = client.post(f"/api/v1/imports/{found['id']}/undo/")
    assert (answer.status_code, answer.json()["status"]) == (202, "undoing")
    while undo.drain(clock.now()):
        pass
    found = client.get(f"/api/v1/imports/{found['id']}/").json()
    assert (found["status"], found["removed"], Lead.objects.count()) == ("undone", 1, 0)


def test_a_sheet_and_a_mode_are_chosen(rep: User, tmp_path: Path) -> None:
    found = send(as_person(rep), tmp_path, sheet="B", create_new=False).json()
    imports.drain(clock.now())
    job = ImportJob.objects.get(pk=found["id"])
    assert (job.sheet, job.created, job.rejected) == ("B", 0, 1)
    answer = send(as_person(rep), tmp_path, sheet="Z")
    assert (answer.status_code, "no sheet" in str(answer.json())) == (400, True)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_leads_go_out_in_three_ways(kind: str, rep: User) -> None:
    LeadFactory(owner=rep, team=rep.team, email="ann@x.example", title="CEO")
    LeadFactory(owner=rep, team=rep.team, title="Intern")
    segment = SegmentFactory(criteria={"field": "title", "op": "eq", "value": "ceo"}, owner=rep)
    where = f"/api/v1/exports/?kind={kind}&segment={segment.pk}&columns=email,title"
    answer = as_person(rep).get(where)
    data = b"".join(answer.streaming_content)
    assert (answer.status_code, data[:2] == b"PK") == (200, kind == "xlsx")
    assert kind == "xlsx" or (b"ann@x.example" in data and b"Intern" not in data)


def test_what_cannot_be_exported_is_said(rep: User, analyst: User) -> None:
    client = as_person(rep)
    assert client.get("/api/v1/exports/?kind=pdf").status_code == 400
    assert "password" in str(client.get("/api/v1/exports/?columns=password").json())
    assert client.get("/api/v1/exports/?segment=999999").status_code == 404
    assert client.get("/api/v1/exports/?colour=red").status_code == 400
    assert as_person(analyst).get("/api/v1/exports/").status_code == 403
