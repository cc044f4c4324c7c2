"""Suppression, consent and privacy as people meet them on pages."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import AuditEntry, User
from leads.models import Activity, Consent, Erasure, Lead, Note, Suppression
from leads.services import contactability
from leads.services.privacy import suppressing
from tests.factories import CompanyFactory, LeadFactory
from tests.pages import committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "media")


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(owner=rep, team=rep.team, email="ann@corp.example", first_name="Annabella")


def test_a_pasted_list_and_a_file_go_on_the_list_and_say_what_could_not_be_read(rep: User) -> None:
    file = SimpleUploadedFile(
        "list.csv", "email,name\nbob@corp.example,Bob\nsomething,else\n".encode("utf-16")
    )
    body = {"entries": "rival.example\n+44 20 7946 0321\n", "file": file, "reason": "competitor"}
    answer = signed_in(rep).post(url("leads:add_suppressions"), body, follow=True)
    assert "3 new on the list" in text(answer)
    assert "something,else" in text(answer)
    assert Suppression.objects.count() == 3


def test_an_empty_or_unreadable_list_is_refused_in_words(rep: User) -> None:
    answer = signed_in(rep).post(url("leads:add_suppressions"), {"entries": "hello", "reason": "asked"})
    assert answer.status_code == 422
    assert "«hello» is none" in text(answer)
    assert not Suppression.objects.exists()


def test_only_an_admin_lifts_with_a_reason_and_the_history_stays(admin: User, manager: User) -> None:
    suppressing.add("ann@corp.example", reason="asked", by=manager)
    row = Suppression.objects.get()
    lift = url("leads:lift_suppression", row.pk)
    assert signed_in(manager).post(lift, {"reason": "Changed her mind"}).status_code == 403
    signed_in(admin).post(lift, {"reason": ""})
    row.refresh_from_db()
    assert row.lifted_at is None
    signed_in(admin).post(lift, {"reason": "She wrote to us again"})
    assert AuditEntry.objects.get(verb="lift").reason == "She wrote to us again"
    page = text(signed_in(admin).get(f"{url('leads:suppressions')}?state=lifted"))
    assert "She wrote to us again" in page
    assert "ann@corp.example" not in text(signed_in(admin).get(url("leads:suppressions")))
    assert suppressing.add("ann@corp.example", reason="asked", by=manager).new == 1


@pytest.mark.parametrize(
    ("domain", "address", "is_blocked"),
    [
        ("corp.example", "ann@corp.example", True),
        ("corp.example", "ann@mail.corp.example", True),
        ("corp.example", "ann@a.b.corp.example", True),
        ("corp.example", "ann@mycorp.example", False),
        ("mail.corp.example", "ann@corp.example", False),
        ("corp.example", "ann@corp.example.org", False),
    ],
)
def test_a_domain_covers_its_subdomains_and_nothing_else(
    rep: User, domain: str, address: str, is_blocked: bool
) -> None:
    lead = LeadFactory(email=address)
    suppressing.add(domain, reason="asked", by=rep)
    assert bool(contactability.may_contact([lead.pk], "email")) is is_blocked


def test_a_segment_of_those_on_the_list_means_every_level(rep: User) -> None:
    from leads.services import segments

    company = CompanyFactory()
    for email in ("a@x.example", "b@mail.rival.example", "c@x.example", "d@x.example", "free@x.example"):
        LeadFactory(email=email, company=company if email[0] == "d" else None,
                    phone="+442079460321" if email[0] == "c" else "")  # fmt: skip
    suppressing.add("a@x.example\nrival.example\n+442079460321", reason="asked", by=rep)
    suppressing.block_company(company, "company", "asked", "", rep)
    found = segments.queryset({"field": "is_suppressed", "op": "is", "value": True})
    assert sorted(found.values_list("email", flat=True)) == [
        "a@x.example", "b@mail.rival.example", "c@x.example", "d@x.example",
    ]  # fmt: skip


def test_people_of_others_are_not_named_on_the_list(rep: User, stranger: User, lead: Lead) -> None:
    contactability.suppress_lead(lead, "asked")
    assert "Annabella" in text(signed_in(rep).get(url("leads:suppressions")))
    assert "Annabella" not in text(signed_in(stranger).get(url("leads:suppressions")))


def test_the_list_takes_a_fixed_number_of_statements(manager: User, lead: Lead) -> None:
    contactability.suppress_lead(lead, "asked")
    suppressing.add("\n".join(f"a{n}@corp.example" for n in range(20)), reason="asked", by=manager)
    assert queries(manager, url("leads:suppressions")) == committed("leads:suppressions")


def test_a_yes_needs_its_proof_and_a_no_holds_at_once(rep: User, agent: User, lead: Lead) -> None:
    client, panel = signed_in(rep), url("leads:consent", lead.pk)
    said = text(client.post(panel, {"channel": "email", "answer": "yes"}, **HX))
    assert "how you know" in said
    assert not Consent.objects.exists()
    client.post(panel, {"channel": "email", "answer": "yes", "evidence": "At the fair, 3 May"}, **HX)
    said = text(client.post(panel, {"channel": "email", "answer": "no"}, **HX))
    assert "At the fair, 3 May" not in said.split("Every word")[0]
    assert "Every word so far (2)" in said
    assert "refused" in contactability.may_contact([lead.pk], "email")[lead.pk]
    assert signed_in(agent).get(panel).status_code == 404
    assert Activity.objects.filter(lead=lead, kind="consent").count() == 2


def test_a_company_and_its_domain_are_left_alone_from_its_page(rep: User) -> None:
    company = CompanyFactory(domain="corp.example")
    inside = LeadFactory(company=company, owner=rep, team=rep.team, email="x@private.example")
    panel = url("leads:block_company", company.pk)
    for level in ("company", "domain"):
        body = {"level": level, "reason": "competitor", "evidence": "Law suit"}
        assert "Law suit" in text(signed_in(rep).post(panel, body, **HX))
    assert set(Suppression.objects.values_list("value", flat=True)) == {
        f"company:{company.pk}", "corp.example",
    }  # fmt: skip
    assert "company" in contactability.may_contact([inside.pk], "email")[inside.pk]


def test_an_admin_hands_over_everything_as_a_zip(admin: User, manager: User, lead: Lead) -> None:
    Note.objects.create(lead=lead, author=manager, body="Likes tea")
    Activity.objects.create(lead=lead, kind="note", summary="Wrote a note")
    assert signed_in(manager).post(url("leads:privacy_export", lead.pk)).status_code == 403
    answer = signed_in(admin).post(url("leads:privacy_export", lead.pk))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        data = json.loads(packed.read("person.json"))
        page = packed.read("person.html").decode()
    titles = {section["title"] for section in data["sections"]}
    assert {"The person", "Notes", "Timeline"} <= titles
    assert "Likes tea" in page
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_forgetting_asks_for_the_address_and_is_an_admins(admin: User, manager: User, lead: Lead) -> None:
    erase, body = url("leads:privacy_erase", lead.pk), {"reason": "Asked", "typed": "ann@corp.example"}
    assert signed_in(manager).post(erase, body).status_code == 403
    signed_in(admin).post(erase, {**body, "typed": "bob@corp.example"})
    assert not Erasure.objects.exists()
    panel = text(signed_in(admin).get(url("leads:privacy", lead.pk)))
    assert "ann@corp.example" in panel
    answer = signed_in(admin).post(erase, body, follow=True)
    assert "Forgotten for good" in text(answer)
    assert Erasure.objects.get().by == admin
    assert "Annabella" not in text(signed_in(admin).get(url("leads:lead", lead.pk)))
