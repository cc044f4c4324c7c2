"""The real list of leads comes in whole by page and by command, and a campaign over it meets its people."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.services import reconcile
from campaigns import clock
from campaigns.models import StageRun
from campaigns.services import drains
from conversations.models import Conversation
from leads.models import ImportJob, Lead, Suppression, Task
from outreach.models import Enrollment, Event, Link, Message
from tests.journeys.lists import PEOPLE, REAL, SAMPLE, Wizard, beside, by_command, by_page, work_off
from tests.journeys.plans import launch, plan
from tests.journeys.postbox import hand_in, reader
from tests.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # half past ten where most of these people live
TUESDAY = MONDAY + timedelta(days=1)
ROWS = {"x_education_leads_dev.csv": 6468, SAMPLE.name: 6668, PEOPLE.name: 6668}


def counted(job):
    return job.created + job.updated + job.unchanged + job.rejected


def test_the_real_list_comes_in_whole_through_the_page(manager):
    job, page = by_page(manager, REAL)
    assert (job.status, job.total, counted(job)) == ("done", ROWS[REAL.name], ROWS[REAL.name])
    assert Lead.objects.filter(team=manager.team).count() == job.created > 6400
    assert "Everything is in." in page
    assert f"{job.created:,}" in page


def test_the_wizard_shows_its_proposal_and_its_progress(manager):
    wizard = Wizard(manager)
    page = text(wizard.upload(REAL.read_bytes(), REAL.name))
    job = ImportJob.objects.get()
    assert f"Import {ROWS[REAL.name]:,} rows" in page
    assert Lead.objects.count() == 0
    page = text(wizard.start(job))
    assert "Waiting for a worker" in page
    assert f"0 of {ROWS[REAL.name]:,}" in page


def test_the_same_file_again_is_noticed_and_changes_nothing(manager):
    by_page(manager, REAL)
    before = list(Lead.objects.order_by("pk").values())
    wizard = Wizard(manager)
    page = text(wizard.upload(REAL.read_bytes(), "again.csv"))
    job = ImportJob.objects.latest("id")
    assert "This very file came in" in page
    wizard.start(job)
    work_off()
    job.refresh_from_db()
    assert (job.status, job.created, job.updated) == ("done", 0, 0)
    assert job.unchanged + job.rejected == ROWS[REAL.name]
    assert list(Lead.objects.order_by("pk").values()) == before


@beside
def test_both_files_come_in_by_command_and_meet_in_the_same_people():
    leads, _ = by_command(REAL)
    people, _ = by_command(PEOPLE)
    for name, answer in ((REAL.name, leads), (PEOPLE.name, people)):
        said = [answer[key] for key in ("created", "updated", "unchanged", "rejected")]
        assert answer["rows"] == sum(said) == ROWS[name]
    assert leads["created"] == 6468
    assert people["created"] < 20
    both = Lead.objects.get(external_id="579533")
    assert (both.email, both.country) == ("mei.young@northwind-health-40.example", "Bangladesh")
    assert (both.website_visits, both.source) == (6, "Direct Traffic")
    met = Lead.objects.exclude(email_key="").exclude(external_id="").filter(custom__has_key="search")
    assert met.count() > 6350
    again, noticed = by_command(PEOPLE)
    assert (again["created"], again["updated"]) == (0, 0)
    assert "imported before" in noticed


@pytest.fixture
def walk(manager, postbox):
    """Four hundred of the real people, chosen by import, planned and launched by page."""
    by_command(REAL, owner=manager.username)
    by_command(PEOPLE, owner=manager.username)
    audience = f"import:{ImportJob.objects.latest('id').pk}"
    with clock.at(MONDAY):
        campaign, _ = plan(manager, audience_choice=audience, prospect_count=400, minimum_score=30)
        launch(manager, campaign)
    live(MONDAY, days=1)
    return campaign


def live(start, days):
    """Let the house work in the morning and in the evening of each of these days."""
    for hours in (24 * day + hour for day in range(days) for hour in (0, 10)):
        drains.run_all(start + timedelta(hours=hours))


def test_every_queued_mail_of_the_campaign_arrives_at_a_real_mail_server(walk, postbox):
    assert set(StageRun.objects.values_list("status", flat=True)) == {"done"}
    assert walk.prospects.count() == 400
    assert len(postbox.mails) == Message.objects.filter(status="sent").count() > 300
    live(TUESDAY, days=12)
    sent = Message.objects.filter(status="sent", campaign=walk)
    assert {mail.message["Message-ID"] for mail in postbox.mails} == {f"<{m.uid}@mail.example>" for m in sent}
    assert len(postbox.mails) == sent.count() == 3 * walk.prospects.filter(stage="contacted").count()
    assert reconcile.differences(reconcile.checks()) == []


def test_a_mail_carries_its_way_out_and_our_address(walk, postbox):
    mail = postbox.mails[0]
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "1 Congress Ave, Austin" in mail.text
    assert "Unsubscribe" in mail.html
    assert "{{" not in mail.text + mail.message["Subject"]


def test_what_four_readers_do_with_their_mails_has_its_effects(walk, postbox, rep):
    opener, clicker, answerer, leaver = postbox.mails[:4]
    with clock.at(TUESDAY):
        assert reader().get(opener.pixel)["Content-Type"] == "image/gif"
        followed = reader().get(clicker.link)
        assert (followed.status_code, followed.url) == (302, Link.objects.get().url)
        assert reader().post(leaver.unsubscribe, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert hand_in(answerer.answer("Sounds good, could we talk on Thursday at 2pm?")).status_code == 200
    live(TUESDAY, days=12)
    assert (heard(opener), heard(clicker)) == ({"opened"}, {"clicked"})
    assert (heard(answerer), heard(leaver)) == ({"replied"}, {"unsubscribed"})
    assert [len(postbox.to(mail.to)) for mail in (opener, clicker, answerer, leaver)] == [3, 3, 1, 1]
    assert stopped(answerer) == "replied"
    assert stopped(leaver) == "unsubscribed"
    gone = Lead.objects.get(email=leaver.to)
    assert Suppression.objects.get(reason="unsubscribed").value == f"lead:{gone.pk}"
    conversation = Conversation.objects.get()
    assert (conversation.lead.email, conversation.intent) == (answerer.to, "interested")
    assert Task.objects.get(kind="reply").owner == rep
    assert reconcile.differences(reconcile.checks()) == []


def heard(mail):
    """Return what a person has done with their mails."""
    return set(
        Event.objects.filter(message__to_address=mail.to, origin="human").values_list("kind", flat=True)
    )


def stopped(mail):
    """Return why a person's sequence was stopped."""
    return Enrollment.objects.get(lead__email=mail.to, status="stopped").stop_reason
