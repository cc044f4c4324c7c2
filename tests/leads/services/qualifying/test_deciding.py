"""Trying, versions, the log of decisions, hand decisions that end, and the curve beside the threshold."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import AuditEntry, User
from leads.models import Activity, LeadScore, Prospect, Rule
from leads.services import qualification, rulebook
from leads.services.qualifying import curve, editing, expiry, trying, versions
from leads.services.trees import DEFAULT_TREE
from tests.factories import CampaignFactory, LeadFactory, ProspectFactory

pytestmark = pytest.mark.django_db
LATE = {"node": "score", "rule": {"field": "score", "op": "gte", "value": 80},
        "yes": {"decision": "qualified", "reason": "fits"},
        "no": {"decision": "review", "reason": "Look closer"}}  # fmt: skip


def scored(score: int, **facts: Any) -> Prospect:
    made: Prospect = ProspectFactory(stage="scored", score=score, **facts)
    LeadScore.objects.create(lead=made.lead, card=rulebook.active("scoring"), value=score)
    return made


def decide(prospect: Prospect, now: Any = None) -> Prospect:
    qualification.stage(prospect.campaign, limit=100, now=now or clock.now())
    prospect.refresh_from_db()
    return prospect


def activate(tree: dict[str, Any], by: User | None = None) -> Rule:
    return versions.activate(versions.draft("New", tree, by), by, "better")


def test_a_trial_says_who_would_change_by_which_way_and_writes_nothing(
    django_assert_num_queries: Any,
) -> None:
    campaign = CampaignFactory()
    people = [scored(value, campaign=campaign) for value in (50, 70, 90)]
    before = list(Prospect.objects.values())
    rulebook.seed_rules()
    with django_assert_num_queries(2):
        trial = trying.run(LATE, DEFAULT_TREE, Prospect.objects.all(), clock.now())
    assert (trial.total, trial.qualified, trial.was_qualified, trial.changed) == (3, 1, 2, 2)
    assert sorted(trial.moves) == [("qualified", "review", 1), ("rejected", "review", 1)]
    assert {flip.lead.pk for flip in trial.flips} == {people[0].lead_id, people[1].lead_id}
    assert [step.answer for step in trial.flips[0].steps] == ["no", "Look closer"]
    assert trial.counts == {"": 3, "y": 1, "n": 2}
    assert list(Prospect.objects.values()) == before


def test_who_was_decided_by_hand_stays_out_of_a_trial(rep: User) -> None:
    prospect = decide(scored(20))
    qualification.override(prospect, "qualified", "Met", rep)
    trial = trying.run(LATE, DEFAULT_TREE, Prospect.objects.all(), clock.now())
    assert (trial.total, trial.by_hand, trial.changed) == (1, 1, 0)


def test_a_trial_and_the_stage_agree_about_everybody() -> None:
    campaign = CampaignFactory(minimum_score=55)
    for value in range(40, 100, 5):
        scored(value, campaign=campaign, lead=LeadFactory(do_not_email=value % 2 == 0))
    trial = trying.run(DEFAULT_TREE, LATE, Prospect.objects.all(), clock.now())
    qualification.stage(campaign, limit=100, now=clock.now())
    assert trial.qualified == Prospect.objects.filter(stage="qualified").count() > 0


def test_review_waits_for_a_person(rep: User) -> None:
    activate(LATE)
    prospect = decide(scored(70))
    assert (prospect.stage, qualification.reason(prospect)) == ("review", "Look closer")
    qualification.override(prospect, "qualified", "I know them", rep)
    assert prospect.stage == "qualified"


def test_a_decision_is_noted_on_the_timeline_once_for_the_same_way() -> None:
    prospect, now = decide(scored(20)), clock.now()
    entry = Activity.objects.get(lead=prospect.lead, kind="rejected")
    assert entry.summary == "Rejected because: the score is below the campaign's minimum."
    for hours in (1, 2):
        qualification.reopen(prospect.campaign)
        decide(prospect, now + timedelta(hours=hours))
    assert Activity.objects.filter(kind="rejected").count() == 1
    activate(LATE)
    qualification.reopen(prospect.campaign)
    decide(prospect, now + timedelta(hours=3))
    assert Activity.objects.get(kind="review").summary == "Set aside for a look: Look closer"


def test_somebody_who_qualifies_after_a_no_is_noted_and_others_are_not() -> None:
    second, first = scored(95), decide(scored(20))
    decide(second)
    assert not Activity.objects.filter(kind="qualified").exists()
    LeadScore.objects.filter(lead=first.lead).update(value=95)
    qualification.reopen(first.campaign)
    decide(first, clock.now() + timedelta(hours=1))
    assert [entry.lead for entry in Activity.objects.filter(kind="qualified")] == [first.lead]


def test_a_hand_decision_that_has_ended_falls_back_to_the_tree_and_says_so(rep: User) -> None:
    now = clock.now()
    prospect, forever = decide(scored(20)), decide(scored(20))
    qualification.override(prospect, "qualified", "Try them", rep, expires_at=now + timedelta(days=1))
    qualification.override(forever, "qualified", "Always", rep)
    assert expiry.drain(now) == 0
    later = now + timedelta(days=2)
    with clock.at(later):
        assert expiry.drain(later) == 1
        assert expiry.drain(later) == 0
    prospect.refresh_from_db()
    forever.refresh_from_db()
    assert (prospect.stage, prospect.path, forever.stage) == ("rejected", "score:no", "qualified")
    assert Activity.objects.filter(lead=prospect.lead, kind="override_ended").count() == 1


def test_a_hand_decision_cannot_end_in_the_past(rep: User) -> None:
    prospect = decide(scored(20))
    with pytest.raises(qualification.OverrideRefused, match="later day"):
        qualification.override(prospect, "qualified", "x", rep, expires_at=clock.now() - timedelta(hours=1))
    assert not prospect.overrides.exists()


def test_an_ended_hand_decision_leaves_alone_who_is_in_a_sequence(rep: User) -> None:
    now = clock.now()
    prospect = decide(scored(20))
    qualification.override(prospect, "qualified", "Try", rep, expires_at=now + timedelta(days=1))
    Prospect.objects.filter(pk=prospect.pk).update(stage="routed")
    assert expiry.drain(now + timedelta(days=2)) == 0


def test_an_older_version_comes_into_force_again_with_the_reason(manager: User) -> None:
    first = rulebook.active("qualification")
    second = activate(LATE, manager)
    assert (rulebook.active("qualification"), second.version) == (second, 2)
    versions.activate(first, manager, "The new one was too strict")
    assert rulebook.active("qualification") == first
    entry = AuditEntry.objects.filter(verb="activated").latest("pk")
    assert (entry.reason, entry.before, entry.after) == (
        "The new one was too strict",
        {"version": 2},
        {"version": 1},
    )
    assert Rule.objects.filter(kind="qualification", is_active=True).count() == 1


def test_a_broken_tree_is_neither_kept_nor_put_in_force(manager: User) -> None:
    with pytest.raises(rulebook.BadBody):
        versions.draft("Bad", {"decision": "maybe"}, manager)
    assert not Rule.objects.filter(name="Bad").exists()


def test_differences_are_said_in_words() -> None:
    big = {"field": "employees", "op": "gte", "value": 5}
    new = editing.insert(editing.end(DEFAULT_TREE, "n", "review", "Look"), "y", "big", big)
    found = versions.differences(DEFAULT_TREE, new)
    assert [(one.kind, one.text) for one in found] == [
        ("added", "big: employees is at least 5"),
        ("ending", "score no: review, Look"),
    ]
    assert versions.differences(DEFAULT_TREE, DEFAULT_TREE) == []
    assert [one.kind for one in versions.differences(LATE, {**LATE, "rule": big})] == ["changed"]


def test_the_curve_needs_outcomes_of_both_kinds_and_then_counts_right() -> None:
    assert curve.drawn([(60, 30, 19)]) is None
    found = curve.drawn([(40, 60, 10), (60, 30, 20), (80, 10, 10)])
    assert found is not None
    points = {point.threshold: point for point in found.points}
    assert (found.people, found.positives) == (100, 40)
    assert (points[60].precision, points[60].recall) == (0.75, 0.75)
    assert (points[0].precision, points[0].recall) == (0.4, 1.0)
    assert (points[100].precision, points[100].recall) == (None, 0.0)


def test_the_curve_is_read_in_one_statement(django_assert_num_queries: Any) -> None:
    campaign = CampaignFactory()
    for number in range(40):
        ProspectFactory(campaign=campaign, score=50 + number, stage="replied" if number % 2 else "contacted")
    with django_assert_num_queries(1):
        found = curve.of(Prospect.objects.all())
    assert found is not None
    assert found.positives == 20
