"""Taking an import back: everything as it was, except what somebody has worked with since."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import AuditEntry
from leads.models import Company, FactSource, ImportedLead, ImportJob, Lead, Note, Suppression
from leads.services import contactability, imports
from leads.services.known import profile
from leads.services.transfer import undo
from tests.factories import DealFactory, LeadFactory, ProspectFactory, UserFactory
from tests.leads.services.files import csv_file

pytestmark = pytest.mark.django_db
HEAD = "First Name,Last Name,Email,Job Title,Budget,Plan,Company,Do not email,Tags\n"
MOVES = ("version", "updated_at")


def take_in(path: str, **modes: Any) -> ImportJob:
    return imports.run_now(imports.confirm(imports.start(path), **modes))


def taken_back(job: ImportJob) -> ImportJob:
    return undo.run_now(undo.begin(job))


def rows(model: Any, *besides: str) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in row.items() if key not in besides}
        for row in model.objects.order_by("pk").values()
    ]


def test_people_and_companies_of_a_file_are_gone_again(tmp_path: Path) -> None:
    LeadFactory(email="old@x.example")
    before = rows(Lead), rows(Company)
    job = take_in(csv_file(tmp_path, "Ann,Lee,ann@corp.example,CEO,10,pro,Corp,,\n", HEAD))
    assert Lead.objects.count() == 2
    job = taken_back(job)
    assert (job.status, job.removed, job.restored, job.kept) == ("undone", 1, 0, 0)
    assert (rows(Lead), rows(Company)) == before
    assert AuditEntry.objects.filter(verb="undo", object_id=job.pk).exists()


def test_updates_are_put_back_exactly(tmp_path: Path) -> None:
    LeadFactory(
        email="ann@corp.example", title="CTO", budget="12.50", custom={"plan": "free", "b": [1]}, tags=["a"]
    )
    LeadFactory(email="bob@corp.example", title="", budget=None)
    company = Lead.objects.get(title="CTO").company
    before, firms = rows(Lead, *MOVES), rows(Company, *MOVES)
    body = 'Ann,Lea,ann@corp.example,CEO,99,pro,New Corp,,"b, c"\nBob,Ray,bob@corp.example,CFO,7,x,,,\n'
    job = take_in(csv_file(tmp_path, body, HEAD))
    assert job.updated == 2
    assert Lead.objects.get(title="CEO").company != company
    job = taken_back(job)
    assert (job.restored, job.removed, job.kept) == (2, 0, 0)
    assert rows(Lead, *MOVES) == before
    assert rows(Company, *MOVES) == firms
    assert not FactSource.objects.exists()


def test_a_field_that_somebody_changed_since_stays(tmp_path: Path) -> None:
    lead = LeadFactory(email="ann@corp.example", first_name="A", title="CTO", custom={"plan": "free"})
    job = take_in(csv_file(tmp_path, "Ann,Lee,ann@corp.example,CEO,,pro,,,\n", HEAD))
    lead.refresh_from_db()
    profile.change(lead, {"title": "Founder"}, version=lead.version, by=UserFactory())
    job = taken_back(job)
    lead.refresh_from_db()
    assert (lead.title, lead.first_name, lead.custom) == ("Founder", "A", {"plan": "free"})
    assert (job.restored, job.kept) == (0, 1)
    assert FactSource.objects.get().field == "title"


def test_own_data_stays_key_by_key(tmp_path: Path) -> None:
    lead = LeadFactory(email="ann@corp.example", custom={"plan": "free"})
    job = take_in(csv_file(tmp_path, ",,ann@corp.example,,,pro,,,\n", HEAD))
    Lead.objects.filter(pk=lead.pk).update(custom={"plan": "pro", "mine": 1})
    taken_back(job)
    lead.refresh_from_db()
    assert lead.custom == {"plan": "free", "mine": 1}


def _contacted(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(last_contacted_at=clock.now())


def _changed(lead: Lead) -> None:
    profile.change(lead, {"title": "Boss"}, version=lead.version, by=UserFactory())


@pytest.mark.parametrize(
    "touch",
    [
        _contacted, _changed,
        lambda lead: ProspectFactory(lead=lead),
        lambda lead: DealFactory(lead=lead),
        lambda lead: Note.objects.create(lead=lead, body="Nice"),
        lambda lead: ImportedLead.objects.create(job=ImportJob.objects.create(file_name="b"), lead=lead),
        lambda lead: LeadFactory(merged_into=lead),
    ],
    ids=["contacted", "changed", "planned for", "with a deal", "noted", "in another file", "merged"],
)  # fmt: skip
def test_who_has_been_worked_with_stays_and_is_counted(tmp_path: Path, touch: Callable[[Lead], Any]) -> None:
    body = "Ann,Lee,ann@corp.example,,,,Corp,,\nBob,Ray,bob@corp.example,,,,Corp,,\n"
    job = take_in(csv_file(tmp_path, body, HEAD))
    ann = Lead.objects.get(first_name="Ann")
    touch(ann)
    job = taken_back(job)
    assert (job.removed, job.kept) == (1, 1)
    assert Lead.objects.filter(pk=ann.pk).exists()
    assert not Lead.objects.filter(first_name="Bob").exists()
    assert ann.company is not None
    assert Company.objects.filter(pk=ann.company_id).exists()


def test_nobody_becomes_contactable_by_it(tmp_path: Path) -> None:
    known = LeadFactory(email="bob@corp.example")
    body = "Ann,Lee,ann@corp.example,,,,,yes,\nBob,Ray,bob@corp.example,,,,,yes,\n"
    job = taken_back(take_in(csv_file(tmp_path, body, HEAD)))
    known.refresh_from_db()
    assert (job.removed, job.kept, known.do_not_email) == (1, 1, True)
    assert Suppression.objects.filter(level="address", value="ann@corp.example", lifted_at=None).exists()
    again = LeadFactory(email="ann@corp.example")
    assert again.pk in contactability.may_contact([again.pk], "email")


def test_a_file_may_speak_of_somebody_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leads.services.transfer.importing.BATCH", 1)
    LeadFactory(email="ann@corp.example", title="", last_name="")
    before = rows(Lead, *MOVES)
    lines = (
        "Ann,,ann@corp.example,,,,,,",
        "Ann,Lee,ann@corp.example,CEO,,,,,",
        "Bo,,bo@x.example,,,,,,",
        "Bo,Ray,bo@x.example,,,,,,",
    )
    job = take_in(csv_file(tmp_path, "\n".join(lines) + "\n", HEAD))
    assert (job.created, Lead.objects.get(title="CEO").last_name) == (1, "Lee")
    job = taken_back(job)
    assert (job.removed, job.kept) == (1, 0)
    assert rows(Lead, *MOVES) == before


def test_it_goes_on_behind_a_batch_that_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "".join(f"P{n},X,p{n}@x.example,,,,,,\n" for n in range(10))
    job = take_in(csv_file(tmp_path, body, HEAD))
    monkeypatch.setattr(undo, "BATCH", 3)
    monkeypatch.setattr(undo, "PATIENCE", -undo.PATIENCE)
    undo.begin(job)
    assert undo.drain(clock.now()) == 1
    job.refresh_from_db()
    assert (job.status, job.removed, undo.progress(job)) == ("undoing", 3, (3, 10))
    while undo.drain(clock.now()):
        pass
    job.refresh_from_db()
    assert (job.status, job.removed, Lead.objects.count()) == ("undone", 10, 0)


def test_only_what_is_over_can_be_taken_back(tmp_path: Path) -> None:
    job = imports.start(csv_file(tmp_path, "Ann,Lee,ann@x.example,,,,,,\n", HEAD))
    with pytest.raises(undo.CannotUndo, match="never started"):
        undo.begin(job)
    imports.confirm(job)
    with pytest.raises(undo.CannotUndo, match="still running"):
        undo.begin(job)
    job = taken_back(imports.run_now(job))
    with pytest.raises(undo.CannotUndo, match="already"):
        undo.begin(job)
    assert undo.run_now(job).removed == 1


def test_a_later_import_of_the_same_fact_is_not_undone(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example", title="CTO")
    first = take_in(csv_file(tmp_path, ",,ann@corp.example,CEO,,,,,\n", HEAD))
    take_in(csv_file(tmp_path, ",,ann@corp.example,Chair,,,,,\n", HEAD, name="two.csv"))
    first = taken_back(first)
    assert (first.kept, Lead.objects.get().title) == (1, "Chair")
    assert FactSource.objects.get(field="title").reference.startswith("import:")


def test_two_imports_of_one_file_are_both_taken_back(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Ann,Lee,ann@corp.example,,,,Corp,,\n", HEAD)
    first, second = take_in(path), take_in(path)
    assert (second.unchanged, taken_back(second).kept) == (1, 0)
    assert taken_back(first).removed == 1
    assert not Lead.objects.exists()
    assert not Company.objects.exists()
