"""Rooms of the leads app that meet on one person: import, merge, bulk act, erasure and their undoing."""

from pathlib import Path
from typing import Any

import pytest

from analytics.services import reconcile
from campaigns import clock
from campaigns.models import Prediction, User
from leads.models import (
    BulkAction,
    FactSource,
    ImportJob,
    Lead,
    LeadKey,
    Merge,
    Prospect,
    Snapshot,
    SnapshotLead,
    Suppression,
)
from leads.services import audience, contactability, imports, rulebook
from leads.services.grouped import asking, running
from leads.services.grouped.asking import Chosen
from leads.services.identity import merging, undoing
from leads.services.privacy import erasing
from leads.services.transfer import undo
from outreach.models import Message
from tests.factories import (
    CampaignFactory,
    EnrollmentFactory,
    LeadFactory,
    MessageFactory,
    ModelVersionFactory,
    SubmissionFactory,
)
from tests.leads.services.files import csv_file

from .backups import finds

pytestmark = pytest.mark.django_db
HEAD = "First Name,Last Name,Email,Job Title,City\n"
MAIL, SECOND, NAME = "qwertzia@weave.example", "qwertzia.two@weave.example", "Qwertzia Uiopasdottir"
WORDS = (MAIL, SECOND, "qwertzia", "uiopasdottir", "yxcvbnm")


@pytest.fixture(autouse=True)
def _house(settings: Any, tmp_path: Path) -> None:
    settings.VAR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "var" / "media"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    Path(settings.MEDIA_ROOT).mkdir(parents=True)
    rulebook.active("scoring")


def take_in(tmp_path: Path, *lines: str) -> ImportJob:
    path = csv_file(tmp_path, "".join(f"{line}\n" for line in lines), HEAD)
    return imports.run_now(imports.confirm(imports.start(path)))


def taken_back(job: ImportJob) -> tuple[int, int, int]:
    job = undo.run_now(undo.begin(job))
    assert job.status == "undone"
    return job.removed, job.restored, job.kept


def do(verb: str, by: User, *leads: Lead, **given: Any) -> BulkAction:
    return running.run_now(asking.ask(verb, given, Chosen(ids=tuple(one.pk for one in leads)), by))


def take_back(action: BulkAction, by: User) -> BulkAction:
    return running.run_now(asking.undo(action, by))


def books_agree() -> None:
    assert reconcile.differences(reconcile.checks()) == []


def test_an_import_taken_back_leaves_alone_who_was_merged_erased_enrolled_or_changed(
    tmp_path: Path, admin: User
) -> None:
    known = LeadFactory(email="known@w.example", title="CTO", city="Rome")
    names = ("merged", "kept", "erased", "enrolled", "tagged", "plain")
    job = take_in(
        tmp_path, *(f"{one},P,{one}@w.example,CEO,Austin" for one in names), "K,P,known@w.example,CEO,"
    )
    at = {one: Lead.objects.get(email=f"{one}@w.example") for one in names}
    merging.merge(at["kept"], at["merged"], by=admin)
    erasing.erase(at["erased"], "Asked", admin)
    do("campaign", admin, at["enrolled"], campaign=CampaignFactory().pk)
    do("tag", admin, at["tagged"], known, tag="vip")

    assert taken_back(job) == (1, 1, 5)
    assert not Lead.objects.filter(email="plain@w.example").exists()
    known.refresh_from_db()
    assert (known.title, known.tags) == ("CTO", ["vip"])
    assert Lead.objects.get(pk=at["merged"].pk).merged_into_id == at["kept"].pk
    assert (Lead.objects.get(pk=at["erased"].pk).title, Prospect.objects.count()) == ("", 1)
    books_agree()


def test_an_import_taken_back_brings_nothing_back_of_somebody_erased_or_merged_since(
    tmp_path: Path, admin: User
) -> None:
    erased = LeadFactory(email=MAIL, title="Yxcvbnm", first_name="Qwertzia", last_name="Uiopasdottir")
    merged = LeadFactory(email="m@w.example", title="CTO")
    other = LeadFactory(email="o@w.example", title="", last_name="Other")
    job = take_in(tmp_path, f"Q,U,{MAIL},CEO,", "M,P,m@w.example,CEO,")
    erasing.erase(erased, "Asked", admin)
    made = merging.merge(other, Lead.objects.get(pk=merged.pk), by=admin)
    assert taken_back(job) == (0, 0, 2)
    assert finds(WORDS) == []
    undoing.undo(made, admin)
    merged.refresh_from_db()
    assert (merged.title, merged.email, merged.merged_into_id) == ("CEO", "m@w.example", None)
    books_agree()


