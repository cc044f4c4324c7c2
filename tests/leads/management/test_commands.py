"""The commands: one answer, one file of errors, and nothing stored when something is wrong."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leads.models import ImportJob, Lead
from tests.factories import LeadFactory, SegmentFactory
from tests.leads.services.files import csv_file

pytestmark = pytest.mark.django_db
BODY = "Ann,Lee,ann@corp.example,,,,17\nBob,Ray,bob@@corp.example,,,,\n"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


def told(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_import_answers_with_one_json_object_and_writes_the_errors(tmp_path: Path) -> None:
    answer = json.loads(told("import_leads", csv_file(tmp_path, BODY), "--json"))
    errors = Path(answer.pop("errors_file"))
    assert answer == {"rows": 2, "created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert "bob@@corp.example" in errors.read_text()


def test_a_dry_run_counts_and_stores_nothing(tmp_path: Path) -> None:
    answer = json.loads(told("import_leads", csv_file(tmp_path, BODY), "--dry-run", "--json"))
    assert (answer["created"], answer["rejected"], answer["errors_file"]) == (1, 1, "")
    assert not Lead.objects.exists()
    assert not ImportJob.objects.exists()


def test_a_mapping_may_be_given_as_text_or_file(tmp_path: Path) -> None:
    chosen = json.dumps({"Notes": "title"})
    told("import_leads", csv_file(tmp_path, "Ann,Lee,ann@x.example,,,CEO,1\n"), mapping=chosen)
    (tmp_path / "map.json").write_text(chosen)
    file = csv_file(tmp_path, "Bob,Ray,bob@x.example,,,CFO,2\n", name="two.csv")
    told("import_leads", file, mapping=str(tmp_path / "map.json"))
    assert sorted(Lead.objects.values_list("title", flat=True)) == ["CEO", "CFO"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mapping": "{broken"}, "neither a JSON object nor a file"),
        ({"mapping": '{"Email": 3}'}, "must look like"),
        ({"mapping": '{"Email": "nonsense"}'}, "no field «nonsense»"),
        ({"mapping": '{"Colour": "email"}'}, "no column «Colour»"),
        ({"owner": "nobody"}, "no user called nobody"),
        ({"encoding": "ascii", "delimiter": ";"}, "recognised by something"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    tmp_path: Path, options: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        told("import_leads", csv_file(tmp_path, BODY), **options)
    assert not Lead.objects.exists()
    assert not ImportJob.objects.exists()


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="There is no file"):
        told("import_leads", "/nowhere/list.csv")


def test_an_export_comes_back_in_as_it_went_out(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example", first_name="=cmd()", phone="+447700900123", tags=["vip"])
    file = tmp_path / "out.csv"
    assert "1 leads written" in told("export_leads", str(file))
    row = next(csv.DictReader(file.open()))
    assert (row["first_name"], row["phone"]) == ("'=cmd()", "'+447700900123")
    answer = json.loads(told("import_leads", str(file), "--json"))
    assert (answer["created"], answer["rejected"]) == (0, 0)
    assert Lead.objects.get().phone == "+447700900123"


def test_a_segment_is_exported_as_json_lines(tmp_path: Path) -> None:
    LeadFactory(title="CEO", custom={"plan": "pro"})
    LeadFactory(title="Intern")
    segment = SegmentFactory(criteria={"field": "title", "op": "eq", "value": "ceo"})
    file = tmp_path / "out.jsonl"
    told("export_leads", str(file), segment=segment.pk)
    (row,) = [json.loads(line) for line in file.read_text().splitlines()]
    assert (row["title"], row["plan"]) == ("CEO", "pro")
    with pytest.raises(CommandError, match="no segment 99"):
        told("export_leads", str(file), segment=99)
