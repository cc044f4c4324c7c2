"""Tasks, deals, prospects and the timeline: what people and the machine do with leads."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns import clock
from campaigns.models import Revenue
from leads.models import Activity, Deal, Lifecycle, Prospect
from leads.services import deals, prospects, timeline
from leads.services.deals import DealRefused
from leads.services.known import todo
from leads.services.timeline import Entry
from tests.factories import CampaignFactory, DealFactory, LeadFactory, ProspectFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_task_with_a_key_is_asked_for_once() -> None:
    lead = LeadFactory()
    first = todo.add_task(lead.pk, "Call back", key="call:1")
    assert todo.add_task(lead.pk, "Call back again", key="call:1") == first
    assert todo.add_task(lead.pk, "Another") != first


def test_a_task_is_ticked_off_once_and_can_be_reopened() -> None:
    boss, task = UserFactory(), todo.add_task(LeadFactory().pk, "Call back")
    assert todo.complete(task, boss)
    assert not todo.complete(task, boss)
    assert Activity.objects.get(kind="task_done").actor == boss
    assert todo.reopen(task, boss)
    assert todo.snooze(task, clock.now() + timedelta(days=1))
    assert todo.cancel(task, boss)


def test_a_deal_is_open_once_per_person_and_campaign_and_graduates_the_prospect() -> None:
    prospect = ProspectFactory(stage="replied")
    deal = deals.open_deal(prospect.lead, prospect.campaign, Decimal(500), None)
    assert deals.open_deal(prospect.lead, prospect.campaign, Decimal(900), None) == deal
    prospect.refresh_from_db()
    prospect.lead.refresh_from_db()
    assert (prospect.stage, prospect.lead.lifecycle) == ("graduated", Lifecycle.OPPORTUNITY)


def test_a_won_deal_books_its_money_once() -> None:
    prospect = ProspectFactory(stage="graduated")
    deal = DealFactory(lead=prospect.lead, campaign=prospect.campaign)
    deals.win(deal, value=Decimal("750"))
    with pytest.raises(DealRefused, match="closed already"):
        deals.win(deal)
    assert Revenue.objects.get().amount == Decimal("750")
    assert Prospect.objects.get().stage == "won"
    prospect.lead.refresh_from_db()
    assert prospect.lead.lifecycle == Lifecycle.CUSTOMER


def test_a_deal_is_lost_with_a_reason_or_not_at_all() -> None:
    deal = DealFactory()
    with pytest.raises(DealRefused):
        deals.lose(deal, " ")
    with pytest.raises(DealRefused):
        deals.move(deal, "lost")
    deals.move(deal, "proposal")
    assert deals.lose(deal, "No budget").stage == "lost"
    assert Deal.objects.get().lost_reason == "No budget"


def test_prospects_move_forward_only() -> None:
    prospect = ProspectFactory(stage="contacted")
    assert prospects.advance([prospect.pk], "routed", from_=["qualified"]) == 0
    assert prospects.mark_replied(prospect.campaign_id, prospect.lead_id, clock.now())
    assert not prospects.mark_replied(prospect.campaign_id, prospect.lead_id, clock.now())
    assert prospects.advance([prospect.pk], "contacted", from_=["routed"]) == 0
    prospect.refresh_from_db()
    assert prospect.stage == "replied"


def test_a_person_is_a_prospect_of_a_campaign_once() -> None:
    campaign, lead = CampaignFactory(), LeadFactory()
    assert prospects.enroll(campaign.pk, [lead.pk], clock.now()) == 1
    assert prospects.enroll(campaign.pk, [lead.pk], clock.now()) == 0


def test_the_timeline_takes_a_repeated_report_once() -> None:
    lead = LeadFactory()
    entries = [Entry(lead.pk, "opened", "Opened a mail", "email", key="event:1") for _ in range(2)]
    assert timeline.record_many(entries) == 1
    assert timeline.record_many(entries) == 0
    assert timeline.record_many([Entry(lead.pk, "note", "x"), Entry(lead.pk, "note", "x")]) == 2
