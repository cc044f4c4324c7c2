"""What is wrong is said in plain words at every door, and changes nothing else."""

import base64
import csv
import html
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from campaigns.models import PipelineRun
from leads.models import Company, ImportJob, Lead
from outreach.services import signing
from tests.clients import as_person
from tests.factories import LeadFactory, MessageFactory
from tests.journeys.doors import DOORS, nothing_changes
from tests.journeys.plans import PLAN, plan
from tests.journeys.postbox import reader
from tests.pages import signed_in, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
HEAD = b"First Name,Email,Company\n"
NO_LIST = {
    "in no one encoding": (HEAD + b"J\xc3\xbcr,j@x.example,M\xfcller \x81\n", "near line 2 is neither UTF-8"),
    "without a header": (b"Ann,ann@x.example,Corp\n", "The first row holds data (ann@x.example)"),
    "of 501 columns": (b",".join(b"c%d" % n for n in range(501)) + b"\n1\n", "The file has 501 columns"),
    "that is a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "This is not a text file"),
    "with an open quote": (HEAD + b'"Ann,ann@x.example,Corp\n', "opened near line 2 is never closed"),
    "that is empty": (b"", "The file is empty"),
}  # fmt: skip
BAD_ROW = {
    "too short": (b"Bob,bob@x.example\n", "The row has 2 cells, the header has 3."),
    "too long": (b"Bob,bob@x.example,Corp,more\n", "The row has 4 cells, the header has 3."),
    "with a null byte": (b"Bob\0,bob@x.example,Corp\n", "The row contains a null byte."),
    "of nobody": (b"Bob,bob@@x,Corp\n", "Not one valid e-mail address"),
}
FORMULA = "=HYPERLINK('http://x.example')"


@pytest.fixture(params=DOORS, ids=lambda door: door.__name__.lower())
def door(request, manager, tmp_path):
    """The import wizard, the API and the command, one after the other."""
    return request.param(manager, tmp_path)


@pytest.mark.parametrize("name", NO_LIST)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_kept(door, name, tmp_path):
    data, words = NO_LIST[name]
    with nothing_changes():
        assert words in html.unescape(door.take(data))
    assert not list((tmp_path / "media").rglob("*.csv"))


@pytest.mark.parametrize("name", BAD_ROW)
def test_a_bad_row_is_named_and_the_good_ones_come_in(door, name):
    row, words = BAD_ROW[name]
    said = door.take(HEAD + row + b"Ann,ann@x.example,Corp\n")
    assert words in html.unescape(said)
    assert Lead.objects.get().email == "ann@x.example"
    assert ImportJob.objects.get().problems.get(is_fatal=True).line == 2


def test_a_list_in_windows_letters_is_read_right_and_its_encoding_said(door):
    said = door.take("First Name,Email,Company\nJürgen,j@x.example,Müller\n".encode("cp1252"))
    assert "cp1252" in said
    assert (Lead.objects.get().first_name, Company.objects.get().name) == ("Jürgen", "Müller")


def test_a_formula_is_kept_as_text_said_and_disarmed_on_its_way_out(door, tmp_path):
    said = door.take(HEAD + f'"{FORMULA}",ann@x.example,Corp\n'.encode())
    assert "Looks like a spreadsheet formula" in said
    assert Lead.objects.get().first_name == FORMULA
    call_command("export_leads", str(tmp_path / "out.csv"), stdout=StringIO())
    (row,) = csv.DictReader((tmp_path / "out.csv").open())
    assert row["first_name"] == f"'{FORMULA}"


def test_two_hundred_columns_come_in_whole(door):
    names = ["Email", *(f"Question {number}" for number in range(199))]
    door.take(f"{','.join(names)}\nann@x.example,{','.join(map(str, range(199)))}\n".encode())
    assert Lead.objects.get().custom == {f"question_{number}": number for number in range(199)}


@pytest.fixture
def campaign(manager):
    """A planned campaign that lacks nothing."""
    return plan(manager)[0]


@pytest.fixture
def launch_refused(manager, campaign):
    """Try to launch by page and by API; return the one message that both say."""

    def attempt():
        page, api = signed_in(manager), as_person(manager)
        with nothing_changes():
            shown = page.post(url("campaigns:launch", campaign.pk))
            answer = api.post(f"/api/v1/campaigns/{campaign.pk}/launch/")
        assert (shown.status_code, answer.status_code) == (422, 409)
        error = answer.json()["error"]
        assert error["code"] == "launch_refused"
        assert error["message"] in html.unescape(text(shown))
        assert PipelineRun.objects.count() == 0
        return error["message"]

    return attempt


def test_a_launch_without_a_postal_address_is_refused(campaign, launch_refused):
    change(campaign, postal_address="")
    assert "postal address" in launch_refused()


