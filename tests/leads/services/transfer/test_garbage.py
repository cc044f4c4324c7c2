"""Files full of rubbish: clear words, nothing half stored, every row accounted for, in flat memory."""

import csv
import io
import os
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.models import ImportJob, Lead, RowProblem
from leads.services import imports
from leads.services.transfer import parsing
from leads.services.transfer.sniffing import BadFile
from tests.leads.services.files import HEAD, csv_file

pytestmark = pytest.mark.django_db
SIZE = 10 << 20
CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
HEADER = b"First Name,Email,Notes\n"


def take_in(path: str) -> ImportJob:
    return imports.run_now(imports.confirm(imports.start(path)))


def refused(path: str) -> tuple[str, ImportJob | None]:
    """Return why a file is refused, or the job it becomes."""
    try:
        return "", imports.start(path)
    except BadFile as error:
        return str(error), None


def _random() -> bytes:
    return HEADER + random.Random(5).randbytes(SIZE)


def _letters() -> bytes:
    dice = random.Random(6)
    return HEADER + bytes(dice.choices(b"abc,\"\n;\t'=@.\r 1", k=SIZE))


def _one_line() -> bytes:
    return HEADER + b"a" * SIZE


def _open_quote() -> bytes:
    return HEADER + b'Ann,"ann@x.example,\n' + b"Bob,bob@x.example,x\n" * (SIZE // 20)


def _long_cells() -> bytes:
    return HEADER + (b"Ann,ann@x.example," + b"x" * 200_000 + b"\n") * 50


def _nulls() -> bytes:
    return HEADER + b"Ann,ann@x.example,a\0b\n" * (SIZE // 100)


@pytest.mark.parametrize("make", [_random, _letters, _one_line, _open_quote, _long_cells, _nulls])
def test_ten_megabytes_of_rubbish_are_answered_quickly_and_in_words(
    make: Callable[[], bytes], tmp_path: Path
) -> None:
    path = csv_file(tmp_path, make())
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    said, job = refused(path)
    assert time.process_time() - started < 5
    if job:
        assert job.total == sum(1 for _ in parsing.rows(parsing.inspect(path)))
    else:
        assert len(said) > 20
        assert not ImportJob.objects.exists()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10
    assert not Lead.objects.exists()


def test_a_cell_beyond_every_limit_costs_its_row_only(tmp_path: Path) -> None:
    body = f"Ann,,ann@x.example,,,{'x' * 140_000},1\nBob,,bob@x.example,,,fine,2\n"
    job = take_in(csv_file(tmp_path, body))
    assert (job.status, job.created, job.rejected, job.cursor) == ("done", 1, 1, 2)
    assert RowProblem.objects.get(is_fatal=True).problem == "A cell is longer than 100,000 letters."


def test_a_long_cell_in_quotes_over_several_lines_stops_before_anything_is_stored(tmp_path: Path) -> None:
    text = "\n".join(["x" * 1000] * 140)
    with pytest.raises(BadFile, match="opened near line 2"):
        take_in(csv_file(tmp_path, f'Ann,,ann@x.example,,,"{text}",1\nBob,,bob@x.example,,,fine,2\n'))


def test_own_data_that_is_cut_is_told(tmp_path: Path) -> None:
    take_in(csv_file(tmp_path, f"Ann,,ann@x.example,,,{'x' * 3000},1\n"))
    assert RowProblem.objects.get().problem == "Longer than 2,000 letters: cut."
    assert len(Lead.objects.get().custom["notes"]) == 2000


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_names_survive_the_encodings_of_the_world(encoding: str, tmp_path: Path) -> None:
    body = "".join(f"Zoë{n},Müller,zoe{n}@x.example,,Café & Søn,,{n}\n" for n in range(5))
    job = take_in(csv_file(tmp_path, (HEAD + body).encode(encoding)))
    assert (job.created, job.rejected) == (5, 0)
    assert Lead.objects.get(email="zoe3@x.example").name == "Zoë3 Müller"


def test_a_worker_goes_on_after_a_file_that_vanished(tmp_path: Path) -> None:
    job = imports.confirm(imports.start(csv_file(tmp_path, "Ann,,ann@x.example,,,,1\n")))
    os.unlink(job.path)
    job = imports.run_now(job)
    assert (job.status, Lead.objects.count()) == ("failed", 0)
    assert "No such file" in job.error


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_every_line_of_any_text_is_a_row_a_problem_or_a_refused_file(tmp_path: Path, text: str) -> None:
    path = csv_file(tmp_path, ("Email,Name\nann@x.example,Ann\n" + text).encode("utf-8", "surrogatepass"))
    try:
        sheet = parsing.inspect(path)
    except BadFile:
        return
    rows = list(parsing.rows(sheet))
    assert len(rows) == sheet.total
    assert all(row.problem or len(row.cells) == len(sheet.columns) for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=600))
def test_any_bytes_are_a_list_or_refused_in_words(tmp_path: Path, data: bytes) -> None:
    path = csv_file(tmp_path, data)
    said, job = refused(path)
    assert said if job is None else job.total == len(list(parsing.rows(parsing.inspect(path))))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=20))
def test_what_a_csv_writer_wrote_is_read_back_cell_by_cell(tmp_path: Path, rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["Email", "Name", "Notes"], *rows])
    path = csv_file(tmp_path, file.getvalue().encode())
    read = [row.cells for row in parsing.rows(parsing.inspect(path, encoding="utf-8", delimiter=","))]
    assert read == rows
