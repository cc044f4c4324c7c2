"""Finding a person by their words: nobody who is only called alike, nothing that only begins alike."""

from pathlib import Path
from typing import Any

import pytest

from leads.models import Attachment, Lead, LeadKey, ProviderOrder
from leads.services.privacy import exporting, files, people, replaying, suppressing, words
from leads.services.privacy.suppressing import Entry
from outreach.providers import mailfiles
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR, settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH = (
        tmp_path,
        str(tmp_path / "media"),
        str(tmp_path),
    )
    return tmp_path


def person(**facts: str) -> people.Person:
    known = {"email": "ann@corp.example", "first_name": "Annabella", "last_name": "Strong", **facts}
    return people.of(LeadFactory(**known))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Write to ann@corp.example.", True),
        ("<ANN@Corp.example>", True),
        (r"{\"to\": \"x\nann@corp.example\"}", True),
        ("u=ann%40corp.example&x=1", True),
        ("=3Cann@corp.example=3E", True),
        ("mailto:ann@corp.example", True),
        ("Annabella Strong called", True),
        ("Strong, Annabella", True),
        ("joann@corp.example", False),
        ("ann@corp.example.org", False),
        ("x.ann@corp.example", False),
        ("Annabella Stronger", False),
        ("Annabella", False),
    ],
)
def test_words_are_found_whole(text: str, is_found: bool) -> None:
    assert person().is_named_in(text) is is_found


def test_a_common_name_and_a_shared_number_name_nobody() -> None:
    LeadFactory(first_name="Annabella", last_name="Strong", email="other@corp.example", phone="+442079460321")
    found = person(phone="+442079460321")
    assert not found.is_named_in("Annabella Strong, +442079460321")
    assert found.is_named_in("ann@corp.example")


def test_further_addresses_count_but_shared_ones_do_not() -> None:
    lead = LeadFactory(email="ann@corp.example")
    LeadKey.objects.create(lead=lead, kind="email", value="annie@home.example")
    LeadKey.objects.create(lead=lead, kind="email", value="info@corp.example", is_shared=True)
    found = people.of(lead)
    assert found.is_named_in("annie@home.example")
    assert not found.is_named_in("info@corp.example")


def test_only_the_record_of_the_person_is_taken_out_of_an_answer_and_handed_over() -> None:
    one = person()
    answer = {"total": 2, "people": [{"email": "bob@x.example"}, {"email": "ann@corp.example", "pay": 1}]}
    assert words.without_records(answer, one) == {"total": 2, "people": [{"email": "bob@x.example"}, {}]}
    assert words.excerpt(answer, one) == {"people": [{"email": "ann@corp.example", "pay": 1}]}
    assert words.excerpt("Bob: bob@x.example\nAnn: ann@corp.example", one) == "Ann: ann@corp.example"


def test_an_export_holds_nobody_else() -> None:
    one = person()
    lead = Lead.objects.get(pk=one.ids[0])
    rows = [{"email": "bob@secret.example"}, {"email": "ann@corp.example"}]
    ProviderOrder.objects.create(provider="apollo", operation="search", key="o1", answer={"people": rows})
    said = str(exporting.collect(lead, None))
    assert "ann@corp.example" in said
    assert "bob@secret.example" not in said


def test_a_file_outside_the_media_folder_is_never_handed_over(folder: Path) -> None:
    lead = LeadFactory()
    (folder / "secret_key").write_text("hidden")
    Attachment.objects.create(
        lead=lead, name="x.txt", path="../secret_key", size=1, content_type="t", sha256=""
    )
    assert b"hidden" not in exporting.archive(lead, UserFactory())


def test_lines_are_blackened_in_place_and_files_keep_their_size(folder: Path) -> None:
    one = person()
    plain, wide = folder / "people.csv", folder / "wide.csv"
    plain.write_text("a,b\nann@corp.example,1\nbob@x.example,2\n")
    wide.write_bytes("a,b\r\nann@corp.example,1\r\nbob@x.example,2\r\n".encode("utf-16-le"))
    sizes = [plain.stat().st_size, wide.stat().st_size]
    assert files.forget(one)["lines in files"] == 2
    assert [plain.stat().st_size, wide.stat().st_size] == sizes
    assert plain.read_text() == f"a,b\n{'x' * 18}\nbob@x.example,2\n"
    assert b"a\x00n\x00n\x00" not in wide.read_bytes()
    assert "bob@x.example,2" in wide.read_bytes()[-34:].decode("utf-16-le")


def test_the_key_and_the_databases_are_never_touched(folder: Path) -> None:
    for name in ("secret_key", "leadloom.sqlite3", "leadloom.sqlite3-wal", "erasures.jsonl"):
        (folder / name).write_text("ann@corp.example\n")
    assert files.forget(person())["lines in files"] == 0


def test_letters_in_files_go_one_by_one(folder: Path) -> None:
    one, line = person(), mailfiles.LINE
    (folder / "1.log").write_text(f"To: ann@corp.example\n{line}To: bob@x.example\n{line}")
    assert mailfiles.forget(one.is_named_in) == 1
    assert (folder / "1.log").read_text() == f"To: bob@x.example\n{line}"


def test_an_empty_log_costs_nothing_and_a_second_replay_does_nothing() -> None:
    assert (replaying.catch_up(), replaying.catch_up()) == (0, 0)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Ann+x@Corp.example", [Entry("address", "ann@corp.example")]),
        ("Ann <ann@corp.example>;", [Entry("address", "ann@corp.example")]),
        ("ann@corp.example, Ann, Corp", [Entry("address", "ann@corp.example")]),
        ("+44 20 7946 0321", [Entry("address", "+442079460321")]),
        ("https://www.Rival.example/team", [Entry("domain", "rival.example")]),
        ("@rival.example", [Entry("domain", "rival.example")]),
        ("*.rival.example", [Entry("domain", "rival.example")]),
        ("12.5", []),
        ("no idea", []),
    ],
)
def test_lines_of_a_list_are_read(line: str, found: list[Entry]) -> None:
    assert suppressing.read(line)[0] == found


def test_a_person_s_own_files_go_and_a_path_that_leads_out_is_left_alone(folder: Path) -> None:
    lead = LeadFactory(email="ann@corp.example")
    (folder / "media" / "files").mkdir(parents=True)
    (folder / "media" / "files" / "a").write_bytes(b"\x00\x01 a picture")
    (folder / "secret_key").write_text("hidden")
    for path in ("files/a", "../secret_key", "files/missing"):
        Attachment.objects.create(lead=lead, name="x", path=path, size=1, content_type="t", sha256="")
    assert files.forget(people.of(lead))["attachments"] == 1
    assert not (folder / "media" / "files" / "a").exists()
    assert (folder / "secret_key").read_text() == "hidden"