def test_a_launch_with_a_budget_below_the_estimate_is_refused(campaign, launch_refused):
    change(campaign, budget=5)
    assert launch_refused() == "The budget is $0.42 short of the estimate."


def test_a_budget_below_the_estimate_is_said_before_anything_is_planned(manager):
    page, api = signed_in(manager), as_person(manager)
    with nothing_changes():
        shown = page.get(url("campaigns:estimate"), PLAN | {"budget": "5"}, headers={"HX-Request": "true"})
        answer = api.get("/api/v1/campaigns/estimate/?prospect_count=50&budget=5").json()
    assert "The budget is $0.42 short." in text(shown)
    assert (answer["total"], answer["missing"]) == ("5.42", "0.42")


def test_a_launch_with_a_token_that_no_lead_has_is_refused(manager, campaign, launch_refused):
    LeadFactory.create_batch(3, custom={"shoes": ""}, team=manager.team)
    change(campaign, source="", audience={"criteria": {"field": "first_name", "op": "eq", "value": "Elena"}})
    write(manager, campaign, "Hi, is {{custom.shoes}} your size?")
    assert "3 people have no value for {{custom.shoes}}" in launch_refused()


def test_a_token_that_does_not_exist_is_refused_where_it_is_written(manager, campaign):
    sequence, words = campaign.sequences.get(), "{{shoe_size}} is not a token."
    page, api = signed_in(manager), as_person(manager)
    step = {"name": "x", "texts": {"direct": {"subject": "Hi", "body": "{{shoe_size}}"}}}
    form = {"tone": "direct", "subject": "Hi", "body": "{{shoe_size}}", "wait": 0, "unit": "days",
            "window_start": 8, "window_end": 17}  # fmt: skip
    with nothing_changes():
        shown = page.post(url("outreach:save_step", sequence.pk, 1), form)
        answer = api.put(f"/api/v1/sequences/{sequence.pk}/steps/", {"steps": [step]})
    assert (shown.status_code, words in text(shown)) == (422, True)
    assert answer.status_code == 400
    assert words in answer.content.decode()


DAMAGES = {
    "the signature": lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    "the message": lambda token: "z" + token[1:],
    "all of it": len,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_changed_link_leads_nowhere_and_changes_nothing(damage):
    message = MessageFactory(body="See https://mail.example/how")
    for address in (signing.click_url(message.uid, 1), signing.unsubscribe_url(message.uid)):
        *way, token, _ = address.removeprefix("http://localhost:8000").split("/")
        path = "/".join([*way, str(damage(token)), ""])
        with nothing_changes():
            for answer in (reader().get(path), reader().post(path, {"List-Unsubscribe": "One-Click"})):
                assert answer.status_code in (404, 405)
            assert "This link does not work any more" in text(reader().get(path))


def test_the_link_of_a_message_that_is_gone_is_explained():
    message = MessageFactory()
    path = signing.unsubscribe_url(message.uid).removeprefix("http://localhost:8000")
    message.delete()
    with nothing_changes():
        answer = reader().post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 404
    assert "answering that message with the word <strong>unsubscribe</strong>" in text(answer)


@pytest.mark.parametrize(
    "secret", ["", "Basic " + base64.b64encode(b"crm:guess").decode(), "Bearer open-sesame"]
)
def test_a_forged_answer_is_refused_at_the_door_of_the_mail_service(secret):
    message = MessageFactory()
    mail = f"From: {message.to_address}\nSubject: Re\nIn-Reply-To: {message.uid}\n\nYes!".encode()
    headers = {"Authorization": secret} if secret else {}
    with nothing_changes():
        page = url("outreach:email_inbound")
        answer = Client().post(page, mail, content_type="message/rfc822", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (403, "The secret is missing or wrong.")


def test_forged_events_are_refused_at_the_door_of_the_mail_service():
    message = MessageFactory()
    events = [{"event": "spamreport", "email": message.to_address, "uid": message.uid, "timestamp": 1}]
    with nothing_changes():
        page = url("outreach:email_events")
        answer = Client().post(page, events, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (403, "The signature is missing or wrong.")


def change(campaign, **facts):
    """Change a plan behind everybody's back, as an older version of the house may have left it."""
    type(campaign).objects.filter(pk=campaign.pk).update(**facts)


def write(manager, campaign, body):
    """Publish a sequence of one letter for a campaign, by the API."""
    api, pk = as_person(manager), campaign.sequences.get().pk
    texts = {tone: {"subject": "Hello", "body": body} for tone in ("professional", "friendly", "direct")}
    steps = [{"name": "Only letter", "texts": texts}]
    assert api.put(f"/api/v1/sequences/{pk}/steps/", {"steps": steps}).status_code == 200
    assert api.post(f"/api/v1/sequences/{pk}/publish/").status_code == 200
