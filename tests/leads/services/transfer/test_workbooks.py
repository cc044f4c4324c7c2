"""Excel workbooks come in as a person reads them, row by row, and hostile ones stay outside."""

import json
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as moment
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from campaigns import clock
from leads.models import ImportJob, Lead, RowProblem
from leads.services import imports
from leads.services.transfer import archives, parsing, previews, workbooks
from leads.services.transfer.sniffing import BadFile
from tests.leads.services.transfer.books import HEAD, archive, lying, with_part, workbook

pytestmark = pytest.mark.django_db
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECLARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
ANN = ("Ann", "Lee", "ann@corp.example", "+447700900123", "Corp Ltd", "=1+1", 17)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def take_in(path: Path, **options: Any) -> ImportJob:
    return imports.run_now(imports.confirm(imports.start(str(path), **options)))


def read(path: Path, sheet: str = "") -> list[parsing.Row]:
    return list(parsing.rows(parsing.inspect(str(path), name=sheet)))


def test_a_workbook_comes_in_like_any_list(tmp_path: Path) -> None:
    job = take_in(workbook(tmp_path, {"People": [HEAD, ANN]}))
    lead = Lead.objects.get()
    assert (job.format, job.sheet, job.total, job.created, job.status) == ("xlsx", "People", 1, 1, "done")
    assert (lead.name, lead.phone, lead.external_id) == ("Ann Lee", "+447700900123", "17")
    again = take_in(workbook(tmp_path, {"People": [HEAD, ANN]}))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_the_first_sheet_that_holds_a_list_is_taken_and_another_can_be_chosen(tmp_path: Path) -> None:
    rows = {"Cover": [["Our people"]], "A": [HEAD, ANN], "B": [("Email",), ("zoe@x.example",)]}
    job = imports.start(str(workbook(tmp_path, rows)))
    assert (job.sheet, job.total) == ("A", 1)
    job = imports.choose_sheet(job, "B")
    assert (job.sheet, job.total, job.mapping) == ("B", 1, {"Email": "email"})
    with pytest.raises(BadFile, match=r"no sheet «C»\. It has: Cover, A, B"):
        imports.choose_sheet(job, "C")
    with pytest.raises(BadFile, match="no rows below"):
        imports.choose_sheet(job, "Cover")


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (42, "General", "42"),
        (42.0, "General", "42"),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, "General", "1" + "0" * 21),
        (447700900123, "General", "447700900123"),
        (0.25, "0%", "25%"),
        (0.125, "0.0%", "12.5%"),
        (1, "0%", "100%"),
        (123, "00000", "00123"),
        (1200.5, '#,##0.00 "EUR"', "1200.5"),
        (-5, "0;[Red]-0", "-5"),
        (True, "General", "yes"),
        (False, "General", "no"),
        (datetime(2026, 3, 1), "General", "2026-03-01"),
        (datetime(2026, 3, 1, 9, 5), "General", "2026-03-01 09:05"),
        (date(2026, 3, 1), "General", "2026-03-01"),
        (moment(9, 5, 7), "General", "09:05:07"),
        ("  text ", "General", "  text "),
        (None, "General", ""),
    ],
)
def test_a_cell_is_what_a_person_reads(value: Any, form: str, said: str) -> None:
    assert workbooks.said(value, form) == said


def test_cells_keep_their_look_through_a_real_file(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Email", "Zip", "Share", "Since", "Vip"])
    sheet.append(["ann@x.example", 123, 0.25, date(2026, 3, 1), True])
    sheet["B2"].number_format, sheet["C2"].number_format = "00000", "0%"
    book.save(tmp_path / "look.xlsx")
    assert read(tmp_path / "look.xlsx")[0].cells == ["ann@x.example", "00123", "25%", "2026-03-01", "yes"]


def test_lines_are_the_rows_of_the_sheet_also_behind_empty_ones(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet["A3"], sheet["B3"] = "Email", "Notes"
    sheet["A5"], sheet["B5"] = "ann@x.example", "two\nlines"
    sheet["A9"] = "bob@x.example"
    book.save(tmp_path / "gaps.xlsx")
    rows = read(tmp_path / "gaps.xlsx")
    assert [(row.line, row.cells, row.problem) for row in rows] == [
        (5, ["ann@x.example", "two\nlines"], ""), (9, ["bob@x.example", ""], ""),
    ]  # fmt: skip


def test_a_cell_right_of_the_names_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [("Email",), ("ann@x.example", "lost")]})
    assert read(path)[0].problem == "The row has 2 cells, the header has 1."


