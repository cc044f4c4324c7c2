"""Imports through the service: what is stored, what is left out, and what a crash leaves behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Company, Consent, ImportJob, Lead, Suppression
from leads.services import contactability, imports
from leads.services.transfer import importing, previews
from tests.factories import LeadFactory
from tests.leads.services.files import csv_file

pytestmark = pytest.mark.django_db
ANN = "Ann,Lee,ann@corp.example,+447700900123,Corp Ltd,=1+1,17\n"


def take_in(path: str, mapping: dict[str, str] | None = None, **options: Any) -> ImportJob:
    job = imports.start(path, **{key: options.pop(key) for key in ("owner", "team") if key in options})
    return imports.run_now(imports.confirm(job, mapping, **options))


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created, job.updated, job.unchanged, job.rejected


def test_a_row_becomes_a_lead_with_its_company_and_custom_fields(tmp_path: Path) -> None:
    job = take_in(csv_file(tmp_path, ANN))
    lead = Lead.objects.get()
    assert (job.status, counts(job)) == ("done", (1, 0, 0, 0))
    assert (lead.name, lead.email_key, lead.phone, lead.external_id) == (
        "Ann Lee", "ann@corp.example", "+447700900123", "17"
    )  # fmt: skip
    assert lead.custom == {"notes": "=1+1"}
    assert (lead.origin, lead.company.name, lead.company.domain) == ("import", "Corp Ltd", "corp.example")


def test_the_same_file_again_changes_nothing_and_is_noticed(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ANN)
    first, before = take_in(path), Lead.objects.get()
    again = take_in(path)
    assert counts(again) == (0, 0, 1, 0)
    assert imports.twin(again) == first
    assert Lead.objects.get().updated_at == before.updated_at


def test_known_people_get_new_facts_and_lose_none(tmp_path: Path) -> None:
    LeadFactory(
        email="Ann@corp.example", title="CEO", phone="", city="Leeds", custom={"notes": "old", "x": 1}
    )
    job = take_in(csv_file(tmp_path, "Ann,Lee,ANN+list@corp.example,+447700900123,,new,17\n"))
    lead = Lead.objects.get()
    assert counts(job) == (0, 1, 0, 0)
    assert (lead.email, lead.title, lead.city, lead.phone) == (
        "Ann@corp.example", "CEO", "Leeds", "+447700900123"
    )  # fmt: skip
    assert lead.custom == {"notes": "new", "x": 1}
    assert lead.version == 2


def test_create_only_leaves_known_people_as_they_are(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example", first_name="Anna")
    job = take_in(csv_file(tmp_path, ANN), update_existing=False)
    assert counts(job) == (0, 0, 1, 0)
    assert Lead.objects.get().first_name == "Anna"


def test_two_files_meet_in_the_same_person_by_the_id_of_the_other_system(tmp_path: Path) -> None:
    facts = csv_file(tmp_path, "17,4,900\n", head="Lead Number,TotalVisits,Total Time Spent on Website\n")
    take_in(facts)
    contacts = csv_file(
        tmp_path, "17,Ann,ann@corp.example\n", head="lead_number,first_name,email\n", name="c.csv"
    )
    job = take_in(contacts)
    lead = Lead.objects.get()
    assert counts(job) == (0, 1, 0, 0)
    assert (lead.email, lead.website_visits, lead.website_seconds) == ("ann@corp.example", 4, 900)
    assert counts(take_in(facts)) == (0, 0, 1, 0)


def test_the_same_id_with_another_address_is_another_person_and_said(tmp_path: Path) -> None:
    first = LeadFactory(email="bob@corp.example", external_id="17")
    job = take_in(csv_file(tmp_path, ANN))
    assert Lead.objects.count() == 2
    note = job.problems.get(column="")
    assert f"belongs to another person (lead {first.pk})" in note.problem
    assert note.is_fatal is False


def test_rows_about_one_person_in_one_file_make_one_lead_and_the_first_wins(tmp_path: Path) -> None:
    body = "Ann,Lee,ann@corp.example,,,,17\nA.,,ANN@CORP.EXAMPLE,+447700900123,,,\nX,,,,,late,17\n"
    job = take_in(csv_file(tmp_path, body))
    lead = Lead.objects.get()
    assert counts(job) == (1, 0, 2, 0)
    assert (lead.first_name, lead.phone, lead.custom) == ("Ann", "+447700900123", {"notes": "late"})


def test_rows_with_faults_are_left_out_and_can_be_fetched(tmp_path: Path) -> None:
    body = ANN + "Bob,Ray,bob@@corp.example,,,=cmd(),\nCat,Lo,cat@@x,07700 900456,,,3\nshort\n"
    job = take_in(csv_file(tmp_path, body))
    assert counts(job) == (2, 0, 0, 2)
    lines = list(previews.errors_csv(job))
    assert lines[0] == "line,column,value,problem,stored\r\n"
    assert any(line.startswith("3,Email,bob@@corp.example,") for line in lines)
    assert '5,,short,"The row has 1 cells, the header has 7.",no\r\n' in lines
    assert Lead.objects.get(external_id="3").phone == "+447700900456"


def test_do_not_email_puts_people_on_the_suppression_list_and_a_later_no_does_not_undo_it(
    tmp_path: Path,
) -> None:
    head = "email,Do Not Email,consent\n"
    take_in(csv_file(tmp_path, "ann@corp.example,Yes,granted\n", head=head))
    take_in(csv_file(tmp_path, "ann@corp.example,No,granted\n", head=head, name="2.csv"))
    lead, entry = Lead.objects.get(), Suppression.objects.get()
    assert lead.do_not_email
    assert (entry.value, entry.channel, entry.reason) == (f"lead:{lead.pk}", "email", "do_not_email")
    assert "list.csv" in entry.evidence
    assert contactability.may_contact([lead.pk], "email")
    assert not Consent.objects.exists()


def test_two_hundred_columns_are_kept_as_custom_fields(tmp_path: Path) -> None:
    head = ",".join(["email", *(f"Fact {n}" for n in range(199))]) + "\n"
    take_in(csv_file(tmp_path, ",".join(["ann@x.example", *map(str, range(199))]) + "\n", head=head))
    assert Lead.objects.get().custom["fact_198"] == 198


def test_a_mapping_that_recognises_nobody_is_refused(tmp_path: Path) -> None:
    job = imports.start(csv_file(tmp_path, "Ann,3\n", head="Name,Age\n"))
    with pytest.raises(imports.BadMapping, match="people must be recognised by something"):
        imports.confirm(job)
    job = imports.start(csv_file(tmp_path, ANN))
    with pytest.raises(imports.BadMapping, match="no field «nonsense»"):
        imports.confirm(job, {"Email": "nonsense"})
    assert not Lead.objects.exists()


def test_a_preview_shows_rows_and_problems_and_stores_nothing(tmp_path: Path) -> None:
    found = previews.preview(imports.start(csv_file(tmp_path, ANN + "B,R,bad,,,,\n")))
    assert found.mapping["Email"] == "email"
    assert found.rows[0].values["first_name"] == "Ann"
    assert [problem.is_fatal for problem in found.rows[1].problems] == [False, True]
    assert not Lead.objects.exists()


def test_a_forecast_counts_as_the_import_would_and_takes_everything_back(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example")
    companies = Company.objects.count()
    job = imports.start(csv_file(tmp_path, ANN + "B,R,b@new.example,,New Co,,2\nshort\n"))
    found = previews.forecast(job)
    assert (found.rows, found.created, found.updated, found.rejected) == (3, 1, 1, 1)
    assert Lead.objects.count() == 1
    assert Company.objects.count() == companies


def people(count: int) -> str:
    return "".join(f"P,{n},p{n}@corp.example,,,,{n}\n" for n in range(count))


def test_a_killed_import_goes_on_after_the_last_whole_batch(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    job = imports.confirm(imports.start(csv_file(tmp_path, people(35))))
    real, calls = importing._note_problems, []

    def dies_in_the_third(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(importing, "_note_problems", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        imports.run_now(job)
    job.refresh_from_db()
    assert (job.status, job.cursor, Lead.objects.count()) == ("running", 20, 20)
    assert imports.drain(clock.now()) == 0
    assert imports.drain(clock.now() + timedelta(minutes=2)) == 2
    job.refresh_from_db()
    assert (job.status, job.cursor, counts(job)) == ("done", 35, (35, 0, 0, 0))


def test_a_cancelled_import_keeps_whole_batches_and_stops(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    job = imports.confirm(imports.start(csv_file(tmp_path, people(35))))
    real, calls = importing._store_batch, []

    def cancelled_before_the_third(*args: Any) -> set[int]:
        calls.append(1)
        if len(calls) == 3:
            imports.cancel(ImportJob.objects.get())
        return real(*args)

    monkeypatch.setattr(importing, "_store_batch", cancelled_before_the_third)
    imports.run_now(job)
    assert (job.status, job.cursor, Lead.objects.count()) == ("cancelled", 20, 20)
    assert imports.drain(clock.now() + timedelta(hours=1)) == 0


def test_a_file_that_vanished_fails_the_job_in_words(tmp_path: Path) -> None:
    path = csv_file(tmp_path, ANN)
    job = imports.confirm(imports.start(path))
    Path(path).unlink()
    imports.drain(clock.now())
    job.refresh_from_db()
    assert job.status == "failed"
    assert "No such file" in job.error


def test_reps_keep_what_they_bring_and_managers_fill_the_pool(
    tmp_path: Path, rep: User, manager: User
) -> None:
    take_in(csv_file(tmp_path, ANN), owner=rep, team=rep.team)
    take_in(csv_file(tmp_path, "B,R,b@x.example,,,,2\n", name="m.csv"), owner=manager, team=manager.team)
    assert Lead.objects.get(external_id="17").owner == rep
    pooled = Lead.objects.get(external_id="2")
    assert (pooled.owner, pooled.team) == (None, manager.team)


def test_the_people_of_an_import_are_remembered(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example")
    job = take_in(csv_file(tmp_path, ANN + "B,R,b@x.example,,,,2\n"))
    assert sorted(job.people.values_list("is_new", flat=True)) == [False, True]


def test_a_batch_of_any_size_takes_the_same_few_statements(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    job = imports.confirm(imports.start(csv_file(tmp_path, people(300))))
    with django_assert_max_num_queries(28):
        imports.run_now(job)
    assert job.created == 300
