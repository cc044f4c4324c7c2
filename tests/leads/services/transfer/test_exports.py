"""Leads go out harmless, whole, as far as somebody's role reaches; every export is written down."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from openpyxl import load_workbook

from campaigns.models import AuditEntry, User
from leads.models import CustomField, Lead
from leads.services import imports
from leads.services.transfer import cells, columns, exports, outgoing
from leads.services.transfer.columns import UnknownColumns
from leads.services.transfer.outgoing import ExportRefused
from tests.factories import LeadFactory, SegmentFactory, TeamFactory

pytestmark = pytest.mark.django_db
#: RELIABILITY: a cell that starts with = + - @ tab CR NUL, and ways around a naive check
PAYLOADS = (
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", "  =HYPERLINK('http://evil.example')",
    "\uff1dSUM(1)", "\uff0b1", '="x";=1+1',
)  # fmt: skip
TEXTS = ("first_name", "last_name", "title", "industry", "city", "region", "source", "external_id")


def stored() -> list[str]:
    """Return the payloads as this database can hold them: PostgreSQL keeps no NUL."""
    nul = "" if connection.vendor == "postgresql" else "\0"
    return [payload[:59].replace("\0", nul) for payload in PAYLOADS]


def poisoned() -> list[Lead]:
    facts = [dict.fromkeys(TEXTS, payload) for payload in stored()]
    return [
        LeadFactory(**fact, tags=[fact["title"]], custom={"own": fact["title"]}, email=f"p{n}@x.example")
        for n, fact in enumerate(facts)
    ]


def written(form: str, chosen: list[str] | None = None) -> bytes:
    file = io.BytesIO()
    exports.write(Lead.objects.all(), form, file, chosen)
    return file.getvalue()


def is_live(cell: str) -> bool:
    """Whether a spreadsheet would compute a text: it trims blanks and control characters in front."""
    return cell.lstrip(" \t\r\n\0").startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_no_formula_is_live_in_a_csv_file_for_either_reader() -> None:
    poisoned()
    CustomField.objects.create(key="own", label="Own")
    text = written("csv").decode()
    first = list(csv.reader(io.StringIO(text, newline="")))
    second = [list(row.values()) for row in csv.DictReader(text.splitlines(keepends=True), dialect="excel")]
    assert len(first) == len(PAYLOADS) + 1
    assert len(second) == len(PAYLOADS)
    for rows in (first, second):
        assert not [cell for row in rows for cell in row if is_live(cell)]
    assert sum(cell.startswith("'") for row in first for cell in row) == len(PAYLOADS) * (len(TEXTS) + 2)


def test_no_formula_is_live_in_a_workbook_for_either_reader(tmp_path: Path) -> None:
    poisoned()
    path = tmp_path / "leads.xlsx"
    path.write_bytes(written("xlsx", [*columns.COLUMNS, "custom.own"]))
    sheet = load_workbook(path)["Leads"]
    found = [cell for row in sheet.iter_rows() for cell in row]
    assert len(found) == (len(PAYLOADS) + 1) * (len(columns.COLUMNS) + 1)
    assert not [cell for cell in found if cell.data_type == "f" or is_live(str(cell.value or ""))]
    with zipfile.ZipFile(path) as parts:  # the second reader knows only XML
        tree = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    assert not [node for node in tree.iter() if node.tag.endswith("}f")]
    assert not [node for node in tree.iter() if node.tag.endswith("}t") and is_live(node.text or "")]


def test_json_lines_carry_the_texts_as_they_are() -> None:
    poisoned()
    rows = [json.loads(line) for line in written("jsonl").decode().splitlines()]
    assert [row["title"] for row in rows] == stored()
    assert rows[0]["own"] == PAYLOADS[0][:59]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_what_goes_out_comes_back_unchanged(form: str, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    CustomField.objects.create(key="seats", label="Seats", kind="number")
    LeadFactory(
        email="ann@corp.example", phone="+447700900123", title="=1+1", tags=["vip", "b2b"], budget="12.50",
        first_name="-Ann", city="  ", custom={"seats": 7}, has_appointment=True, website_visits=3,
        seniority="staff",
    )  # fmt: skip
    before = list(Lead.objects.values())
    path = tmp_path / f"leads.{form}"
    path.write_bytes(written(form, [name for name in columns.usual() if name not in ("lifecycle", "score")]))
    job = imports.run_now(imports.confirm(imports.start(str(path))))
    assert [row.before for row in job.people.all()] == [None]
    assert (job.created, job.updated, job.unchanged, job.rejected) == (0, 0, 1, 0)
    assert list(Lead.objects.values()) == before


@pytest.mark.parametrize("text", [*PAYLOADS, "plain", "'quoted'", "O'Neil", "", "007"])
def test_the_mark_before_a_cell_comes_off_again(text: str) -> None:
    assert cells.bare(cells.safe(text)) == text
    assert not is_live(cells.safe(text))


def test_columns_are_chosen_with_own_data_among_them() -> None:
    LeadFactory(email="ann@corp.example", title="CEO", custom={"plan": "pro"})
    rows = list(csv.reader(io.StringIO(written("csv", ["title", "custom.plan", "owner"]).decode())))
    assert rows == [["title", "plan", "owner"], ["CEO", "pro", ""]]
    assert columns.checked(["title", "title", "custom.plan"]) == ["title", "custom.plan"]
    with pytest.raises(UnknownColumns, match="«password»"):
        columns.checked(["title", "password"])


def test_own_fields_go_out_without_asking() -> None:
    CustomField.objects.create(key="plan", label="Plan")
    LeadFactory(custom={"plan": "pro"})
    assert "plan" in written("csv").decode().splitlines()[0].split(",")


def test_a_rep_takes_only_own_leads_and_500_at_most(rep: User, monkeypatch: pytest.MonkeyPatch) -> None:
    LeadFactory.create_batch(3, owner=rep, team=rep.team)
    LeadFactory(team=rep.team)
    assert outgoing.ask(Lead.objects.all(), rep, "csv").count == 3
    monkeypatch.setitem(outgoing.LIMITS, "rep", 2)
    with pytest.raises(ExportRefused, match="2 of your own leads"):
        outgoing.ask(Lead.objects.all(), rep, "csv")
    assert AuditEntry.objects.filter(verb="export").count() == 1


def test_a_manager_takes_the_team_and_ten_thousand_at_most(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outgoing.LIMITS == {"rep": 500, "manager": 10_000}
    LeadFactory.create_batch(3, team=manager.team)
    LeadFactory(team=TeamFactory(name="Elsewhere"))
    assert outgoing.ask(Lead.objects.all(), manager, "xlsx").count == 3
    monkeypatch.setitem(outgoing.LIMITS, "manager", 2)
    with pytest.raises(ExportRefused, match="leads of your team"):
        outgoing.ask(Lead.objects.all(), manager, "csv")


def test_who_reads_figures_or_answers_customers_takes_nobody_out(
    analyst: User, agent: User, partner: User
) -> None:
    for person in (analyst, agent, partner):
        with pytest.raises(ExportRefused, match="takes no list"):
            outgoing.ask(Lead.objects.all(), person, "csv")
    assert not AuditEntry.objects.exists()


def test_an_export_is_written_down_with_who_how_many_and_what(admin: User) -> None:
    LeadFactory.create_batch(2)
    segment = SegmentFactory()
    export = outgoing.ask(Lead.objects.all(), admin, "xlsx", ["email"], segment)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.object_id) == (admin, "export", segment.pk)
    assert entry.after == {"rows": 2, "format": "xlsx", "columns": ["email"]}
    assert b"".join(export.chunks())[:2] == b"PK"