def test_rows_below_the_written_size_are_not_lost(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [("Email",), ("a@x.example",), ("b@x.example",)]})
    with zipfile.ZipFile(path) as found:
        xml = found.read("xl/worksheets/sheet1.xml")
    lie = with_part(path, tmp_path / "lie.xlsx", "xl/worksheets/sheet1.xml", xml.replace(b"A1:A3", b"A1:A2"))
    assert len(read(lie)) == 2


def test_shared_texts_with_escapes_and_rich_parts_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [("Email", "Note"), ("a@x.example", "b")]})
    texts = (
        f'<sst xmlns="{SPACE}"><si><t>Email</t></si><si><t>Note</t></si><si><t>a@x.example</t></si>'
        "<si><r><t>one_x000A_</t></r><r><t>é</t></r><rPh><t>aid</t></rPh></si></sst>"
    )
    cells = [f'<c r="{place}" t="s"><v>{n}</v></c>' for n, place in enumerate(("A1", "B1", "A2", "B2"))]
    xml = (
        f'<worksheet xmlns="{SPACE}"><sheetData><row r="1">{"".join(cells[:2])}</row>'
        f'<row r="2">{"".join(cells[2:])}</row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(path) as found:
        types = found.read("[Content_Types].xml").replace(b"</Types>", DECLARED + b"</Types>")
    typed = with_part(path, tmp_path / "typed.xlsx", "[Content_Types].xml", types)
    shared = with_part(typed, tmp_path / "shared.xlsx", "xl/worksheets/sheet1.xml", xml.encode())
    (row,) = read(with_part(shared, tmp_path / "rich.xlsx", "xl/sharedStrings.xml", texts.encode()))
    assert row.cells == ["a@x.example", "one\né"]


def test_a_preview_and_the_errors_name_the_row_of_the_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [HEAD, ANN, ("Bob", "", "bob@@x", "", "", "", "")]})
    job = imports.start(str(path))
    assert previews.preview(job).rows[1].line == 3
    imports.run_now(imports.confirm(job))
    assert RowProblem.objects.get(is_fatal=True).line == 3


def test_a_batch_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leads.services.transfer.importing.BATCH", 2)
    rows = [("Email",), *((f"p{n}@x.example",) for n in range(7))]
    job = imports.confirm(imports.start(str(workbook(tmp_path, {"A": rows}))))
    monkeypatch.setattr(imports, "PATIENCE", -imports.PATIENCE)
    assert imports.drain(clock.now()) == 1
    workbooks.forget(job.sha256)
    while imports.drain(clock.now()):
        pass
    job.refresh_from_db()
    assert (job.status, job.created, Lead.objects.count()) == ("done", 7, 7)


def _bomb(folder: Path, book: Path) -> Path:
    return with_part(book, folder / "bomb.xlsx", "xl/worksheets/sheet1.xml", b"<x>" + b" " * (100 << 20))


def _many(folder: Path, book: Path) -> Path:
    parts = {f"xl/media/{n}.xml": b"" for n in range(10_000)}
    return archive(folder / "many.xlsx", {"[Content_Types].xml": b"", "xl/workbook.xml": b"", **parts})


def _outside(folder: Path, book: Path) -> Path:
    return with_part(book, folder / "outside.xlsx", "../../evil.xml", b"<x/>")


