"""Acts on many leads: exactly those chosen, stopped anywhere, taken back where nothing changed since."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import AuditEntry, User
from leads.models import (
    Activity,
    BulkAction,
    BulkTarget,
    CustomField,
    Lead,
    Prospect,
    ResearchReport,
    Suppression,
)
from leads.services import contactability
from leads.services.grouped import asking, params, running, sheets
from leads.services.grouped.asking import Chosen
from tests.factories import CampaignFactory, LeadFactory, ProspectFactory

pytestmark = pytest.mark.django_db
EVERYBODY = Chosen()
AUSTIN = Chosen({"field": "city", "op": "eq", "value": "Austin"})


def do(verb: str, by: User, chosen: Chosen = EVERYBODY, **given: Any) -> BulkAction:
    return running.run_now(asking.ask(verb, given, chosen, by))


def take_back(action: BulkAction, by: User) -> BulkAction:
    return running.run_now(asking.undo(action, by))


@pytest.mark.parametrize(
    ("verb", "given", "before", "after"),
    [
        ("tag", {"tag": "vip"}, {"tags": ["old"]}, {"tags": ["old", "vip"]}),
        ("untag", {"tag": "b"}, {"tags": ["a", "b", "c"]}, {"tags": ["a", "c"]}),
        ("lifecycle", {"lifecycle": "lost"}, {"lifecycle": "replied"}, {"lifecycle": "lost"}),
        ("set", {"field": "city", "value": "Dallas"}, {"city": "Austin"}, {"city": "Dallas"}),
        ("set", {"field": "city", "value": ""}, {"city": "Austin"}, {"city": ""}),
        (
            "set",
            {"field": "custom.seats", "value": "12"},
            {"custom": {"a": 1}},
            {"custom": {"a": 1, "seats": 12}},
        ),
        ("set", {"field": "custom.seats", "value": 7}, {"custom": {"seats": 3}}, {"custom": {"seats": 7}}),
        (
            "set",
            {"field": "custom.seats", "value": ""},
            {"custom": {"seats": 3, "b": 2}},
            {"custom": {"b": 2}},
        ),
    ],
)
def test_an_act_changes_the_row_and_an_undo_restores_it(
    verb: str, given: dict[str, Any], before: dict[str, Any], after: dict[str, Any], manager: User
) -> None:
    CustomField.objects.create(key="seats", label="Seats", kind="number")
    lead = LeadFactory(team=manager.team, **before)
    action = do(verb, manager, **given)
    lead.refresh_from_db()
    assert {name: getattr(lead, name) for name in after} == after
    assert (action.status, action.changed, lead.version) == ("done", 1, 2)
    assert take_back(action, manager).status == "undone"
    lead.refresh_from_db()
    assert {name: getattr(lead, name) for name in before} == before
    assert lead.version == 3


def test_owners_go_back_to_whom_each_had(manager: User, rep: User, other_rep: User) -> None:
    mine, free = LeadFactory(owner=rep, team=rep.team), LeadFactory(team=rep.team)
    action = do("assign", manager, owner=other_rep.pk)
    assert set(Lead.objects.values_list("owner", flat=True)) == {other_rep.pk}
    assert set(Activity.objects.values_list("summary", flat=True)) == {
        "manager gave this person to other_rep"
    }
    take_back(action, manager)
    assert list(Lead.objects.order_by("pk").values_list("pk", "owner")) == [
        (mine.pk, rep.pk),
        (free.pk, None),
    ]


def test_what_somebody_changed_since_is_left_alone(manager: User) -> None:
    touched, left = LeadFactory(team=manager.team, city="A"), LeadFactory(team=manager.team, city="B")
    action = do("set", manager, field="city", value="Dallas")
    Lead.objects.filter(pk=touched.pk).update(city="Houston", version=9)
    action = take_back(action, manager)
    assert dict(Lead.objects.values_list("pk", "city")) == {touched.pk: "Houston", left.pk: "B"}
    assert action.params["undone"] == {"restored": 1, "kept": 1}


def test_who_has_it_already_is_neither_changed_nor_restored(manager: User) -> None:
    LeadFactory(team=manager.team, tags=["vip"])
    action = do("tag", manager, tag="vip")
    assert (action.changed, Lead.objects.get().version) == (0, 1)
    take_back(action, manager)
    assert Lead.objects.get().tags == ["vip"]


def test_only_the_chosen_ones_of_that_moment_are_meant(manager: User) -> None:
    inside = LeadFactory(team=manager.team, city="Austin")
    LeadFactory(team=manager.team, city="Boston")
    LeadFactory(city="Austin")  # of nobody this manager sees
    action = asking.ask("tag", {"tag": "x"}, AUSTIN, manager)
    late = LeadFactory(team=manager.team, city="Austin")
    running.run_now(action)
    assert [lead.pk for lead in Lead.objects.all() if lead.tags == ["x"]] == [inside.pk]
    assert late.pk not in BulkTarget.objects.values_list("lead", flat=True)
    assert action.sentence == "city is «Austin»"


def test_a_person_who_lost_sight_of_a_lead_does_not_change_it_any_more(rep: User, stranger: User) -> None:
    lead = LeadFactory(owner=rep, team=rep.team)
    action = asking.ask("tag", {"tag": "x"}, EVERYBODY, rep)
    Lead.objects.filter(pk=lead.pk).update(owner=stranger, team=stranger.team)
    action = running.run_now(action)
    assert (action.status, action.changed, action.skipped) == ("done", 0, 1)


def test_a_worker_killed_between_batches_is_carried_on(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SIZE", 2)
    LeadFactory.create_batch(5, team=manager.team)
    action = asking.ask("tag", {"tag": "x"}, EVERYBODY, manager)
    BulkAction.objects.filter(pk=action.pk).update(
        status="running", lease_token="dead", lease_until=clock.now() + timedelta(seconds=60)
    )
    assert running._do_batch(action, "dead") == 2
    assert running.drain(clock.now()) == 0  # the lease still holds
    assert running.drain(clock.now() + timedelta(minutes=2)) == 3
    action.refresh_from_db()
    assert (action.status, action.cursor, action.changed) == ("done", 5, 5)
    assert {tuple(lead.tags) for lead in Lead.objects.all()} == {("x",)}


def test_a_batch_that_dies_in_the_middle_leaves_nothing(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    LeadFactory(team=manager.team)
    action = asking.ask("tag", {"tag": "x"}, EVERYBODY, manager)

    def die(batch: object) -> None:
        raise MemoryError

    monkeypatch.setattr(running, "_tell", die)
    action = running.run_now(action)
    assert (action.status, action.cursor, action.attempts, Lead.objects.get().tags) == ("running", 0, 1, [])
    monkeypatch.undo()
    assert running.drain(clock.now() + timedelta(minutes=2)) == 1
    assert Lead.objects.get().tags == ["x"]


def test_an_act_that_keeps_failing_gives_up_and_says_why(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    LeadFactory(team=manager.team)
    action = asking.ask("tag", {"tag": "x"}, EVERYBODY, manager)

    def fail(batch: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(running, "_tell", fail)
    for minutes in (0, 2, 4, 6):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            running.drain(clock.now())
    action.refresh_from_db()
    assert (action.status, action.error) == ("failed", "RuntimeError: disk full")


def test_a_cancelled_act_stops_and_what_was_done_can_be_taken_back(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SIZE", 2)
    LeadFactory.create_batch(5, team=manager.team)
    action = asking.ask("tag", {"tag": "x"}, EVERYBODY, manager)
    BulkAction.objects.filter(pk=action.pk).update(status="running", lease_token="t")
    running._do_batch(action, "t")
    assert asking.cancel(action, manager)
    assert running._do_batch(action, "t") is None
    assert sum(lead.tags == ["x"] for lead in Lead.objects.all()) == 2
    take_back(action, manager)
    assert [lead for lead in Lead.objects.all() if lead.tags] == []


def test_people_join_a_campaign_once_and_leave_it_before_it_began(manager: User) -> None:
    campaign = CampaignFactory(owner=manager, team=manager.team)
    inside, fresh, begun = LeadFactory.create_batch(3, team=manager.team)
    ProspectFactory(campaign=campaign, lead=inside)
    action = do("campaign", manager, campaign=campaign.pk)
    assert (action.changed, Prospect.objects.count()) == (2, 3)
    Prospect.objects.filter(lead=begun).update(stage="scored")
    take_back(action, manager)
    assert set(Prospect.objects.values_list("lead", flat=True)) == {inside.pk, begun.pk}
    assert fresh.pk not in Prospect.objects.values_list("lead", flat=True)


def test_suppressed_people_are_left_alone_until_an_admin_lifts_it(manager: User, admin: User) -> None:
    lead = LeadFactory(team=manager.team)
    action = do("suppress", manager, reason="asked by phone")
    assert contactability.may_contact([lead.pk], "email") == {
        lead.pk: "This person is on the suppression list."
    }
    assert Suppression.objects.count() == 2
    with pytest.raises(params.MayNot, match="Only an admin"):
        asking.undo(action, manager)
    take_back(action, admin)
    assert contactability.may_contact([lead.pk], "email") == {}


def test_research_is_asked_for_once(manager: User) -> None:
    LeadFactory.create_batch(2, team=manager.team)
    assert [do("research", manager).changed, do("research", manager).changed] == [2, 0]
    assert ResearchReport.objects.filter(status="queued", requested_by=manager).count() == 2


def test_an_export_lies_in_one_whole_file(manager: User, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    LeadFactory(team=manager.team, email="ann@x.example")
    LeadFactory(email="foreign@x.example")
    action = do("export", manager, format="csv")
    text = sheets.path(action).read_text()
    assert (action.status, "ann@x.example" in text, "foreign" in text) == ("done", True, False)
    assert [file.name for file in sheets.path(action).parent.iterdir()] == [f"leads-{action.pk}.csv"]


def test_reps_export_at_most_500_of_their_own(
    rep: User, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    LeadFactory(owner=rep, team=rep.team)
    assert asking.preview("export", {}, EVERYBODY, rep).count == 1
    LeadFactory(team=rep.team)
    with pytest.raises(params.MayNot, match="your own leads only"):
        asking.ask("export", {}, EVERYBODY, rep)
    monkeypatch.setattr(asking, "MANAGER_EXPORT", 1)
    with pytest.raises(params.MayNot, match="1 leads at a time; these are 2"):
        asking.ask("export", {}, EVERYBODY, manager)


def test_the_question_says_how_many_and_what_to_know(manager: User) -> None:
    campaign = CampaignFactory(owner=manager, team=manager.team, name="Spring")
    LeadFactory.create_batch(2, team=manager.team)
    ProspectFactory(campaign=campaign, lead=LeadFactory(team=manager.team, do_not_email=True))
    asked = asking.preview("campaign", {"campaign": campaign.pk}, EVERYBODY, manager)
    assert asked.text == "Add 3 leads to Spring"
    assert asked.notes == ["1 of them are in it already.", "1 of them may not be e-mailed."]


@pytest.mark.parametrize(
    ("verb", "given", "problem"),
    [
        ("fly", {}, "Choose what to do"),
        ("tag", {"tag": " "}, "Type a tag"),
        ("assign", {"owner": "999"}, "somebody of your team"),
        ("lifecycle", {"lifecycle": "asleep"}, "lifecycle is one of"),
        ("set", {"field": "email_key", "value": "x"}, "cannot be set on many"),
        ("set", {"field": "custom.nothing", "value": "x"}, "no field «nothing»"),
        ("campaign", {"campaign": 1}, "still going"),
        ("suppress", {}, "Say why"),
        ("export", {"format": "exe"}, "one of csv, xlsx, jsonl"),
    ],
)
def test_what_cannot_be_done_is_said(verb: str, given: dict[str, Any], problem: str, manager: User) -> None:
    LeadFactory(team=manager.team)
    with pytest.raises(params.ActRefused, match=problem):
        asking.ask(verb, given, EVERYBODY, manager)
    assert not BulkAction.objects.exists()


def test_nobody_chosen_is_nothing_to_do(manager: User, analyst: User) -> None:
    with pytest.raises(params.ActRefused, match="Nobody is chosen"):
        asking.ask("tag", {"tag": "x"}, EVERYBODY, manager)
    with pytest.raises(params.MayNot):
        asking.ask("tag", {"tag": "x"}, EVERYBODY, analyst)
    assert not BulkAction.objects.exists()


def test_every_act_stands_in_the_audit_log(manager: User) -> None:
    LeadFactory(team=manager.team)
    action = do("tag", manager, tag="x")
    take_back(action, manager)
    verbs = (
        AuditEntry.objects.filter(object_type="leads.bulkaction")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["bulk tag", "bulk undo"]
