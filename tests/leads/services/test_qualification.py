"""Qualification: the tree, its path, overrides and their expiry."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import AuditEntry
from leads.models import Activity, LeadScore, Prospect
from leads.services import qualification, rulebook, trees
from tests.factories import CampaignFactory, LeadFactory, ProspectFactory, UserFactory
from tests.leads.worlds import varied_leads

pytestmark = pytest.mark.django_db


def scored(score: int, *, campaign: Any = None, **lead: Any) -> Prospect:
    prospect: Prospect = ProspectFactory(
        campaign=campaign or CampaignFactory(), lead=LeadFactory(**lead), stage="scored", score=score
    )
    LeadScore.objects.create(lead=prospect.lead, card=rulebook.active("scoring"), value=score)
    return prospect


def decide(prospect: Prospect) -> Prospect:
    qualification.stage(prospect.campaign, limit=100, now=clock.now())
    prospect.refresh_from_db()
    return prospect


def test_the_default_tree_is_sound() -> None:
    assert trees.validate(trees.DEFAULT_TREE) == []


@pytest.mark.parametrize(
    ("score", "lead", "stage", "path"),
    [
        (59, {}, "rejected", "score:no"),
        (60, {}, "qualified", "score:yes/email:yes/suppressed:no/wanted:no/works:no/customer:no/size:no"),
        (90, {"email": "", "email_key": ""}, "rejected", "score:yes/email:no"),
        (90, {"do_not_email": True}, "rejected", "score:yes/email:yes/suppressed:no/wanted:yes"),
        (
            90,
            {"email_status": "bounced"},
            "rejected",
            "score:yes/email:yes/suppressed:no/wanted:no/works:yes",
        ),
    ],
)
def test_the_tree_decides_and_keeps_its_path(score: int, lead: Any, stage: str, path: str) -> None:
    prospect = decide(scored(score, **lead))
    assert (prospect.stage, prospect.path) == (stage, path)
    assert prospect.decided_at is not None


def test_the_campaigns_own_minimum_score_counts() -> None:
    assert decide(scored(45, campaign=CampaignFactory(minimum_score=40))).stage == "qualified"


def test_the_path_is_explained_in_words() -> None:
    steps = qualification.explain(decide(scored(59)))
    assert [(step.question, step.answer) for step in steps] == [
        ("score is at least 60", "no"),
        ("Decision", "The score is below the campaign's minimum."),
    ]


def test_both_sides_of_the_tree_agree() -> None:
    campaign, now = CampaignFactory(minimum_score=50), clock.now()
    for lead in varied_leads(50, 11, now):
        ProspectFactory(campaign=campaign, lead=lead, stage="scored")
    qualification.stage(campaign, limit=100, now=now)
    tree = rulebook.active("qualification").body
    for prospect in Prospect.objects.filter(campaign=campaign):
        ending = qualification.preview(tree, campaign, prospect.lead_id, now)
        assert (prospect.stage, prospect.path) == (ending.decision, ending.path)


def test_any_number_of_prospects_takes_the_same_few_statements(django_assert_max_num_queries: Any) -> None:
    campaign = CampaignFactory()
    for _ in range(30):
        scored(70, campaign=campaign)
    rulebook.seed_rules()
    with django_assert_max_num_queries(6):
        assert qualification.stage(campaign, limit=1000, now=clock.now()).done == 30


def test_a_person_can_override_and_it_is_written_down() -> None:
    prospect, boss = decide(scored(20)), UserFactory(username="boss")
    qualification.override(prospect, "qualified", "Met at the fair", boss)
    assert prospect.stage == "qualified"
    assert qualification.reason(prospect) == "Met at the fair"
    assert AuditEntry.objects.get(verb="overrode").reason == "Met at the fair"
    assert Activity.objects.get(lead=prospect.lead, kind="override").actor == boss


def test_the_stage_respects_an_override_until_it_expires() -> None:
    prospect, boss, now = decide(scored(20)), UserFactory(), clock.now()
    qualification.override(prospect, "qualified", "Try them", boss, expires_at=now + timedelta(days=1))
    qualification.reopen(prospect.campaign)
    assert decide(prospect).path == "override:qualified"
    qualification.reopen(prospect.campaign)
    qualification.stage(prospect.campaign, limit=10, now=now + timedelta(days=2))
    prospect.refresh_from_db()
    assert prospect.stage == "rejected"


def test_an_override_without_a_reason_or_too_late_changes_nothing() -> None:
    prospect = ProspectFactory(stage="routed")
    for reason in ("", "Too late"):
        with pytest.raises(qualification.OverrideRefused):
            qualification.override(prospect, "rejected", reason, UserFactory())
    prospect.refresh_from_db()
    assert prospect.stage == "routed"
    assert not prospect.overrides.exists()


def test_a_broken_tree_is_refused_in_words() -> None:
    tree = {"node": "a", "rule": {"field": "score", "op": "has", "value": 1}, "yes": {"decision": "maybe"}}
    assert trees.validate(tree) == ["A node needs «node», «rule», «yes» and «no»; here «no» is missing."]
    found = trees.validate({**tree, "no": {"decision": "rejected"}})
    assert len(found) == 2
    assert "cannot be asked «has»" in found[0]
