"""The promise of learning: outcomes teach a card that beats the rules, explains itself, and goes back."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import clock
from campaigns.models import AuditEntry, ModelVersion, User
from campaigns.services.learning import acts, queue, registry
from leads.models import LeadScore, Prospect
from leads.services import cards, links, rulebook, scoring
from leads.services.learning import outcomes, versions
from leads.services.rules import facts
from tests.factories import CampaignFactory
from tests.leads.services.learning.worlds import LATER, outcomes_known

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("house")


def test_three_hundred_outcomes_teach_a_card_that_serves_and_can_be_taken_back(manager: User) -> None:
    outcomes_known(300, START)
    by_hand = rulebook.active("scoring")
    now = START + LATER
    with clock.at(now):
        order = queue.order("lead_score", manager, "asked for")
        assert queue.drain(now) == 1
        order.refresh_from_db()
        test, champion = order.metrics["test"], order.metrics["champion"]
        assert (order.status, order.row_count) == ("shadow", 300), order.note
        assert test["auc"] > champion["auc"] + 0.05
        assert all(gate["passed"] for gate in order.metrics["gates"])
        rule = versions.promote(order, manager)
        assert (rulebook.active("scoring"), rule.body["link"]) == (rule, "logit")
        assert registry.champion("lead_score") == order
        _scores_explain_themselves()
        assert acts.back("lead_score", manager).algorithm == versions.BY_HAND
        assert rulebook.active("scoring") == by_hand
        assert acts.back("lead_score", manager) == order
        assert rulebook.active("scoring") == rule
    assert AuditEntry.objects.filter(verb="promote").count() >= 4
    assert ModelVersion.objects.filter(status="champion").count() == 1


def _scores_explain_themselves() -> None:
    """Score new people by the learned card: SQL, Python and the words give one sum without an error."""
    campaign, now = CampaignFactory(), clock.now()
    lead_ids = list(Prospect.objects.values_list("lead_id", flat=True)[:60])
    for lead_id in lead_ids:
        Prospect.objects.create(campaign=campaign, lead_id=lead_id)
    assert scoring.stage(campaign, limit=1000, now=now).done == 60
    rule = rulebook.active("scoring")
    known = facts.load(lead_ids, cards.fields_in(rule.body))
    score = cards.function(rule.body, now)
    for row in LeadScore.objects.filter(lead_id__in=lead_ids).select_related("lead"):
        assert score(known[row.pk]) == (row.value, row.contributions)
        told = scoring.explain(row.lead, now)
        assert links.score(rule.body, rule.body["base"] + sum(one.points for one in told)) == row.value
        assert [one.points for one in sorted(told, key=lambda one: one.key)] == [
            points
            for _, points in sorted(
                zip((d["key"] for d in rule.body["dimensions"]), row.contributions, strict=True)
            )
        ]


def test_too_few_outcomes_train_nothing_and_say_how_many_are_missing(manager: User) -> None:
    outcomes_known(28, START)
    order = queue.order("lead_score", manager)
    queue.drain(START + LATER)
    order.refresh_from_db()
    assert (order.status, order.note) == ("refused", "Too little to learn from: 28 of 50 labels.")
    with pytest.raises(registry.PromotionRefused, match="28 of 50"):
        versions.promote(order, manager)
    assert rulebook.active("scoring").body.get("link") is None


def test_the_young_are_left_out_and_the_hour_orders_a_training_by_itself(manager: User) -> None:
    campaign = outcomes_known(120, START)
    fresh = Prospect.objects.filter(campaign=campaign).first()
    other = CampaignFactory()
    Prospect.objects.create(campaign=other, lead=fresh.lead)
    scoring.stage(other, limit=10, now=START + LATER - timedelta(days=1))
    outcomes.mature(START + LATER)
    assert outcomes.waiting() == 1
    assert queue.drain(START + LATER) == 1
    made = ModelVersion.objects.get(kind="lead_score", row_count__gt=0)
    assert (made.row_count, made.created_by) == (120, None)
