"""The pages of the import and the export: sheets, modes, rows to mend, taking back, files."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from campaigns import clock
from campaigns.models import AuditEntry, User
from leads.models import ImportJob, Lead
from leads.services import imports
from leads.services.transfer import outgoing, undo
from tests.factories import LeadFactory, SegmentFactory
from tests.leads.services.transfer.books import workbook
from tests.pages import signed_in, text, url

pytestmark = pytest.mark.django_db
PEOPLE = [("Email", "Plan"), ("ann@x.example", "pro"), ("bob@@x", "free")]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def upload(client: Client, path: Path) -> str:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return text(client.post(url("leads:import"), {"file": file}, follow=True))


def started(client: Client, job: ImportJob, **more: str) -> str:
    fields = {f"column-{n}": target for n, target in enumerate(job.mapping.values())}
    return text(client.post(url("leads:start_import", job.pk), {**fields, **more}, follow=True))


def test_a_workbook_is_uploaded_and_another_sheet_chosen(rep: User, tmp_path: Path) -> None:
    client = signed_in(rep)
    page = upload(client, workbook(tmp_path, {"A": PEOPLE, "B": [("Phone",), ("+447700900123",)]}))
    assert ("Excel, sheet A" in page, "Look at this one" in page) == (True, True)
    job = ImportJob.objects.get()
    page = text(client.post(url("leads:choose_sheet", job.pk), {"sheet": "B"}, follow=True))
    assert ("sheet B" in page, "+447700900123" in page) == (True, True)
    assert "no sheet «C»" in text(client.post(url("leads:choose_sheet", job.pk), {"sheet": "C"}, follow=True))


def test_a_list_is_mended_and_an_import_taken_back(rep: User, tmp_path: Path) -> None:
    client = signed_in(rep)
    upload(client, workbook(tmp_path, {"A": PEOPLE}))
    job = ImportJob.objects.get()
    started(client, job, mode="both")
    imports.drain(clock.now())
    page = text(client.get(url("leads:import_job", job.pk)))
    assert ("Rows to mend" in page, "Take this import back" in page) == (True, True)
    answer: Any = client.get(url("leads:import_rejected", job.pk))
    assert b"bob@@x,free" in b"".join(answer.streaming_content)
    page = text(client.post(url("leads:undo_import", job.pk), follow=True))
    assert ("Taking it back" in page, "every 2s" in page) == (True, True)
    while undo.drain(clock.now()):
        pass
    page = text(client.get(url("leads:import_job", job.pk)))
    assert ("1 people were removed" in page, "Take this import back" in page.split("<dialog")[0]) == (
        True,
        False,
    )
    assert "taken back already" in text(client.post(url("leads:undo_import", job.pk), follow=True))
    assert not Lead.objects.exists()


def test_the_mode_and_new_fields_are_chosen_on_the_page(manager: User, tmp_path: Path) -> None:
    client = signed_in(manager)
    assert "Make fields of new columns" in upload(client, workbook(tmp_path, {"A": PEOPLE}))
    job = ImportJob.objects.get()
    started(client, job, mode="update", new_fields="on")
    imports.drain(clock.now())
    job.refresh_from_db()
    assert (job.create_new, job.update_existing, job.created, job.rejected) == (False, True, 0, 2)
    page = upload(client, workbook(tmp_path, {"A": PEOPLE}))
    assert ("Mapped as the last time" in page, "Make fields of new columns" in page) == (True, False)


def test_somebody_elses_import_is_neither_mended_nor_taken_back(
    rep: User, stranger: User, tmp_path: Path
) -> None:
    upload(signed_in(rep), workbook(tmp_path, {"A": PEOPLE}))
    pk, client = ImportJob.objects.get().pk, signed_in(stranger)
    assert client.get(url("leads:import_rejected", pk)).status_code == 404
    assert {client.post(url(f"leads:{n}", pk)).status_code for n in ("undo_import", "choose_sheet")} == {404}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_the_list_goes_out_as_shown(kind: str, manager: User) -> None:
    LeadFactory(team=manager.team, title="CEO", email="ann@x.example")
    LeadFactory(team=manager.team, title="Intern")
    segment = SegmentFactory(criteria={"field": "title", "op": "eq", "value": "ceo"}, owner=manager)
    client, where = signed_in(manager), f"{url('leads:export')}?view={segment.pk}"
    assert "10,000 leads of your team" in text(client.get(where))
    answer: Any = client.post(where, {"kind": kind, "columns": ["email", "title"]})
    data = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"] == f'attachment; filename="leads.{kind}"'
    if kind == "xlsx":
        rows = list(load_workbook(io.BytesIO(data)).active.values)
        assert rows == [("email", "title"), ("ann@x.example", "CEO")]
    else:
        assert (b"ann@x.example" in data, b"Intern" in data) == (True, False)
    assert AuditEntry.objects.get(verb="export").object_id == segment.pk


def test_too_many_or_no_columns_is_said_on_the_page(rep: User, monkeypatch: pytest.MonkeyPatch) -> None:
    LeadFactory.create_batch(2, owner=rep, team=rep.team)
    monkeypatch.setitem(outgoing.LIMITS, "rep", 1)
    client = signed_in(rep)
    answer = client.post(url("leads:export"), {"kind": "csv", "columns": ["email"]})
    assert (answer.status_code, "Nothing was exported" in text(answer)) == (422, True)
    assert "at least one column" in text(client.post(url("leads:export"), {"kind": "csv"}))


def test_an_admin_says_once_more_who_they_are_before_taking_everybody_out(admin: User) -> None:
    answer = signed_in(admin).get(url("leads:export"))
    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)


def test_an_analyst_takes_nobody_out(analyst: User) -> None:
    page = text(signed_in(analyst).get(url("leads:export"), follow=True))
    assert "takes no list of people out" in page
