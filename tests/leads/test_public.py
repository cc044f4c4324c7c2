"""The hosted form as a visitor meets it: no account, no script needed, and no trick gets anybody in twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaigns import clock
from leads.models import Activity, Consent, Lead, LeadKey, Prospect, Submission, WebForm
from leads.services.doors import tokens
from tests.factories import CampaignFactory, LeadFactory, UserFactory, WebFormFactory

pytestmark = pytest.mark.django_db
PAGE = "https://shop.example/pricing?utm_source=google&utm_campaign=spring&gclid=Cj0K_x&other=1"


@pytest.fixture
def door() -> WebForm:
    return WebFormFactory(name="Demo")


def fill(form: WebForm, *, age: int = 30, client: Client | None = None, **values: str) -> Any:
    """Post a page that was shown some seconds ago; ``mark`` names one page, else it is a new one."""
    mark = values.pop("mark", "") or tokens.issue(form.key, clock.now() - timedelta(seconds=age))
    body = {"email": "ann@corp.example", "full_name": "Ann Lee", "page": PAGE, "mark": mark, **values}
    return (client or Client()).post(f"/f/{form.key}/", body)


def test_the_page_is_whole_without_a_script_and_every_field_has_a_label(door: WebForm) -> None:
    said = Client().get(f"/f/{door.key}/").content.decode()
    inputs = re.findall(r'<(?:input|textarea|select)[^>]* id="([^"]+)"', said)
    assert len(inputs) == 5
    assert all(f'<label for="{name}"' in said for name in inputs)
    assert "<script>" not in said
    assert 'style="' not in said


def test_who_fills_it_in_is_a_lead_at_once_with_everything_that_came_along(door: WebForm) -> None:
    rep = UserFactory(team=None)
    campaign = CampaignFactory()
    WebForm.objects.update(
        consent_text="You may e-mail me.", consent_channels=["email"], owner=rep, owner_rule="person",
        campaign=campaign, tags=["site"],
    )  # fmt: skip
    answer = fill(door, agreed="yes", company="Corp", message="Call me\nplease", visitor="visitor-12345678")
    assert answer.status_code == 200
    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name, lead.email, lead.owner) == (
        "Ann",
        "Lee",
        "ann@corp.example",
        rep,
    )
    assert (lead.company.name, lead.tags, lead.source) == ("Corp", ["site"], "google")
    consent = Consent.objects.get()
    assert (consent.lead, consent.channel, consent.is_granted) == (lead, "email", True)
    assert all(part in consent.evidence for part in ("You may e-mail me.", "version 1", PAGE, "UTC"))
    kinds = dict(LeadKey.objects.values_list("kind", "value"))
    assert kinds == {"click": "gclid:Cj0K_x", "visitor": "visitor-12345678"}
    assert Prospect.objects.get().campaign == campaign
    told = Activity.objects.get(kind="form")
    assert told.data["answers"]["Message"] == "Call me\nplease"
    assert told.data["utm_campaign"] == "spring"
    row = Submission.objects.get()
    assert (row.status, row.lead) == ("stored", lead)


def test_a_double_press_is_one_person_and_one_line_on_the_timeline(door: WebForm) -> None:
    mark = tokens.issue(door.key, clock.now() - timedelta(seconds=30))
    assert [fill(door, mark=mark).status_code for _ in range(3)] == [200, 200, 200]
    assert (Submission.objects.count(), Lead.objects.count()) == (1, 1)
    assert Activity.objects.filter(kind="form").count() == 1


def test_no_box_ticked_is_no_consent(door: WebForm) -> None:
    WebForm.objects.update(consent_text="You may call me.", consent_channels=["call"])
    fill(door)
    assert not Consent.objects.exists()


def test_a_known_person_is_recognised_and_never_overwritten_by_a_stranger(door: WebForm) -> None:
    known = LeadFactory(email="ann@corp.example", first_name="Anna", last_name="", title="CEO")
    fill(door, full_name="Mallory Smith")
    known.refresh_from_db()
    assert (known.first_name, known.last_name, known.title) == ("Anna", "Smith", "CEO")
    assert Submission.objects.get().lead == known
    assert Activity.objects.get(kind="form").data["answers"]["Name"] == "Mallory Smith"


def test_what_is_wrong_is_said_beside_the_field_and_mending_it_is_the_same_post(door: WebForm) -> None:
    mark = tokens.issue(door.key, clock.now() - timedelta(seconds=30))
    bad = fill(door, mark=mark, email="ann@corp.example, bob@corp.example", full_name="<b>Ann")
    said = bad.content.decode()
    assert bad.status_code == 422
    assert 'aria-invalid="true"' in said
    assert "not one valid e-mail address" in said
    assert "&lt;b&gt;Ann" in said
    assert Submission.objects.get().status == "refused"
    kept = re.search(r'name="mark" value="([^"]+)"', said)
    assert kept
    assert fill(door, mark=kept.group(1)).status_code == 200
    assert Submission.objects.get().status == "stored"


def test_a_trap_and_a_speed_no_human_has_are_kept_as_spam_with_the_reason(door: WebForm) -> None:
    assert fill(door, fax_number="1").status_code == 200
    assert fill(door, age=0).status_code == 200
    assert not Lead.objects.exists()
    reasons = list(Submission.objects.filter(status="spam").values_list("problem", flat=True))
    assert len(reasons) == 2
    assert all(reasons)


def test_a_page_that_was_not_ours_or_is_too_old_is_asked_to_send_again(door: WebForm) -> None:
    other = WebFormFactory()
    foreign = tokens.issue(other.key, clock.now())
    for mark in ("made up", foreign, tokens.issue(door.key, clock.now() - timedelta(days=3))):
        answer = fill(door, mark=mark)
        assert answer.status_code == 422
        assert "ann@corp.example" in answer.content.decode()
    assert not Submission.objects.exists()


def test_one_network_cannot_flood_a_form_and_others_still_come_in(door: WebForm) -> None:
    codes = [fill(door, email=f"a{n}@corp.example").status_code for n in range(22)]
    assert codes == [200] * 20 + [429] * 2
    assert fill(door, client=Client(REMOTE_ADDR="198.51.100.7")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe\x00%ZZ=%80&email=%FF", b"[" * 100_000, b"email=" + b"a" * 500_000, b""],
    ids=["bad bytes", "deep", "long value", "empty"],
)
def test_garbage_is_answered_quickly_and_stores_nobody(door: WebForm, body: bytes) -> None:
    answer = Client().generic(
        "POST", f"/f/{door.key}/", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 422)
    assert not Lead.objects.exists()


def test_ten_megabytes_are_refused_before_they_are_read(door: WebForm) -> None:
    body = b"email=" + b"a" * 10_000_000
    answer = Client(raise_request_exception=False).generic(
        "POST", f"/f/{door.key}/", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 413)
    assert not Submission.objects.exists()


NASTY = [
    "a@b.example\nBcc: c@d.example", "a@b.example%0d%0aTo: x", "a@b.example,c@d.example", "<a@b.example>",
    "a@b.example\r\nSubject: x", "a@b.example;c@d.example", '"a b"@c.example', "a\x00@b.example",
]  # fmt: skip


@pytest.mark.parametrize("address", NASTY)
def test_no_address_smuggles_a_second_recipient_or_a_header(door: WebForm, address: str) -> None:
    fill(door, email=address)
    for lead in Lead.objects.all():
        assert lead.email.count("@") == 1
        assert not re.search(r"[\s,;<>\x00]", lead.email)


def test_fields_that_the_form_does_not_ask_are_never_written(door: WebForm) -> None:
    fill(
        door, score="100", lifecycle="customer", owner="1", title="CEO", do_not_email="1", id="7", tags="vip"
    )
    lead = Lead.objects.get()
    assert (lead.lifecycle, lead.owner, lead.title, lead.tags) == ("new", None, "", [])
    assert set(Submission.objects.get().payload["values"]) == {"email", "full_name"}


def test_only_the_named_sites_may_show_it_in_a_frame(door: WebForm) -> None:
    WebForm.objects.update(origins=["https://www.shop.example"])
    answer = Client().get(f"/f/{door.key}/?frame=1")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors https://www.shop.example;" in policy + ";"
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors 'none'" in Client().get("/accounts/login/")["Content-Security-Policy"]


def test_the_script_names_only_its_own_address(door: WebForm) -> None:
    WebForm.objects.update(headline='</script>"+alert(1)+"')
    answer = Client().get(f"/f/{door.key}/embed.js")
    said = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert f"/f/{door.key}/" in said.replace("\\u002D", "-")
    assert "</script>" not in said
    assert '"+alert' not in said


def test_a_closed_form_says_so_and_takes_nothing(door: WebForm) -> None:
    WebForm.objects.update(is_active=False)
    assert fill(door).status_code == 410
    assert not Submission.objects.exists()
    assert Client().get("/f/nobody/").status_code == 404


def test_people_go_on_to_the_page_that_was_named(door: WebForm) -> None:
    WebForm.objects.update(redirect_url="https://shop.example/thanks")
    answer = fill(door)
    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/thanks")
    assert "form-action 'self' https://shop.example" in answer["Content-Security-Policy"]


def test_a_page_within_two_seconds_takes_few_statements(
    door: WebForm, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(45):
        fill(door)