@pytest.fixture
def everywhere(tmp_path: Path, admin: User) -> Lead:
    """A person of two merged records who stands in every room, with the acts that could be taken back."""
    facts = {"first_name": "Qwertzia", "last_name": "Uiopasdottir", "custom": {"note": "yxcvbnm"}}
    kept = LeadFactory(email=MAIL, title="Yxcvbnm", **facts)
    gone = LeadFactory(email=SECOND, title="Yxcvbnm boss", city="Yxcvbnm", **facts)
    take_in(tmp_path, f"Qwertzia,Uiopasdottir,{MAIL},New,Rome")
    do("set", admin, kept, gone, field="city", value="Oslo")
    LeadKey.objects.create(lead=kept, kind="visitor", value="visitor-yxcvbnm")
    form = SubmissionFactory(lead=kept, payload={"values": {"email": MAIL}}, visitor="visitor-yxcvbnm")
    form.save()
    snapshot = Snapshot.objects.create(sentence="All", campaign=CampaignFactory(), count=2)
    SnapshotLead.objects.bulk_create([SnapshotLead(snapshot=snapshot, lead=one) for one in (kept, gone)])
    version = ModelVersionFactory(kind="lead_score")
    Prediction.objects.create(
        version=version, subject_id=kept.pk, value=0.5, features={"t": "yxcvbnm"}, contributions={}
    )
    merging.merge(
        Lead.objects.get(pk=kept.pk), Lead.objects.get(pk=gone.pk), by=admin, choices={"title": "gone"},
        evidence=[{"field": "email", "a": MAIL, "b": SECOND}],
    )  # fmt: skip
    return Lead.objects.get(pk=kept.pk)


def test_an_erasure_empties_every_room_and_no_undo_fills_it_again(everywhere: Lead, admin: User) -> None:
    assert len(finds(WORDS)) > 10
    erasing.erase(everywhere, "Asked", admin)
    assert finds(WORDS) == []
    taken_back(ImportJob.objects.get())
    take_back(BulkAction.objects.get(), admin)
    with pytest.raises(undoing.UndoRefused, match="erased"):
        undoing.undo(Merge.objects.get(), admin)
    assert finds(WORDS) == []
    books_agree()


def test_an_erasure_forgets_also_what_an_undone_merge_remembers(everywhere: Lead, admin: User) -> None:
    undoing.undo(Merge.objects.get(), admin)
    for lead in Lead.objects.filter(last_name="Uiopasdottir"):
        erasing.erase(lead, "Asked", admin)
    assert finds(WORDS) == []


def test_who_is_erased_in_the_middle_of_a_bulk_act_is_passed_over(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = [LeadFactory() for _ in range(4)]
    monkeypatch.setattr(running, "SIZE", 2)
    action = asking.ask("tag", {"tag": "vip"}, Chosen(ids=tuple(one.pk for one in leads)), admin)
    erasing.erase(leads[3], "Asked", admin)
    merging.merge(leads[0], leads[2], by=admin)
    action = running.run_now(action)
    assert (action.status, action.changed, action.skipped) == ("done", 2, 2)
    assert list(Lead.objects.filter(tags=[]).order_by("pk")) == [leads[2], leads[3]]
    action = take_back(action, admin)
    assert action.params["undone"] == {"restored": 2, "kept": 0}


def test_nobody_erased_comes_into_a_campaign_by_its_audience(admin: User) -> None:
    stays, goes = LeadFactory(), LeadFactory()
    campaign = CampaignFactory(launched_at=clock.now())
    snapshot = Snapshot.objects.create(campaign=campaign, sentence="All", count=2)
    SnapshotLead.objects.bulk_create([SnapshotLead(snapshot=snapshot, lead=one) for one in (stays, goes)])
    campaign.audience = {"criteria": {"field": "country", "op": "eq", "value": "x"}}
    erasing.erase(goes, "Asked", admin)
    assert audience.enroll(campaign, 10, clock.now()) == 1
    assert Prospect.objects.get().lead == stays


def test_an_erased_or_merged_person_is_never_written_to_even_if_the_list_is_lifted(admin: User) -> None:
    erased, kept, gone = LeadFactory(phone="+447700900321"), LeadFactory(), LeadFactory()
    enrollment = EnrollmentFactory(prospect__lead=gone)
    MessageFactory(lead=gone, enrollment=enrollment, campaign=enrollment.campaign, status="queued")
    erasing.erase(erased, "Asked", admin)
    merging.merge(kept, gone, by=admin)
    for entry in Suppression.objects.all():
        contactability.lift(entry, admin, "By mistake")
    Lead.objects.filter(pk=erased.pk).update(do_not_email=False, do_not_call=False)
    for channel in ("email", "call", "linkedin", "whatsapp"):
        said = contactability.may_contact([erased.pk, gone.pk], channel)
        assert "forgotten" in said[erased.pk]
        assert "merged" in said[gone.pk]
    assert not Message.objects.filter(lead=gone).exists()
    enrollment.refresh_from_db()
    assert enrollment.lead_id == kept.pk


def test_a_bulk_set_says_of_each_fact_who_set_it_and_its_undo_who_had(admin: User) -> None:
    first, second = LeadFactory(title="x", city="Rome"), LeadFactory(title="x", city="Rome")
    FactSource.objects.create(lead=first, field="title", source="import", reference="7")
    action = do("set", admin, first, second, field="title", value="Chief executive officer")
    rows = FactSource.objects.filter(field="title").order_by("lead_id")
    assert [(one.source, one.reference) for one in rows] == [("person", str(admin.pk))] * 2
    first.refresh_from_db()
    assert first.seniority
    FactSource.objects.filter(lead=second).update(source="api")
    take_back(action, admin)
    assert [(one.lead, one.source) for one in rows.all()] == [(first, "import"), (second, "api")]
    first.refresh_from_db()
    assert (first.title, first.seniority) == ("x", "")
