"""A real list: twice in changes nothing, one changed column updates everybody, and goes back exactly.

The list is test-only data beside the project; without it this test is skipped.
"""

import csv
import random
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from leads.models import Company, FactSource, ImportJob, Lead
from leads.services import imports
from leads.services.transfer import undo

FOLDER = Path(settings.BASE_DIR).parent / "shared" / "data" / "leads"
LEADS = FOLDER / "x_education_leads_dev.csv"
CONTACTS = FOLDER / "x_education_demo_contacts_synthetic.csv"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LEADS.exists(), reason="the development data is not beside the project"),
]
#: a version only ever rises, so that a page opened in between notices
MOVES = ("version", "updated_at")


def take_in(path: Path) -> ImportJob:
    return imports.run_now(imports.confirm(imports.start(str(path))))


def rows(model: Any, besides: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    found = model.objects.order_by("pk").values()
    return [{key: value for key, value in row.items() if key not in besides} for row in found]


def changed(path: Path, target: Path, column: str) -> None:
    """Copy a list with the values of one column handed round among its rows."""
    with path.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    values = [f"{row[column]} Mk {random.Random(n).randrange(9)}" for n, row in enumerate(found)]
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows({**row, column: value} for row, value in zip(found, values, strict=True))


def test_a_real_list_comes_in_twice_is_changed_and_put_back_exactly(tmp_path: Path) -> None:
    first, contacts = take_in(LEADS), take_in(CONTACTS)
    assert (first.created, contacts.updated > 6000) == (6468, True)
    before = rows(Lead), rows(Company), rows(FactSource, ("id",))
    for path in (LEADS, CONTACTS):
        again = take_in(path)
        assert (again.created, again.updated, again.rejected) == (
            0,
            0,
            0 if path == LEADS else contacts.rejected,
        )
    assert (rows(Lead), rows(Company), rows(FactSource, ("id",))) == before

    changed(LEADS, tmp_path / "changed.csv", "Specialization")
    job = take_in(tmp_path / "changed.csv")
    assert (job.created, job.updated) == (0, 6468)
    assert rows(Lead) != before[0]
    job = undo.run_now(undo.begin(job))
    assert (job.status, job.restored, job.removed, job.kept) == ("undone", 6468, 0, 0)
    assert rows(Lead, MOVES) == [{k: v for k, v in row.items() if k not in MOVES} for row in before[0]]
    assert rows(Company, MOVES) == [{k: v for k, v in row.items() if k not in MOVES} for row in before[1]]
    assert rows(FactSource, ("id",)) == before[2]
