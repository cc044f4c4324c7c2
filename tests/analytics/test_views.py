"""Today, campaign panels, reports, deals and advice as people see and use them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics.models import Recommendation
from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, PipelineRun, StageRun, User
from conversations.models import Conversation
from tests import factories
from tests.pages import CAP, committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PANELS = (
    "campaign_kpis", "campaign_funnel", "campaign_budget", "campaign_costs", "campaign_variants",
    "campaign_sends",
    "campaign_recommendations",
)  # fmt: skip


@pytest.fixture
def campaign(manager: User) -> Campaign:
    return factories.CampaignFactory(name="Austin dental", owner=manager, team=manager.team)


@pytest.fixture
def waiting(rep: User, campaign: Campaign) -> Conversation:
    """A question of a customer who waits for ``rep``."""
    lead = factories.LeadFactory(first_name="Elena", last_name="Vasquez", owner=rep, team=rep.team)
    conversation = factories.ConversationFactory(
        lead=lead, campaign=campaign, assignee=rep, turns_count=1, waiting_since=clock.now(),
        last_line="And the price?",
    )  # fmt: skip
    factories.TurnFactory(conversation=conversation, body="And the price?", intent="question", certainty=0.94)
    return conversation


def advice(campaign: Campaign, **facts: Any) -> Recommendation:
    return factories.RecommendationFactory(campaign=campaign, **facts)


def test_today_opens_on_the_one_who_waits_with_an_answer_ready(rep: User, waiting: Conversation) -> None:
    page = text(signed_in(rep).get(url("analytics:today")))
    assert "Elena Vasquez" in page
    assert "And the price?" in page
    assert "94\u00a0% sure" in page
    assert "Suggested reply" in page
    assert f'action="{url("conversations:thread", waiting.pk)}"' in page


def test_today_s_answer_goes_out_from_the_first_card(rep: User, waiting: Conversation) -> None:
    factories.SenderFactory()
    client = signed_in(rep)
    sent = {"text": "Nine dollars a month.", "seen": "1", "next": "/"}
    answer = client.post(url("conversations:thread", waiting.pk), sent)
    assert (answer.status_code, answer.url) == (302, "/")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.last_line) == ("waiting", "Nine dollars a month.")
    page = text(client.get("/"))
    assert "leaves in ten seconds" in page
    assert f'action="{url("conversations:undo", waiting.turns.last().pk)}"' in page


def test_an_empty_day_teaches_where_work_comes_from(rep: User) -> None:
    page = text(signed_in(rep).get(url("analytics:today")))
    assert "Queue is clear" in page
    assert "/campaigns/" in page


def test_a_manager_sees_the_team_s_queue_and_can_narrow_it(manager: User, waiting: Conversation) -> None:
    client = signed_in(manager)
    assert "Elena Vasquez" in text(client.get(url("analytics:today")))
    assert "Elena Vasquez" not in text(client.get(url("analytics:today") + "?scope=mine"))


def test_what_is_snoozed_leaves_the_queue_until_its_time(rep: User, waiting: Conversation) -> None:
    client = signed_in(rep)
    client.post(url("conversations:snooze", waiting.pk), {"for": "day", "next": "/"})
    assert "Elena Vasquez" not in text(client.get("/?scope=mine")).partition('id="toasts"')[0]
    with clock.at(clock.now() + timedelta(hours=25)):
        assert "Elena Vasquez" in text(client.get("/?scope=mine"))


def test_the_queue_shows_one_thing_at_a_time(rep: User, waiting: Conversation) -> None:
    factories.TaskFactory(owner=rep, title="Call Marcus", kind="call")
    client = signed_in(rep)
    first, second = (text(client.get(url("analytics:queue") + f"?at={at}")) for at in (0, 1))
    assert ("1 of 2" in first, "Call Marcus" in first) == (True, False)
    assert "Call Marcus" in second
    assert "2 of 2" in text(client.get(url("analytics:queue") + "?at=99"))


def test_a_kind_can_be_looked_at_alone(rep: User, waiting: Conversation) -> None:
    factories.TaskFactory(owner=rep, title="Call Marcus", kind="call")
    page = text(signed_in(rep).get(url("analytics:today") + "?show=step"))
    assert ("Call Marcus" in page, "And the price?" in page) == (True, False)


def test_figures_of_the_day_say_how_they_changed(manager: User, campaign: Campaign) -> None:
    today = clock.now().date()
    factories.TallyFactory(campaign_id=campaign.pk, day=today, replied=6)
    factories.TallyFactory(campaign_id=campaign.pk, day=today - timedelta(days=9), replied=3)
    page = text(signed_in(manager).get(url("analytics:today_kpis"), headers=HTMX))
    assert "Replies, 7 days" in page
    assert "100\u00a0%" in page


def test_the_side_shows_advice_alerts_and_runs(manager: User, campaign: Campaign) -> None:
    advice(campaign, title="Review the cost")
    factories.CampaignFactory(
        name="Slow one", status="paused", team=manager.team, status_reason="negative return"
    )
    run = PipelineRun.objects.create(campaign=campaign, status="running")
    StageRun.objects.create(run=run, name="score", position=1, status="running", total=100, done=64)
    page = text(signed_in(manager).get(url("analytics:today_side"), headers=HTMX))
    assert all(
        word in page for word in ("Review the cost", "Slow one is paused", "negative return", "64 of 100")
    )


def test_bounces_and_failed_runs_raise_the_alarm(manager: User, campaign: Campaign) -> None:
    sender = factories.SenderFactory(email="sales@tired.example")
    factories.MessageFactory.create_batch(4, campaign=campaign, sender=sender, status="bounced")
    PipelineRun.objects.create(
        campaign=campaign, status="failed", finished_at=clock.now(), error="Traceback\nLimit reached"
    )
    page = text(signed_in(manager).get(url("analytics:today_side"), headers=HTMX))
    assert "Bounces up on sales@tired.example" in page
    assert "Limit reached" in page


def test_the_running_card_polls_only_itself(manager: User, campaign: Campaign) -> None:
    PipelineRun.objects.create(campaign=campaign)
    page = text(signed_in(manager).get(url("analytics:today_running"), headers=HTMX))
    assert "Waiting for a worker" in page
    assert "every 3s" in page


def test_an_agent_s_day_has_no_money_in_it(agent: User, campaign: Campaign) -> None:
    client = signed_in(agent)
    page = text(client.get(url("analytics:today")))
    assert url("analytics:today_kpis") not in page
    assert client.get(url("analytics:today_kpis")).status_code == 403
    assert client.get(url("analytics:today_side"), headers=HTMX).status_code == 403
    assert "/inbox/?view=unassigned" in page


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_a_fragment_and_a_page(name: str, manager: User, campaign: Campaign) -> None:
    client = signed_in(manager)
    fragment = text(client.get(url(f"analytics:{name}", campaign.pk), headers=HTMX))
    page = text(client.get(url(f"analytics:{name}", campaign.pk)))
    assert "<html" not in fragment
    assert "<html" in page
    assert campaign.name in page


@pytest.mark.parametrize("name", PANELS)
def test_a_foreign_campaign_s_panel_is_not_there(
    name: str, stranger: User, agent: User, campaign: Campaign
) -> None:
    address = url(f"analytics:{name}", campaign.pk)
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(agent).get(address).status_code == 403


def test_the_funnel_tells_people_or_what_each_cost(manager: User, campaign: Campaign) -> None:
    for stage in ("rejected", "contacted", "won"):
        factories.ProspectFactory(campaign=campaign, stage=stage, scored_at=clock.now())
    factories.CostFactory(campaign=campaign, amount=Decimal("6"))
    client, address = signed_in(manager), url("analytics:campaign_funnel", campaign.pk)
    assert "1 rejected" in text(client.get(address, headers=HTMX))
    assert "$3.00 each" in text(client.get(address + "?by=cost", headers=HTMX))


def test_a_figure_opens_the_rows_behind_it(manager: User, campaign: Campaign) -> None:
    page = text(signed_in(manager).get(url("analytics:campaign_kpis", campaign.pk), headers=HTMX))
    assert f'href="{url("campaigns:costs_of", campaign.pk)}"' in page
    assert f"{url('leads:campaign', campaign.pk)}?stage=qualified" in page


def test_variants_admit_that_nothing_is_settled(manager: User, campaign: Campaign) -> None:
    step = factories.StepFactory()
    for tone, replied in (("direct", 3), ("friendly", 2)):
        variant = factories.VariantFactory(step=step, tone=tone)
        factories.TallyFactory(
            campaign_id=campaign.pk, step_id=step.pk, variant_id=variant.pk, sent=20, replied=replied
        )
    page = text(signed_in(manager).get(url("analytics:campaign_variants", campaign.pk), headers=HTMX))
    assert "Not settled yet" in page
    assert "3 of 20" in page


def test_a_manager_pauses_a_campaign_by_approving_and_takes_it_back(
    manager: User, campaign: Campaign
) -> None:
    item, client = advice(campaign, action="PAUSE", priority="critical"), signed_in(manager)
    page = text(client.post(url("analytics:decide", item.pk, "approve"), follow=True))
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.PAUSED
    assert f'action="{url("analytics:decide", item.pk, "undo")}"' in page
    client.post(url("analytics:decide", item.pk, "undo"))
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.ACTIVE


def test_advice_can_be_dismissed_but_only_once(manager: User, campaign: Campaign) -> None:
    item, client = advice(campaign), signed_in(manager)
    client.post(url("analytics:decide", item.pk, "dismiss"), {"reason": "known"})
    again = client.post(url("analytics:decide", item.pk, "approve"), follow=True)
    item.refresh_from_db()
    assert item.status == "dismissed"
    assert "nothing was changed" in text(again)


def test_a_rep_reads_advice_but_may_not_approve_it(rep: User, campaign: Campaign) -> None:
    item, client = advice(campaign, action="PAUSE"), signed_in(rep)
    refused = client.post(url("analytics:decide", item.pk, "approve"))
    assert (refused.status_code, "Managers and admins decide" in text(refused)) == (403, True)
    assert url("analytics:decide", item.pk, "approve") not in text(client.get(url("analytics:why", item.pk)))
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.ACTIVE


def test_why_shows_evidence_and_who_decided(manager: User, stranger: User, campaign: Campaign) -> None:
    item = advice(campaign, evidence={"metric": "roi", "seen": -38.0}, sample_size=120, certainty=0.94)
    signed_in(manager).post(url("analytics:decide", item.pk, "dismiss"), {"reason": "a test week"})
    page = text(signed_in(manager).get(url("analytics:why", item.pk)))
    assert all(word in page for word in ("120 in the sample", "-38", "a test week"))
    assert signed_in(stranger).get(url("analytics:why", item.pk)).status_code == 404


def test_reports_compare_all_campaigns_with_verdicts(
    manager: User, analyst: User, campaign: Campaign
) -> None:
    factories.ProspectFactory(campaign=campaign, stage="qualified")
    factories.CostFactory(campaign=campaign, amount=Decimal("50"))
    page = text(signed_in(analyst).get(url("analytics:reports")))
    assert "Austin dental" in page
    assert "Poor" in page
    assert "$50.00" in page


def test_no_campaign_no_report_but_a_hint(manager: User) -> None:
    assert "Nothing to report yet" in text(signed_in(manager).get(url("analytics:reports")))


@pytest.mark.parametrize("kind", ["full", "cost", "lead", "outreach"])
def test_a_report_shows_figures_with_ratings_and_limits(kind: str, manager: User, campaign: Campaign) -> None:
    factories.ProspectFactory.create_batch(2, campaign=campaign, stage="qualified")
    factories.CostFactory(campaign=campaign, amount=Decimal("50"))
    client = signed_in(manager)
    page = text(client.get(url("analytics:report", campaign.pk) + f"?type={kind}"))
    assert ("at most $20.00" in page) == (kind in ("full", "cost"))
    assert ("Qualification rate" in page) == (kind in ("full", "lead"))
    assert client.get(url("analytics:campaign_report", campaign.pk) + f"?type={kind}").status_code == 200


def test_page_csv_and_json_of_a_report_carry_the_same_figures(manager: User, campaign: Campaign) -> None:
    factories.CostFactory(campaign=campaign, amount=Decimal("41.80"))
    client = signed_in(manager)
    page = text(client.get(url("analytics:report", campaign.pk) + "?type=cost"))
    sheet = client.get(url("analytics:export", campaign.pk, "csv") + "?type=cost")
    plain = client.get(url("analytics:export", campaign.pk, "json") + "?type=cost").json()
    assert "$41.80" in page
    assert "41.80" in text(sheet)
    assert plain["metrics"]["cost"] == "41.80"
    assert "attachment" in sheet["Content-Disposition"]


def test_a_report_type_or_format_nobody_knows_is_not_there(manager: User, campaign: Campaign) -> None:
    client = signed_in(manager)
    assert client.get(url("analytics:report", campaign.pk) + "?type=astrology").status_code == 404
    assert client.get(url("analytics:export", campaign.pk, "xlsx")).status_code == 404
    assert client.get(url("analytics:export_all", "xlsx")).status_code == 404


def test_reports_keep_foreign_teams_and_agents_out(stranger: User, agent: User, campaign: Campaign) -> None:
    for name, args in (("report", []), ("campaign_report", []), ("export", ["csv"])):
        address = url(f"analytics:{name}", campaign.pk, *args)
        assert signed_in(stranger).get(address).status_code == 404
        assert signed_in(agent).get(address).status_code == 403
    assert "Austin dental" not in text(signed_in(stranger).get(url("analytics:reports")))
    assert "Austin dental" not in text(signed_in(stranger).get(url("analytics:export_all", "csv")))


def test_deals_list_the_rows_behind_a_figure(rep: User, stranger: User, campaign: Campaign) -> None:
    lead = factories.LeadFactory(owner=rep, team=rep.team)
    factories.DealFactory(lead=lead, campaign=campaign, name="Chairs", stage="won", value=Decimal("700"))
    factories.DealFactory(lead=lead, campaign=campaign, name="Screens", stage="meeting")
    address = url("analytics:deals") + f"?campaign={campaign.pk}&stage=won"
    page = text(signed_in(rep).get(address))
    assert ("Chairs" in page, "Screens" in page, "$700" in page) == (True, False, True)
    assert signed_in(stranger).get(address).status_code == 404


def test_a_lead_s_panel_says_what_to_do_next(rep: User, stranger: User, waiting: Conversation) -> None:
    client = signed_in(rep)
    factories.DealFactory(lead=waiting.lead, campaign=waiting.campaign, value=Decimal("500"))
    page = text(client.get(url("analytics:lead_profile_panel", waiting.lead_id), headers=HTMX))
    assert "Answer them" in page
    assert url("conversations:thread", waiting.pk) in page
    assert "$500" in page
    assert signed_in(stranger).get(url("analytics:lead_profile_panel", waiting.lead_id)).status_code == 404


def test_markup_in_a_name_stays_text(rep: User, waiting: Conversation) -> None:
    waiting.lead.first_name = "<script>alert(1)</script>"
    waiting.lead.save()
    page = text(signed_in(rep).get(url("analytics:today")))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("name", ["today", "reports", "deals"])
def test_a_page_needs_its_committed_number_of_queries(
    name: str, manager: User, campaign: Campaign, waiting: Conversation
) -> None:
    lead = waiting.lead
    factories.DealFactory(lead=lead, campaign=campaign)
    factories.TaskFactory.create_batch(3, owner=manager, lead=lead)
    factories.CampaignFactory.create_batch(3, team=manager.team)
    wanted = committed(f"analytics:{name}")
    assert queries(manager, url(f"analytics:{name}")) == wanted <= CAP
