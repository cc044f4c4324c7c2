"""The staff side of web forms: who may build them, what the editor refuses, what the list costs."""

from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Lead, WebForm
from leads.services.doors import submissions
from leads.services.doors.submissions import Posted
from tests.factories import LeadFactory, SubmissionFactory, WebFormFactory
from tests.pages import committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
BODY: dict[str, Any] = {
    "name": "Demo request", "button": "Send", "thanks": "Thanks", "owner_rule": "pool", "is_active": "on",
    "key": ["email", "company", ""], "label": ["Work e-mail", "", ""], "needed": ["yes", "no", "no"],
}  # fmt: skip


def test_a_manager_builds_a_form_and_gets_its_address_and_snippet(manager: User) -> None:
    client = signed_in(manager)
    answer = client.post(url("leads:new_webform"), BODY)
    made = WebForm.objects.get()
    assert answer.status_code == 302
    assert [(f["key"], f["label"], f["required"]) for f in made.fields] == [
        ("email", "Work e-mail", True), ("company", "Company", False),
    ]  # fmt: skip
    assert made.team == manager.team
    page = text(client.get(url("leads:webform", made.pk)))
    assert f"/f/{made.key}/embed.js" in page
    assert f"/f/{made.key}/" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": ["company"], "label": [""], "needed": ["no"]}, "must be recognised"),
        ({"key": ["email", "email"], "label": ["", ""], "needed": ["no", "no"]}, "once"),
        ({"consent_text": "Yes"}, "Choose the channels"),
        ({"origins": "not a site!"}, "is not a site"),
        ({"owner_rule": "person"}, "Choose the person"),
        ({"redirect_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_a_form_that_cannot_work_is_refused_in_words(
    manager: User, change: dict[str, Any], words: str
) -> None:
    answer = signed_in(manager).post(url("leads:new_webform"), {**BODY, **change})
    assert answer.status_code == 422
    assert words in text(answer)
    assert not WebForm.objects.exists()


def test_the_preview_shows_what_is_typed_and_nothing_runs(manager: User) -> None:
    said = text(signed_in(manager).post(url("leads:preview_webform"), {**BODY, "headline": "<script>x"}))
    assert "Work e-mail" in said
    assert "&lt;script&gt;x" in said


def test_roles_and_teams(manager: User, rep: User, agent: User, stranger: User, analyst: User) -> None:
    form = WebFormFactory(team=manager.team)
    row = SubmissionFactory(form=form, status="spam")
    pages = [url("leads:webform", form.pk), url("leads:submissions", form.pk)]
    for person, status in ((manager, 200), (rep, 200), (analyst, 200), (agent, 403), (stranger, 404)):
        assert [signed_in(person).get(page).status_code for page in pages] == [status] * 2
    for person in (rep, agent, stranger, analyst):
        assert signed_in(person).post(url("leads:store_submission", row.pk)).status_code in (403, 404)
    assert signed_in(rep).post(pages[0], {**BODY, "name": "Taken"}).status_code in (302, 403)
    form.refresh_from_db()
    assert form.name != "Taken"
    assert not Lead.objects.exists()


def test_analysts_read_no_addresses_and_reps_no_people_of_others(
    manager: User, rep: User, other_rep: User, analyst: User
) -> None:
    form = WebFormFactory(team=manager.team)
    LeadFactory(email="secret@corp.example", owner=other_rep, team=manager.team)
    submissions.take(form, Posted("one", {"email": "secret@corp.example"}), clock.now())
    page = url("leads:submissions", form.pk)
    assert "secret@corp.example" in text(signed_in(manager).get(page))
    assert "secret@" not in text(signed_in(rep).get(page))
    assert "secret@" not in text(signed_in(analyst).get(page))


def test_lists_take_a_fixed_number_of_statements(manager: User) -> None:
    forms = [WebFormFactory(team=manager.team) for _ in range(3)]
    for number in range(5):
        submissions.take(forms[0], Posted(str(number), {"email": f"a{number}@x.example"}), clock.now())
    assert queries(manager, url("leads:webforms")) == committed("leads:webforms")
    assert queries(manager, url("leads:submissions", forms[0].pk)) == committed("leads:submissions")


def test_empty_pages_teach(manager: User, rep: User) -> None:
    assert "Build one" in text(signed_in(manager).get(url("leads:webforms")))
    assert "Managers build them" in text(signed_in(rep).get(url("leads:webforms")))
    form = WebFormFactory(team=manager.team)
    assert "Nothing is lost" in text(signed_in(manager).get(url("leads:submissions", form.pk)))
