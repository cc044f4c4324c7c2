"""RELIABILITY 47: somebody is forgotten, an older copy is restored, and they are still forgotten."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from campaigns import clock
from campaigns.models import AuditEntry, CacheEntry, Cost
from config import health
from leads.models import (
    Activity,
    Attachment,
    Consent,
    Erasure,
    ImportJob,
    Lead,
    LeadKey,
    Note,
    ProviderOrder,
    RowProblem,
    SavedView,
    Suppression,
)
from leads.services import contactability, imports
from leads.services.doors import submissions
from leads.services.doors.submissions import Posted
from leads.services.known import profile
from leads.services.privacy import erasing, journal
from outreach.models import Event, RawDelivery
from outreach.providers import post_office
from outreach.providers.letters import Outgoing
from tests.clients import as_person
from tests.factories import (
    CampaignFactory,
    CostFactory,
    DealFactory,
    MessageFactory,
    ProspectFactory,
    TaskFactory,
    TurnFactory,
    UserFactory,
    WebFormFactory,
)

from .backups import Backup, finds

pytestmark = pytest.mark.django_db(transaction=True)
MAIL, PHONE, NAME = "zyxalena@forgetme.example", "+442079460321", "Zyxalena Quorvasdottir"
WORDS = (MAIL, PHONE, PHONE[1:], "zyxalena", "quorvasdottir", "in/zyxalena-q")
LIST = (
    "First,Last,Email,Phone,LinkedIn\n"
    f"Zyxalena,Quorvasdottir,{MAIL},{PHONE},https://linkedin.com/in/zyxalena-q\n"
    "Bob,Stays,bob@stays.example,+442079460999,\n"
)


@pytest.fixture
def boss():
    return UserFactory(username="boss", role="admin")


@pytest.fixture
def somebody(boss, house, tmp_path):
    """A person who left traces in every corner of the house."""
    upload = tmp_path / "media" / "imports" / "people.csv"
    upload.parent.mkdir(parents=True)
    upload.write_text(LIST)
    job = imports.run_now(imports.confirm(imports.start(str(upload), owner=boss)))
    RowProblem.objects.create(job=job, line=2, column="Email", value=MAIL, problem="Seen twice")
    RowProblem.objects.create(job=job, line=2, column="Note", value="her secret", problem="Too long")
    lead = Lead.objects.get(email=MAIL)
    _talk(lead, boss)
    _books(lead, boss, tmp_path)
    return lead


def _talk(lead, boss):
    campaign = CampaignFactory()
    prospect = ProspectFactory(campaign=campaign, lead=lead)
    message = MessageFactory(campaign=campaign, lead=lead, body=f"Hi {NAME}", to_address=MAIL)
    Event.objects.create(
        message=message, kind="clicked", provider="x", provider_event_id="1", data={"email": MAIL}
    )
    TurnFactory(body=f"Call me at {PHONE}, {NAME}", conversation__lead=lead, conversation__subject=NAME)
    CostFactory(campaign=campaign, lead_id=lead.pk, amount="0.42")
    DealFactory(lead=lead, campaign=campaign, name=f"Deal with {NAME}", value="500")
    TaskFactory(lead=lead, title=f"Call {NAME}", brief=MAIL)
    Note.objects.create(lead=lead, author=boss, body=f"{NAME} likes tea")
    Activity.objects.create(lead=lead, kind="note", summary=NAME, data={"text": MAIL})
    Consent.objects.create(lead=lead, channel="email", is_granted=True, source="form", evidence=NAME)
    LeadKey.objects.create(lead=lead, kind="email", value="second@forgetme.example")
    assert prospect.pk


def _books(lead, boss, tmp_path):
    profile.change(lead, {"title": "Quorvasdottir's boss"}, version=lead.version, by=boss)
    form = WebFormFactory(name="Demo")
    submissions.take(form, Posted("one", {"email": MAIL, "full_name": NAME}), clock.now())
    submissions.take(form, Posted("two", {"email": MAIL, "message": "x"}, spam="Too fast"), clock.now())
    RawDelivery.objects.create(
        provider="mail", kind="reply", key="r1", body=f"From: {NAME} <{MAIL}>\n\nHello"
    )
    RawDelivery.objects.create(provider="sg", kind="events", key="r2", body=json.dumps([{"t": f"\n{MAIL}"}]))
    others = [{"email": "bob@stays.example"}, {"email": MAIL, "salary": "secret"}]
    ProviderOrder.objects.create(provider="apollo", operation="search", key="o1", answer={"people": others})
    CacheEntry.objects.create(key="c1", provider="hunter", value={"email": MAIL}, expires_at=clock.now())
    SavedView.objects.create(name="Mine", query=f"q={MAIL}", owner=boss)
    contactability.suppress("address", MAIL, "asked", evidence=NAME)
    Attachment.objects.create(
        lead=lead, name=f"{NAME}.txt", path="files/a1", size=1, content_type="text/plain"
    )
    (tmp_path / "media" / "files").mkdir()
    (tmp_path / "media" / "files" / "a1").write_text(NAME)
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.log").write_text(
        f"To: {MAIL}\n\nHi\n{'-' * 79}\nTo: bob@stays.example\n{'-' * 79}\n"
    )
    (tmp_path / "worker.log").write_text(f"sent to {MAIL}\nsent to bob@stays.example\n")
    post_office.accept([
        Outgoing("u1", MAIL, "Hi", f"Hi {NAME}", "", "Maya", "maya@mail.example", "r@mail.example"),
        Outgoing("u2", "bob@stays.example", "Hi", "Hi", "", "Maya", "maya@mail.example", "r@mail.example"),
    ])  # fmt: skip


@pytest.fixture(autouse=True)
def _mail_folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    health._forgotten = False


def ready():
    return Client().get("/health/ready/").json()["checks"]["erasures"]["ok"]


def test_nothing_of_a_forgotten_person_is_found_again_even_after_a_restore(somebody, boss, tmp_path_factory):
    assert len({find.split(":")[0] for find in finds(WORDS)}) > 20
    older = Backup(tmp_path_factory.mktemp("backups"))

    erasing.erase(somebody, "Asked by letter", boss)
    assert finds(WORDS) == []
    assert finds(["her secret", "salary"]) == []

    older.restore()
    assert finds(WORDS)
    health._forgotten = False
    assert not ready()

    call_command("erasures", "--replay", verbosity=0)
    assert ready()
    assert finds(WORDS) == []
    assert Erasure.objects.filter(lead_id=somebody.pk).exists()


def test_others_and_the_money_stay_as_they_are(somebody, boss):
    erasing.erase(somebody, "Asked", boss)
    assert len(finds(["bob@stays.example"])) >= 5
    assert str(Cost.objects.get(lead_id=somebody.pk).amount).startswith("0.42")
    assert str(somebody.deals.get().value) == "500.00"
    assert somebody.prospects.count() == 1
    assert ProviderOrder.objects.get().answer == {"people": [{"email": "bob@stays.example"}, {}]}
    assert post_office.count() == 1
    entry = AuditEntry.objects.get(verb="erase")
    assert (entry.object_id, entry.actor, entry.reason) == (somebody.pk, boss, "Asked")
    somebody.refresh_from_db()
    assert somebody.erased_at
    assert "suppression list" in contactability.may_contact([somebody.pk], "email")[somebody.pk]
    assert Suppression.objects.filter(value=f"lead:{somebody.pk}").exists()


def test_no_door_lets_a_forgotten_person_in_again(somebody, boss, tmp_path):
    erasing.erase(somebody, "Asked", boss)
    again = tmp_path / "again.csv"
    again.write_text(LIST)
    job = imports.run_now(imports.confirm(imports.start(str(again), owner=boss)))
    assert (job.status, job.created, job.rejected) == (ImportJob.Status.DONE, 0, 1)
    assert "forgotten" in RowProblem.objects.filter(job=job).latest("pk").problem
    row, _ = submissions.take(WebFormFactory(), Posted("again", {"email": MAIL}), clock.now())
    row.refresh_from_db()
    assert (row.status, row.payload) == ("refused", {})
    for facts in ({"email": MAIL}, {"email": "SECOND@forgetme.example"}, {"phone": PHONE}):
        assert as_person(boss).post("/api/v1/leads/", facts).status_code == 409
    with pytest.raises(profile.SaveRefused):
        profile.create({"first_name": "Z", "email": MAIL.upper()}, boss)
    other, blank = Lead.objects.get(email="bob@stays.example"), Lead.objects.get(pk=somebody.pk)
    for lead, facts in ((other, {"email": MAIL}), (blank, {"first_name": "Zyxalena"})):
        with pytest.raises(profile.SaveRefused):
            profile.change(lead, facts, version=lead.version, by=boss)
    assert not Lead.objects.filter(erased_at=None, email__icontains="forgetme").exists()


def test_the_log_outside_names_nobody_and_survives_a_line_cut_off(somebody, boss):
    erasing.erase(somebody, "Asked", boss)
    text = journal.path().read_text()
    assert not any(word.lower() in text.lower() for word in WORDS)
    assert oct(journal.path().stat().st_mode & 0o777) == "0o600"
    with journal.path().open("a") as file:
        file.write('{"leads": [[1, ')
    assert len(list(journal.lines())) == 1
    assert journal.pending() == []


def test_a_crash_half_way_leaves_the_person_or_nothing(somebody, boss, monkeypatch):
    def crash(line):
        raise OSError("the disk is full")

    with monkeypatch.context() as world:
        world.setattr(journal, "append", crash)
        with pytest.raises(OSError):
            erasing.erase(somebody, "Asked", boss)
    somebody.refresh_from_db()
    assert (somebody.email, somebody.erased_at) == (MAIL, None)
    assert not Erasure.objects.exists()
    erasing.erase(somebody, "Asked", boss)
    assert finds(WORDS) == []


def test_a_new_secret_with_the_old_one_beside_it_still_knows_whom_it_forgot(somebody, boss, settings):
    erasing.erase(somebody, "Asked", boss)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret", [settings.SECRET_KEY]
    assert as_person(boss).post("/api/v1/leads/", {"email": MAIL}).status_code == 409


def test_merged_records_of_the_same_person_go_together(somebody, boss):
    other = Lead.objects.create(first_name="Zyxalena", last_name="Old", email="old@forgetme.example",
                                email_key="old@forgetme.example", merged_into=somebody)  # fmt: skip
    erasing.erase(somebody, "Asked", boss)
    other.refresh_from_db()
    assert (other.email, bool(other.erased_at)) == ("", True)
    assert as_person(boss).post("/api/v1/leads/", {"email": "old@forgetme.example"}).status_code == 409


def test_somebody_else_who_lives_at_a_longer_address_is_left_alone(somebody, boss):
    longer = Lead.objects.create(email=f"a.{MAIL}", email_key=f"a.{MAIL}")
    note = Note.objects.create(lead=longer, author=boss, body=f"Write to a.{MAIL} or {MAIL}.org")
    erasing.erase(somebody, "Asked", boss)
    note.refresh_from_db()
    longer.refresh_from_db()
    assert note.body == f"Write to a.{MAIL} or {MAIL}.org"
    assert longer.email == f"a.{MAIL}"
