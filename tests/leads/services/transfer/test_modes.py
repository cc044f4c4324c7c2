"""How an import may act, what it remembers, what it keeps out, and what one can do about it."""

import csv
import io
from email.utils import formataddr
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from campaigns.models import User
from leads.models import ColumnMapping, CustomField, FactSource, ImportJob, Lead, RowProblem, Suppression
from leads.services import contactability, imports, provenance, rejected
from leads.services.transfer import previews
from tests.factories import LeadFactory, TeamFactory
from tests.leads.services.files import csv_file

pytestmark = pytest.mark.django_db
BODY = "Ann,Lee,ann@corp.example,,,new,1\nBob,Ray,bob@corp.example,,,new,2\n"


def take_in(path: str, mapping: dict[str, str] | None = None, **modes: Any) -> ImportJob:
    return imports.run_now(imports.confirm(imports.start(path), mapping, **modes))


def test_update_only_adds_nobody_and_says_who_was_passed_over(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example", first_name="A", company=None)
    body = "Ann,Lee,ann@corp.example,,,new,1\nBob,Ray,bob@corp.example,,Bob Ltd,new,2\n"
    job = take_in(csv_file(tmp_path, body), create_new=False)
    assert (job.created, job.updated, job.rejected, job.cursor) == (0, 1, 1, 2)
    assert Lead.objects.get().first_name == "Ann"
    problem = RowProblem.objects.get(is_fatal=True)
    assert (problem.line, "only updates people" in problem.problem) == (3, True)
    assert not Lead.objects.filter(company__name="Bob Ltd").exists()


def test_create_only_changes_neither_people_nor_companies(tmp_path: Path) -> None:
    known = LeadFactory(email="ann@corp.example", first_name="A")
    before = list(Lead.objects.filter(pk=known.pk).values()), known.company.version
    take_in(
        csv_file(tmp_path, f"Ann,Lee,ann@corp.example,,{known.company.name},new,1\n"), update_existing=False
    )
    known.refresh_from_db()
    known.company.refresh_from_db()
    assert (list(Lead.objects.filter(pk=known.pk).values()), known.company.version) == before


def test_an_import_that_may_do_nothing_is_refused(tmp_path: Path) -> None:
    job = imports.start(csv_file(tmp_path, BODY))
    with pytest.raises(imports.BadMapping, match="Choose at least one"):
        imports.confirm(job, create_new=False, update_existing=False)


def test_a_mapping_is_remembered_for_the_team_and_the_next_list(tmp_path: Path) -> None:
    team, other = TeamFactory(), TeamFactory()
    job = imports.start(csv_file(tmp_path, BODY), team=team)
    imports.confirm(job, {**job.mapping, "Notes": "title"})
    again = imports.start(csv_file(tmp_path, BODY + "C,D,c@x.example,,,,\n", name="two.csv"), team=team)
    assert again.mapping["Notes"] == "title"
    assert imports.start(csv_file(tmp_path, BODY), team=other).mapping["Notes"] == "custom.notes"
    imports.confirm(again, {**again.mapping, "Notes": ""})
    assert ColumnMapping.objects.get().mapping["Notes"] == ""


def test_a_new_field_is_made_by_choice_and_typed_after_its_column(
    tmp_path: Path, manager: User, rep: User
) -> None:
    head = "Email,Seats,Trial,Since,Portal,Zip,Plan\n"
    body = "a@x.example,7,yes,2026-03-01,https://x.example,01234,pro\nb@x.example,12,no,1 Mar 2026,,,free\n"
    path = csv_file(tmp_path, body, head)
    with pytest.raises(imports.BadMapping, match="Ask a manager"):
        imports.confirm(imports.start(path), new_fields=True, by=rep)
    take_in(path)
    assert not CustomField.objects.exists()
    take_in(csv_file(tmp_path, body, head, name="two.csv"), new_fields=True, by=manager)
    kinds = dict(CustomField.objects.values_list("key", "kind"))
    assert kinds == {
        "seats": "number", "trial": "flag", "since": "date", "portal": "url", "zip": "text", "plan": "text",
    }  # fmt: skip


def test_values_of_a_typed_field_are_checked_row_by_row(tmp_path: Path) -> None:
    CustomField.objects.create(key="plan", label="Plan", kind="choice", choices=["Pro", "Free"])
    CustomField.objects.create(key="seats", label="Seats", kind="number")
    body = 'a@x.example,pro,"1,200"\nb@x.example,gold,many\n'
    job = take_in(csv_file(tmp_path, body, "Email,Plan,Seats\n"))
    assert (job.created, job.rejected) == (2, 0)
    assert [lead.custom for lead in Lead.objects.order_by("pk")] == [{"plan": "Pro", "seats": 1200}, {}]
    told = list(RowProblem.objects.order_by("pk").values_list("line", "column", "problem"))
    assert told == [
        (3, "Plan", "Plan is one of: Pro, Free. Left out."),
        (3, "Seats", "Seats is a number, such as 1200 or 4.5. Left out."),
    ]


def test_the_rows_to_mend_come_back_as_they_were_and_can_be_brought_again(tmp_path: Path) -> None:
    body = (
        "Ann,Lee,ann@corp.example,,,fine,1\nBob,Ray,bob@@corp.example,,,=2+5,\nCat,Doe\n"
        'Dan,"O,Neil",dan@,,,"two\nlines",\n'
    )
    job = take_in(csv_file(tmp_path, body))
    assert (job.created, job.rejected) == (1, 3)
    text = "".join(rejected.lines(job))
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == [
        "Left out because",
        *["First Name", "Last Name", "Email", "Phone", "Company", "Notes", "Lead Number"],
    ]
    assert [row[1:3] for row in rows[1:]] == [["Bob", "Ray"], ["Cat", "Doe"], ["Dan", "O,Neil"]]
    assert rows[1][6] == "'=2+5"
    assert "nobody to recognise" in rows[1][0]
    mended = (
        text.replace("bob@@corp", "bob@corp")
        .replace("dan@,", "dan@corp.example,")
        .replace("Cat,Doe", "Cat,Doe,cat@x.example,,,,")
    )
    again = take_in(csv_file(tmp_path, mended.encode(), name="mended.csv"))
    assert (again.created, again.rejected) == (3, 0)
    assert Lead.objects.get(first_name="Bob").custom == {"notes": "=2+5"}
    assert Lead.objects.get(first_name="Dan").custom == {"notes": "two\nlines"}


def test_an_import_only_ever_makes_consent_stricter(tmp_path: Path) -> None:
    no = LeadFactory(email="no@x.example", do_not_email=True, do_not_call=True)
    contactability.suppress_lead(no, "asked")
    yes = LeadFactory(email="yes@x.example")
    body = "no@x.example,no,no\nyes@x.example,yes,\nnew@x.example,yes,yes\n"
    take_in(csv_file(tmp_path, body, "Email,Do not email,Do not call\n"))
    no.refresh_from_db()
    new = Lead.objects.get(email="new@x.example")
    assert (no.do_not_email, no.do_not_call) == (True, True)
    assert Suppression.objects.filter(value=f"lead:{no.pk}", lifted_at=None).exists()
    assert set(contactability.may_contact([no.pk, yes.pk, new.pk], "email")) == {no.pk, yes.pk, new.pk}


def test_create_only_still_takes_a_no_for_a_no(tmp_path: Path) -> None:
    lead = LeadFactory(email="yes@x.example")
    take_in(csv_file(tmp_path, "yes@x.example,yes\n", "Email,Do not email\n"), update_existing=False)
    assert lead.pk in contactability.may_contact([lead.pk], "email")


INJECTIONS = [
    f"{start}{end}{tail}"
    for start in ("ann@corp.example", "Ann <ann@corp.example>", '"ann"@corp.example')
    for end in ("\n", "\r\n", "\r", "%0a", "\u2028", "\x0b", ",", ";", " ", "\t")
    for tail in ("bcc:eve@evil.example",)
]


def test_no_address_of_an_import_carries_a_second_recipient_or_a_header(tmp_path: Path) -> None:
    assert len(INJECTIONS) == 30
    file = io.StringIO(newline="")
    csv.writer(file).writerows(
        [["First Name", "Last Name", "Email", "Title", "Lead Number"]]
        + [[f"Ann{text}", text, text, text, str(n)] for n, text in enumerate(INJECTIONS)]
    )
    job = take_in(csv_file(tmp_path, file.getvalue().encode()))
    assert (job.cursor, job.created, job.rejected) == (30, 30, 0)
    assert RowProblem.objects.filter(column="Email").count() == 30
    for lead in Lead.objects.all():
        assert lead.email == ""
        words = f"{lead.first_name}{lead.last_name}{lead.title}{lead.external_id}"
        assert not [letter for letter in words if letter in "\n\r\x0b\x0c\u2028\u2029\0"]
        message = EmailMessage(lead.title, "Hello", to=[formataddr((lead.name, "one@x.example"))])
        message.send()
        assert mail.outbox[-1].recipients() == [message.to[0]]
        assert "eve@evil.example" not in str(mail.outbox[-1].message().get("Bcc", ""))


def test_a_changed_fact_knows_its_door_and_a_first_import_writes_none(tmp_path: Path) -> None:
    take_in(csv_file(tmp_path, BODY))
    assert not FactSource.objects.exists()
    job = take_in(csv_file(tmp_path, "Ann,Lee,ann@corp.example,,,changed,1\n", name="two.csv"))
    lead = Lead.objects.get(first_name="Ann")
    found = provenance.of(lead)
    assert found["custom.notes"][:2] == ("import", f"import:{job.pk}")
    assert (found["email"].source, found["email"].at) == ("import", lead.created_at)
    assert set(FactSource.objects.values_list("field", flat=True)) == {"custom.notes"}


def test_who_has_a_key_is_identified_from_then_on(tmp_path: Path) -> None:
    take_in(csv_file(tmp_path, ",,,,,,17\n"))
    assert Lead.objects.get().identified_at is None
    take_in(csv_file(tmp_path, ",,ann@corp.example,,,,17\nBob,,bob@corp.example,,,,\n", name="two.csv"))
    ann, bob = Lead.objects.order_by("pk")
    assert ann.identified_at is not None
    assert bob.identified_at == bob.created_at


def test_a_dry_run_tells_the_same_story(tmp_path: Path) -> None:
    LeadFactory(email="ann@corp.example")
    job = imports.start(csv_file(tmp_path, BODY))
    found = previews.forecast(job)
    assert (found.created, found.updated, found.rejected, Lead.objects.count()) == (1, 1, 0, 1)
