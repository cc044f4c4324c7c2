"""Imports through the API: from the upload to the list of what was left out."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import ImportJob, Lead
from leads.services import imports
from tests.clients import as_person

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports/"
LIST = b"first_name,email\nAnn,ann@corp.example\nBob,bob@@corp\n"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(user: User, data: bytes = LIST, **fields: Any) -> Any:
    file = BytesIO(data)
    file.name = "people.csv"
    return as_person(user).post(URL, {"file": file, **fields}, format="multipart")


def test_an_upload_becomes_an_import_that_can_be_watched_to_its_end(rep: User) -> None:
    answer = upload(rep)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    imports.drain(clock.now())
    path = f"{URL}{answer.json()['id']}/"
    said = as_person(rep).get(path).json()
    assert (said["status"], said["percent"], said["created"], said["rejected"]) == ("done", 100, 1, 1)
    assert as_person(rep).get(f"{path}errors/").json()["results"][0]["line"] == 3
    lines = b"".join(as_person(rep).get(f"{path}errors.csv/").streaming_content)
    assert b"bob@@corp" in lines
    assert upload(rep).json()["same_file_as"] == said["id"]


def test_an_upload_can_wait_for_its_mapping_and_be_cancelled(rep: User) -> None:
    job = upload(rep, start="false").json()
    path = f"{URL}{job['id']}/"
    assert (job["status"], job["mapping"]["email"]) == ("draft", "email")
    bad = as_person(rep).post(f"{path}start/", {"mapping": {"email": "nonsense"}})
    assert bad.status_code == 400
    started = as_person(rep).post(f"{path}start/", {"mapping": {"email": "email", "first_name": ""}})
    assert started.json()["status"] == "queued"
    assert as_person(rep).post(f"{path}cancel/").json()["status"] == "cancelled"
    imports.drain(clock.now())
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("data", "fields", "words"),
    [
        (b"", {}, "The file is empty."),
        (b"\x00\x01\x02" * 4000, {}, "not a text file"),
        (b"age\n3\n", {}, "recognised by something"),
        (LIST, {"mapping": "{broken"}, "mapping"),
        (LIST, {"mapping": '{"colour": "email"}'}, "no column «colour»"),
        (LIST, {"speed": "9"}, "speed"),
    ],
)
def test_what_cannot_be_imported_is_refused_and_not_kept(
    rep: User, tmp_path: Path, data: bytes, fields: dict[str, str], words: str
) -> None:
    answer = upload(rep, data, **fields)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not ImportJob.objects.exists()
    assert not list(tmp_path.rglob("*.csv"))


def test_imports_are_there_for_their_owner_and_the_manager_only(
    rep: User, other_rep: User, manager: User, stranger: User
) -> None:
    path = f"{URL}{upload(rep).json()['id']}/"
    assert [as_person(user).get(path).status_code for user in (rep, manager)] == [200, 200]
    assert [as_person(user).get(path).status_code for user in (other_rep, stranger)] == [404, 404]


def test_analysts_do_not_read_the_addresses_of_refused_rows(rep: User, analyst: User) -> None:
    path = f"{URL}{upload(rep).json()['id']}/"
    imports.drain(clock.now())
    assert as_person(analyst).get(path).json()["rejected"] == 1
    for part in ("errors/", "errors.csv/"):
        assert as_person(analyst).get(f"{path}{part}").status_code == 403
