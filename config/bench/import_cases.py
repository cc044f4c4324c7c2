"""Lists in and out beside their floors, and what a whole import needs in a process of its own.

«import» itself stands with the other paths in ``cases``; here: the same list again, a workbook, the way
back, and the way out.
"""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from openpyxl import Workbook, load_workbook

from campaigns.services import bulk
from config.bench import scenery
from config.bench.harness import Case
from leads.models import ImportJob, Lead
from leads.services import imports
from leads.services.transfer import exports, parsing, undo

TABLES = (
    "leads_activity", "leads_matchrun", "leads_factsource", "leads_importedlead",
    "leads_importedcompany", "leads_rowproblem", "leads_leadscore", "leads_prospect", "leads_lead",
    "leads_company",
)  # fmt: skip
_MEASURED = """
import json, resource, sys, time
import django; django.setup()
from leads.services import imports
started = time.perf_counter()
job = imports.run_now(imports.confirm(imports.start(sys.argv[1])))
seconds = time.perf_counter() - started
print(json.dumps([job.created, round(seconds, 1), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10]))
"""


def all_cases(count: int) -> list[Case]:
    """Return the cases of this room at a size."""
    return [again_case(count), book_case(min(count, 20_000)), undo_case(count), export_case(count)]


def again_case(count: int) -> Case:
    """A list that is in already, beside the bare look-up of its keys: nothing changes."""
    path = _list(count)
    keys = [key for (key,) in _addresses(path)]

    def floor() -> None:
        for start in range(0, count, 2000):
            condition, params = bulk.among("email_key", keys[start : start + 2000])
            bulk.fetch(f"SELECT * FROM leads_lead WHERE {condition}", params)  # noqa: S608

    def prepare() -> None:
        if Lead.objects.count() != count:
            _clear()
            _take_in(path)
        ImportJob.objects.all().delete()

    def check() -> None:
        job = ImportJob.objects.get()
        _same((job.unchanged, job.created + job.updated), (count, 0))

    return Case("import 2nd", count, "row", floor, lambda: _take_in(path), prepare, check, 8.0)


def book_case(count: int) -> Case:
    """A workbook unpacked and checked cell by cell, beside the bare reading of its values."""
    path = Path(settings.VAR) / "bench.xlsx"
    seen: list[int] = []

    def floor() -> None:
        found = load_workbook(path, read_only=True)["A"]
        sum(1 for _ in found.iter_rows(values_only=True))

    def product() -> None:
        look = parsing.inspect(str(path))
        seen.append(sum(1 for _ in parsing.rows(look)))

    def prepare() -> None:
        if not seen:
            _write_book(_list(count), path)
        for one in (Path(settings.MEDIA_ROOT) / "imports").glob("*.rows"):
            one.unlink()

    check = lambda: _same(seen[-1], count)  # noqa: E731
    return Case("workbook", count, "row", floor, product, prepare, check, 3.0)


def undo_case(count: int) -> Case:
    """A whole import taken back, beside the bare deletion of the same people."""
    path = _list(count)

    def floor() -> None:
        for table in ("leads_activity", "leads_importedlead", "leads_lead"):
            bulk.run(f"DELETE FROM {table}")  # noqa: S608

    def prepare() -> None:
        _clear()
        _take_in(path)

    def product() -> None:
        undo.run_now(undo.begin(ImportJob.objects.get()))

    check = lambda: _same((Lead.objects.count(), ImportJob.objects.get().removed), (0, count))  # noqa: E731
    return Case("undo", count, "lead", floor, product, prepare, check, 20.0)


def export_case(count: int) -> Case:
    """Everybody as CSV, beside the bare rows through the same writer."""
    path, size = _list(count), io.BytesIO()

    def floor() -> None:
        writer = csv.writer(io.StringIO())
        names = ", ".join(f"l.{name}" for name in ("first_name", "last_name", "email", "title", "city"))
        for start in range(0, count, 2000):
            sql = f"SELECT {names} FROM leads_lead l ORDER BY l.id LIMIT 2000 OFFSET {start}"  # noqa: S608
            writer.writerows(bulk.fetch(sql))

    def prepare() -> None:
        if Lead.objects.count() != count:
            _clear()
            _take_in(path)
        size.seek(0)
        size.truncate()

    check = lambda: _same(size.getvalue().count(b"\n"), count + 1)  # noqa: E731
    product = lambda: exports.write(Lead.objects.all(), "csv", size)  # noqa: E731
    return Case("export", count, "lead", floor, product, prepare, check, 40.0)


def alone(count: int) -> str:
    """Import a list in a process of its own; say its speed and the most memory it held."""
    _clear()
    code = [sys.executable, "-c", _MEASURED, str(_list(count))]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    found = subprocess.run(code, cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True)  # noqa: S603
    created, seconds, memory = json.loads(found.stdout.splitlines()[-1])
    _same(created, count)
    speed = f"{created / seconds:,.0f} rows/s"
    return f"import of {count:,} rows in a process of its own: {speed}, {memory} MB at most (goal 300)"


def _list(count: int) -> Path:
    """Write a list of people once and return its path."""
    path = Path(settings.VAR) / f"bench-list-{count}.csv"
    if not path.exists():
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("First Name", "Last Name", "Email", "Job Title", "Company", "City", "Notes"))
            writer.writerows(
                (f"Ann{n % 997}", f"Lee{n % 7919}", f"p{n}@corp{n % 20_000}.example",
                 scenery.TITLES[n % 4][0], f"Corp {n % 20_000}", "Berlin", f"note {n % 100}")
                for n in range(count)
            )  # fmt: skip
    return path


def _write_book(source: Path, target: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("A")
    with source.open(newline="") as file:
        for row in csv.reader(file):
            sheet.append(row)
    book.save(target)


def _addresses(path: Path) -> list[tuple[str]]:
    with path.open(newline="") as file:
        return [(row["Email"],) for row in csv.DictReader(file)]


def _take_in(path: Path) -> None:
    imports.run_now(imports.confirm(imports.start(str(path))))


def _clear() -> None:
    ImportJob.objects.all().delete()
    for table in TABLES:
        bulk.run(f"DELETE FROM {table}")  # noqa: S608


def _same(found: object, wanted: object) -> None:
    if found != wanted:
        raise AssertionError(f"The run gave {found}, not {wanted}.")
