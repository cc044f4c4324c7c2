"""A filled-in form survives a crash, a race and a mistake of ours."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from campaigns import clock
from campaigns.models import AuditEntry, User
from leads.models import Lead, Lifecycle, Submission, WebForm
from leads.services.doors import arriving, submissions
from leads.services.doors.submissions import Posted
from tests.factories import LeadFactory, SubmissionFactory, UserFactory, WebFormFactory

pytestmark = pytest.mark.django_db


def posted(once: str = "one", **values: str) -> Posted:
    return Posted(once, {"email": "ann@corp.example", **values}, page_url="https://shop.example/")


def test_what_a_crash_left_is_finished_once_its_lease_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    form, now = WebFormFactory(), clock.now()

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as world:
        world.setattr(submissions, "settle", die)
        with pytest.raises(SystemExit):
            submissions.take(form, posted(), now)
    assert Submission.objects.get().status == "received"
    assert submissions.drain(now) == 0
    later = now + timedelta(minutes=5)
    assert (submissions.drain(later), submissions.drain(later)) == (1, 0)
    assert Submission.objects.get().lead == Lead.objects.get()


def test_a_race_with_another_door_ends_with_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    form, real = WebFormFactory(), arriving.arrive_unproven

    def beaten(*args: object, **kwargs: object) -> object:
        monkeypatch.setattr(submissions, "arrive_unproven", real)
        raise IntegrityError("somebody was quicker")

    monkeypatch.setattr(submissions, "arrive_unproven", beaten)
    row, reading = submissions.take(form, posted(), clock.now())
    row.refresh_from_db()
    assert (row.status, reading.problems, Lead.objects.count()) == ("stored", {}, 1)


def test_one_row_that_cannot_be_stored_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = SubmissionFactory(), SubmissionFactory()
    real = submissions.settle

    def trip(row: Submission, now: object) -> object:
        if row.pk == first.pk:
            raise RuntimeError("no")
        return real(row, now)  # type: ignore[arg-type]

    monkeypatch.setattr(submissions, "settle", trip)
    assert submissions.drain(clock.now()) == 2
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.status, second.status) == ("received", "stored")
    for day in range(1, 8):
        submissions.drain(clock.now() + timedelta(days=day))
    first.refresh_from_db()
    assert (first.status, bool(first.problem)) == ("refused", True)


def test_people_go_to_whoever_carries_the_least_and_is_there(
    manager: User, rep: User, other_rep: User
) -> None:
    away = UserFactory(team=manager.team, is_away=True)
    LeadFactory(owner=rep)
    LeadFactory(owner=other_rep, lifecycle=Lifecycle.CUSTOMER)
    form = WebFormFactory(team=manager.team, owner_rule="lightest")
    for number in range(3):
        submissions.take(form, posted(str(number), email=f"a{number}@corp.example"), clock.now())
    owners = list(Lead.objects.filter(email__startswith="a").order_by("pk").values_list("owner", flat=True))
    assert owners.count(other_rep.pk) + owners.count(rep.pk) == 3
    assert owners[0] == other_rep.pk
    assert away.pk not in owners


def test_somebody_away_gets_nobody_new_and_who_has_an_owner_keeps_them(rep: User, stranger: User) -> None:
    mine = LeadFactory(email="ann@corp.example", owner=stranger, team=stranger.team)
    form = WebFormFactory(owner=rep, owner_rule="person", team=rep.team)
    submissions.take(form, posted(), clock.now())
    mine.refresh_from_db()
    assert mine.owner == stranger
    User.objects.filter(pk=rep.pk).update(is_away=True)
    form = WebForm.objects.select_related("owner").get(pk=form.pk)
    submissions.take(form, posted("two", email="bob@corp.example"), clock.now())
    assert Lead.objects.get(email="bob@corp.example").owner is None


def test_a_person_may_store_what_was_taken_for_spam_or_could_not_be_read(manager: User) -> None:
    form = WebFormFactory(team=manager.team)
    spam, _ = submissions.take(
        form, Posted("s", {"email": "ann@corp.example"}, spam="Too fast."), clock.now()
    )
    assert (spam.status, Lead.objects.count()) == ("spam", 0)
    assert submissions.store_anyway(spam, manager).status == "stored"
    bad, reading = submissions.take(form, posted("b", email="ann@@corp"), clock.now())
    assert (bad.status, "email" in reading.problems) == ("refused", True)
    again = submissions.store_anyway(bad, manager)
    assert (again.status, bool(again.problem)) == ("refused", True)
    assert AuditEntry.objects.filter(verb="store anyway").count() == 1


def test_a_new_wording_is_a_new_version_and_the_old_one_stays_in_the_proof() -> None:
    from leads.services.doors import editing

    form = WebFormFactory(consent_text="Old words", consent_channels=["email"])
    by = UserFactory()
    facts = {"fields": form.fields, "consent_text": "New words", "consent_channels": ["email"]}
    assert editing.save(form, facts, by).version == 2
    assert editing.save(form, {**facts, "tags": ["x"]}, by).version == 2