def _absolute(folder: Path, book: Path) -> Path:
    return with_part(book, folder / "absolute.xlsx", "/etc/evil.xml", b"<x/>")


def _entities(folder: Path, book: Path) -> Path:
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><sst>&a;</sst>'
    return with_part(book, folder / "laughs.xlsx", "xl/sharedStrings.xml", laughs)


def _cut(folder: Path, book: Path) -> Path:
    (folder / "cut.xlsx").write_bytes(book.read_bytes()[:-300])
    return folder / "cut.xlsx"


def _garbage(folder: Path, book: Path) -> Path:
    return with_part(book, folder / "garbage.xlsx", "xl/workbook.xml", b"\x00\xffnot xml")


def _size_lie(folder: Path, book: Path) -> Path:
    return lying(book, folder / "lie.xlsx", "xl/workbook.xml", 3)


def _far_away(folder: Path, book: Path) -> Path:
    row = '<c r="A1" t="inlineStr"><is><t>Email</t></is></c>'
    far = '<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{SPACE}"><sheetData><row r="1">{row}</row>{far}</sheetData></worksheet>'
    xml = sheet.encode()
    return with_part(book, folder / "far.xlsx", "xl/worksheets/sheet1.xml", xml)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_bomb, "unpacks to far more"), (_many, "10,002 files"), (_outside, "outside itself"),
        (_absolute, "outside itself"), (_entities, "XML entities"), (_cut, "zip archive|damaged"),
        (_garbage, "cannot be read"), (_size_lie, "damaged|cannot be read"),
        (_far_away, "more rows than Excel allows"),
    ],
)  # fmt: skip
def test_an_archive_that_means_harm_stays_outside(
    tmp_path: Path, make: Callable[[Path, Path], Path], words: str
) -> None:
    path = make(tmp_path, workbook(tmp_path, {"A": [HEAD, ANN]}))
    files = set(tmp_path.rglob("*"))
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(BadFile, match=words):
        imports.start(str(path))
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10
    assert not ImportJob.objects.exists()
    assert {one for one in tmp_path.rglob("*") if one.is_file()} <= files


def test_no_more_than_twenty_megabytes_come_out_of_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = 0

    def counted(self: zipfile.ZipExtFile, size: int = -1) -> bytes:
        nonlocal out
        chunk = read_part(self, size)
        out += len(chunk)
        return chunk

    read_part = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    path = _bomb(tmp_path, workbook(tmp_path, {"A": [HEAD, ANN]}))
    out = 0
    with pytest.raises(BadFile, match="unpacks to far more"):
        archives.check(path)
    assert 0 < out <= 20 << 20


def test_packed_files_are_refused_in_words(tmp_path: Path) -> None:
    path = archive(tmp_path / "list.zip", {"list.csv": b"Email\nann@x.example\n"})
    with pytest.raises(BadFile, match="zip archive, not a workbook"):
        imports.start(str(path))
    (tmp_path / "list.csv.gz").write_bytes(b"\x1f\x8b\x08" + b"\0" * 100)
    with pytest.raises(BadFile, match="compressed \\(gzip\\)"):
        imports.start(str(tmp_path / "list.csv.gz"))
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    with pytest.raises(BadFile, match="old Excel workbook"):
        imports.start(str(tmp_path / "old.xls"))


def test_a_large_sheet_is_unpacked_in_flat_memory(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("A")
    sheet.append(["Email", "Name"])
    for number in range(20_000):
        sheet.append([f"person{number}@corp{number % 50}.example", f"Person {number}"])
    book.save(tmp_path / "large.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job = imports.start(str(tmp_path / "large.xlsx"))
    assert job.total == 20_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10


def test_our_own_workbook_is_one_that_others_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [HEAD, ANN]})
    unpacked = workbooks.unpack(path, "A", "0" * 64)
    lines = [json.loads(line) for line in unpacked.open()]
    others = [
        ["" if cell is None else str(cell) for cell in row]
        for row in load_workbook(path, data_only=True)["A"].values
    ]
    assert lines == others
