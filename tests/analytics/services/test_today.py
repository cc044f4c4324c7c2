from datetime import timedelta
from decimal import Decimal

import pytest

from analytics.services import today, worklist
from campaigns import clock
from leads.models import LeadScore, Rule
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(team):
    return factories.CampaignFactory(team=team)


def test_the_week_stands_beside_the_week_before(manager, campaign, team, django_assert_max_num_queries):
    now = clock.now()
    for days, replied in ((1, 6), (2, 4), (9, 5)):
        factories.TallyFactory(
            campaign_id=campaign.pk, day=(now - timedelta(days=days)).date(), replied=replied
        )
    lead = factories.LeadFactory(team=team)
    factories.DealFactory(lead=lead, campaign=campaign, stage="meeting", value=Decimal("900"))
    for stage, days in (("qualified", 1), ("rejected", 1), ("qualified", 9)):
        factories.ProspectFactory(campaign=campaign, stage=stage, decided_at=now - timedelta(days=days))
    factories.CostFactory(campaign=campaign, amount=Decimal("3"))
    with django_assert_max_num_queries(6):
        found = {kpi.name: kpi for kpi in today.kpis(manager, now)}
    assert (found["replies"].value, found["replies"].previous, found["replies"].change) == (10, 5, 1.0)
    assert (found["meetings"].value, found["pipeline"].value) == (1, 900)
    assert (found["qualification_rate"].value, found["qualification_rate"].change) == (0.5, -0.5)
    assert found["cost_per_qualified"].value == 3.0
    assert found["replies"].is_good
    assert len(found["replies"].spark) == 14


def test_figures_of_other_teams_do_not_count(stranger, campaign):
    factories.TallyFactory(campaign_id=campaign.pk, replied=6)
    found = {kpi.name: kpi for kpi in today.kpis(stranger, clock.now())}
    assert (found["replies"].value, found["replies"].change) == (0, None)


def test_a_dearer_lead_is_bad_news():
    assert today.Kpi("cost", "Cost", "money", 2.0, 1.0, [], is_better_up=False).is_good is False


def test_replies_come_before_hot_leads_before_tasks_before_quiet_deals(rep, django_assert_num_queries):
    now, own = clock.now(), {"owner": rep}
    quiet = factories.DealFactory(lead__owner=rep, stage_since=now - timedelta(days=9))
    task = factories.TaskFactory(**own, lead__owner=rep)
    hot = factories.LeadFactory(**own, last_engaged_at=now)
    card = Rule.objects.create(kind="scoring", name="Card", body={})
    LeadScore.objects.create(lead=hot, card=card, value=90)
    talk = factories.ConversationFactory(assignee=rep, waiting_since=now)
    with django_assert_num_queries(4):
        items = worklist.queue(rep, now)
    assert [item.row for item in items] == [talk, hot, task, quiet]
    assert worklist.counts(items) == {"reply": 1, "hot": 1, "step": 1, "quiet": 1}


def test_the_task_of_a_reply_is_not_shown_twice(rep):
    talk = factories.ConversationFactory(assignee=rep, waiting_since=clock.now())
    factories.TaskFactory(owner=rep, lead=talk.lead, conversation_id=talk.pk)
    assert [item.kind for item in worklist.queue(rep, clock.now())] == ["reply"]


def test_who_waits_longest_is_first_and_escalations_jump(rep):
    now = clock.now()
    short = factories.ConversationFactory(assignee=rep, waiting_since=now - timedelta(minutes=5))
    long = factories.ConversationFactory(assignee=rep, waiting_since=now - timedelta(hours=2))
    urgent = factories.ConversationFactory(assignee=rep, waiting_since=now, status="escalated")
    assert [item.row for item in worklist.queue(rep, now)] == [urgent, long, short]


def test_foreign_work_is_not_mine_but_a_managers_team_is(rep, manager, stranger, team):
    factories.ConversationFactory(assignee=rep, lead__team=team, waiting_since=clock.now())
    assert worklist.queue(stranger, clock.now(), scope="team") == []
    assert worklist.queue(manager, clock.now()) == []
    assert len(worklist.queue(manager, clock.now(), scope="team")) == 1


def test_a_task_for_next_week_waits(rep):
    factories.TaskFactory(owner=rep, due_at=clock.now() + timedelta(days=7))
    assert worklist.queue(rep, clock.now()) == []
