"""Pages of what is known: facts mended in place, clashes settled, notes, files, tags, own fields, scopes."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import User
from leads.models import Activity, Attachment, Company, CustomField, Lead, Mention
from leads.services import timeline
from leads.services.known import files, notes
from tests.factories import CompanyFactory, LeadFactory
from tests.pages import committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(first_name="Elena", owner=rep, team=rep.team, title="Director", city="Austin")


def mend(user: User, lead: Lead, name: str, **sent: str) -> Any:
    return signed_in(user).post(url("leads:fact", lead.pk, name), sent, headers=HTMX)


def test_a_fact_is_mended_where_it_stands_and_remembers_who_did(rep: User, lead: Lead) -> None:
    answer = mend(rep, lead, "title", title="Owner", was="Director")
    lead.refresh_from_db()
    assert (answer.status_code, lead.title, lead.version) == (200, "Owner", 2)
    assert "A colleague" in text(answer)


def test_a_wrong_fact_stays_in_its_form_with_the_reason(rep: User, lead: Lead) -> None:
    answer = mend(rep, lead, "email", email="no address", was=lead.email)
    assert (answer.status_code, "not an e-mail address" in text(answer)) == (422, True)
    assert 'value="no address"' in text(answer)


def test_a_fact_that_changed_meanwhile_is_shown_and_kept_until_somebody_chooses(
    rep: User, lead: Lead
) -> None:
    Lead.objects.filter(pk=lead.pk).update(title="Theirs", version=2)
    answer = mend(rep, lead, "title", title="Mine", was="Director")
    assert (answer.status_code, "Theirs" in text(answer), "Mine" in text(answer)) == (409, True, True)
    assert Lead.objects.get().title == "Theirs"
    assert mend(rep, lead, "title", title="Mine", was="Director", force="Theirs").status_code == 200
    assert Lead.objects.get().title == "Mine"


def test_a_change_of_another_fact_meanwhile_is_no_clash(rep: User, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(city="Boston", version=2)
    assert mend(rep, lead, "title", title="Owner", was="Director").status_code == 200
    assert Lead.objects.values_list("title", "city").get() == ("Owner", "Boston")


def test_an_own_field_is_mended_in_its_type(rep: User, lead: Lead) -> None:
    CustomField.objects.create(key="chairs", label="Chairs", kind="number")
    assert mend(rep, lead, "custom_chairs", custom_chairs="many", was="").status_code == 422
    assert mend(rep, lead, "custom_chairs", custom_chairs="1,200", was="").status_code == 200
    assert Lead.objects.get().custom == {"chairs": 1200}
    assert mend(rep, lead, "custom_unknown", custom_unknown="1").status_code == 404


def test_two_editors_settle_field_by_field_and_nothing_is_lost(rep: User, lead: Lead) -> None:
    client, page = signed_in(rep), url("leads:edit", lead.pk)
    base = client.get(page).context["base"]
    form = {**{k: v for k, v in json.loads(base).items() if v not in (None, False)}, "base": base}
    Lead.objects.filter(pk=lead.pk).update(title="Theirs", region="TX", version=2)
    answer = client.post(page, {**form, "title": "Mine", "city": "Dallas"})
    rows = {row["name"]: row["pick"] for row in answer.context["clash"]}
    assert (answer.status_code, rows) == (
        409, {"pick_title": "", "pick_city": "mine", "pick_region": "theirs"},
    )  # fmt: skip
    chosen = {"pick_title": "theirs", "pick_city": "mine", "pick_region": "theirs", "version": "2"}
    client.post(page, {**form, "title": "Mine", "city": "Dallas", **chosen})
    assert Lead.objects.values_list("title", "city", "region").get() == ("Theirs", "Dallas", "TX")


def test_a_company_is_settled_the_same_way(rep: User, lead: Lead) -> None:
    company = lead.company
    client, page = signed_in(rep), url("leads:edit_company", company.pk)
    form = {
        "name": "Corp",
        "city": "Dallas",
        "version": "1",
        "base": json.dumps({"name": company.name, "city": ""}),
    }
    Company.objects.filter(pk=company.pk).update(city="Boston", version=2)
    assert client.post(page, form).status_code == 409
    client.post(page, {**form, "version": "2", "pick_city": "theirs", "pick_domain": "theirs"})
    company.refresh_from_db()
    assert (company.name, company.city, bool(company.domain)) == ("Corp", "Boston", True)


def test_a_note_tells_a_colleague_and_the_shell_shows_it(rep: User, manager: User, lead: Lead) -> None:
    signed_in(rep).post(url("leads:note", lead.pk), {"body": "@manager please look"})
    boss = signed_in(manager)
    assert "notes name you" in text(boss.get(url("leads:mentions")))
    assert "please look" in text(boss.get(url("leads:notes", lead.pk), headers=HTMX))
    assert Mention.objects.get().seen_at is not None
    assert "notes name you" not in text(boss.get(url("leads:mentions")))


def test_a_file_goes_up_and_comes_down_as_a_download(rep: User, stranger: User, lead: Lead) -> None:
    client, sent = signed_in(rep), SimpleUploadedFile("Ä offer.pdf", b"%PDF-1.4 x", "text/html")
    client.post(url("leads:files", lead.pk), {"file": sent})
    file = Attachment.objects.get()
    answer = client.get(url("leads:file", file.pk) + "?show=1")
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 x"
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    assert signed_in(stranger).get(url("leads:file", file.pk)).status_code == 404


def test_a_refused_file_says_why_and_keeps_those_before_it(rep: User, lead: Lead) -> None:
    good, bad = SimpleUploadedFile("a.pdf", b"%PDF-1"), SimpleUploadedFile("run.exe", b"MZ")
    answer = signed_in(rep).post(url("leads:files", lead.pk), {"file": [good, bad]}, follow=True)
    assert ("a.pdf is kept" in text(answer), "may carry programs" in text(answer)) == (True, True)


def test_tags_are_added_and_taken_off_without_a_reload(rep: User, lead: Lead) -> None:
    client, page = signed_in(rep), url("leads:tags_of", lead.pk)
    client.post(page, {"add": "vip, Demo"}, headers=HTMX)
    answer = client.post(page, {"remove": "vip"}, headers=HTMX)
    assert (Lead.objects.get().tags, "Demo" in text(answer)) == (["Demo"], True)


def test_the_stage_of_life_is_changed_by_hand_and_told(rep: User, lead: Lead) -> None:
    signed_in(rep).post(url("leads:life", lead.pk), {"lifecycle": "opportunity"})
    entry = Activity.objects.get(kind="lifecycle")
    assert (Lead.objects.get().lifecycle, entry.data) == ("opportunity", {"was": "new", "now": "opportunity"})


def test_own_fields_are_managed_by_managers_only(rep: User, manager: User) -> None:
    page = url("leads:custom_fields")
    assert signed_in(rep).get(page).status_code == 403
    boss = signed_in(manager)
    boss.post(page, {"label": "Chairs", "entity": "lead", "kind": "number"})
    field = CustomField.objects.get()
    assert boss.post(page, {"label": "Chairs", "entity": "lead", "kind": "number"}).status_code == 422
    boss.post(url("leads:custom_field", field.pk, "change"), {"label": "Seats"})
    boss.post(url("leads:custom_field", field.pk, "archive"))
    field.refresh_from_db()
    assert (field.label, field.key, field.is_archived) == ("Seats", "chairs", True)


def test_a_loose_fact_becomes_a_field_with_one_press(manager: User) -> None:
    lead = LeadFactory(team=manager.team, custom={"pms_used": "Dentrix"})
    boss = signed_in(manager)
    assert "Make it a field" in text(boss.get(url("leads:lead", lead.pk)))
    boss.post(url("leads:adopt_field"), {"entity": "lead", "key": "pms_used"})
    assert CustomField.objects.get().label == "Pms used"


def test_analysts_see_neither_addresses_nor_profiles_nor_notes(analyst: User, rep: User) -> None:
    lead = LeadFactory(
        owner=rep, phone="+15125550142", linkedin_url="https://linkedin.com/in/elena-v",
        custom={"direct": "elena@private.example"}, email="elena@clinic.example",
    )  # fmt: skip
    notes.write(lead, "Private words", rep)
    timeline.record(lead.pk, "x", "Wrote to elena@clinic.example")
    client = signed_in(analyst)
    for page in (
        url("leads:lead", lead.pk),
        url("leads:timeline_export", lead.pk),
        url("leads:consent_state", lead.pk),
    ):
        answer = client.get(page)
        body = b"".join(answer.streaming_content).decode() if answer.streaming else text(answer)
        for secret in ("elena@", "5550142", "elena-v"):
            assert secret not in body, (page, secret)
    assert client.get(url("leads:notes", lead.pk), headers=HTMX).status_code == 403
    assert client.get(url("leads:fact", lead.pk, "email"), headers=HTMX).status_code == 403


def test_a_stranger_opens_no_door_of_the_page(stranger: User, rep: User, lead: Lead) -> None:
    note = notes.write(lead, "Ours", rep)
    file = files.add(lead, SimpleUploadedFile("a.txt", b"x"), rep)
    client = signed_in(stranger)
    names = (
        "lead",
        "aside",
        "dialogs",
        "step",
        "notes",
        "files",
        "tags_of",
        "timeline_export",
        "consent_state",
    )
    gets = [url(f"leads:{name}", lead.pk) for name in names] + [url("leads:file", file.pk)]
    posts = [url(f"leads:{name}", lead.pk) for name in ("note", "life", "files", "tags_of")]
    posts += [
        url("leads:note_pin", note.pk),
        url("leads:note_mend", note.pk),
        url("leads:file_remove", file.pk),
    ]
    told = {page: client.get(page, headers=HTMX).status_code for page in gets}
    told |= {f"POST {page}": client.post(page, {"body": "x"}, headers=HTMX).status_code for page in posts}
    assert {page: status for page, status in told.items() if status != 404} == {}


@pytest.mark.parametrize("name", ["leads:lead", "leads:aside", "leads:company"])
def test_a_page_needs_its_committed_number_of_queries(name: str, manager: User) -> None:
    company = CompanyFactory()
    for number in range(12):
        lead = LeadFactory(team=manager.team, company=company, custom={"chairs": number}, tags=["vip"])
        timeline.record_many(timeline.Entry(lead.pk, "x", f"E{n}") for n in range(30))
        notes.pin(notes.write(lead, "@manager hello", manager), is_pinned=True)
    for key in ("chairs", "sites", "plan"):
        CustomField.objects.create(key=key, label=key)
    pk = company.pk if name == "leads:company" else lead.pk
    assert queries(manager, url(name, pk)) == committed(name)
