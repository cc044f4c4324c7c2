"""The campaigns' pages: who sees what, what a form says, what an act does and how it is taken back."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import AuditEntry, Campaign, CampaignStatus, PipelineRun, User
from campaigns.services import audit, estimates, pipeline
from leads.models import Segment
from tests.factories import CampaignFactory, CostFactory, ProspectFactory
from tests.pages import CAP, committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
PLAN = {
    "name": "Austin dental", "type": "outbound_sales", "vertical": "dental clinics", "location": "Austin",
    "prospect_count": "50", "budget": "10", "minimum_score": "60", "channels": "email",
    "audience_choice": "directory", "postal_address": "1 Congress Ave", "signature": "Maya",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _ground_floor_only(settings: Any) -> None:
    settings.PREFLIGHT_CHECKS = [path for path in settings.PREFLIGHT_CHECKS if path.startswith("campaigns.")]
    settings.CAMPAIGN_HOOKS = {}
    estimates.seed_prices()


@pytest.fixture
def campaign(manager: User) -> Campaign:
    return CampaignFactory(name="Austin dental", owner=manager, team=manager.team, status="active")


def test_a_visitor_is_asked_to_sign_in(client: Any) -> None:
    answer = client.get(url("campaigns:index"))
    assert (answer.status_code, "/accounts/login/" in answer.url) == (302, True)


def test_the_list_shows_the_team_s_campaigns_and_no_others(
    rep: User, stranger: User, campaign: Campaign
) -> None:
    assert "Austin dental" in text(signed_in(rep).get(url("campaigns:index")))
    assert "Austin dental" not in text(signed_in(stranger).get(url("campaigns:index")))


def test_the_list_filters_by_status_and_words(manager: User, campaign: Campaign) -> None:
    CampaignFactory(name="Boston physio", team=manager.team, status="draft")
    page = text(signed_in(manager).get(url("campaigns:index") + "?status=draft"))
    assert ("Boston physio" in page, "Austin dental" in page) == (True, False)
    assert "Boston physio" not in text(signed_in(manager).get(url("campaigns:index") + "?q=austin"))


def test_a_filter_nobody_knows_shows_everything(manager: User, campaign: Campaign) -> None:
    assert "Austin dental" in text(signed_in(manager).get(url("campaigns:index") + "?status=<nothing>"))


def test_the_estimate_of_fifty_prospects_is_5_42(manager: User) -> None:
    page = text(
        signed_in(manager).get(
            url("campaigns:estimate") + "?prospect_count=50", headers={"HX-Request": "true"}
        )
    )
    assert ("$5.42" in page, "Maps search" in page) == (True, True)


def test_the_estimate_says_by_how_much_the_budget_is_short(manager: User) -> None:
    query = "?prospect_count=50&budget=5"
    page = text(signed_in(manager).get(url("campaigns:estimate") + query, headers={"HX-Request": "true"}))
    assert "The budget is $0.42 short" in page


def test_a_planned_campaign_is_a_draft_of_its_planner(manager: User) -> None:
    answer = signed_in(manager).post(url("campaigns:deploy"), PLAN, follow=True)
    made = Campaign.objects.get()
    assert (made.status, made.owner, made.estimate) == (CampaignStatus.DRAFT, manager, Decimal("5.42"))
    assert (made.agent_config["signature"], "is planned" in text(answer)) == ("Maya", True)


def test_a_wrong_plan_keeps_what_was_typed_and_says_what_is_wrong(manager: User) -> None:
    answer = signed_in(manager).post(
        url("campaigns:deploy"), {**PLAN, "prospect_count": "0", "goal_kind": "replies"}
    )
    page = text(answer)
    assert (answer.status_code, Campaign.objects.count()) == (422, 0)
    assert 'value="Austin dental"' in page
    assert "Say how many, or choose no goal." in page
    assert "greater than or equal to 1" in page


def test_a_rep_cannot_plan_and_is_told_whom_to_ask(rep: User) -> None:
    answer = signed_in(rep).post(url("campaigns:deploy"), PLAN)
    assert (answer.status_code, Campaign.objects.count()) == (403, 0)
    assert "Managers and admins" in text(answer)


def test_a_rep_cannot_launch(rep: User, campaign: Campaign) -> None:
    answer = signed_in(rep).post(url("campaigns:launch", campaign.pk))
    assert (answer.status_code, PipelineRun.objects.count()) == (403, 0)


def test_a_foreign_campaign_looks_as_if_it_were_not_there(stranger: User, campaign: Campaign) -> None:
    client = signed_in(stranger)
    names = ("campaign", "settings", "runs_of", "costs_of", "messages", "progress")
    assert {client.get(url(f"campaigns:{name}", campaign.pk)).status_code for name in names} == {404}


def test_plans_and_money_are_not_shown_to_support(agent: User, campaign: Campaign) -> None:
    client = signed_in(agent)
    names = ("campaign", "settings", "runs_of", "costs_of", "messages", "progress")
    pages = [url(f"campaigns:{name}", campaign.pk) for name in names]
    lists = [url(f"campaigns:{name}") for name in ("index", "runs", "costs", "estimate")]
    assert {client.get(page).status_code for page in pages + lists} == {403}


def test_no_link_leads_support_to_a_page_that_is_closed_to_them(agent: User) -> None:
    page = text(signed_in(agent).get(url("leads:index")))
    closed = ("/campaigns/", "/sequences/", "/runs/", "/reports/", "/costs/", "/leads/import/", "/leads/new/")
    assert [link for link in closed if f'href="{link}"' in page] == []


def test_a_manager_of_another_team_cannot_pause_it(campaign: Campaign, stranger: User) -> None:
    User.objects.filter(pk=stranger.pk).update(role="manager")
    stranger.refresh_from_db()
    answer = signed_in(stranger).post(url("campaigns:move", campaign.pk, "pause"))
    campaign.refresh_from_db()
    assert (answer.status_code, campaign.status) == (404, CampaignStatus.ACTIVE)


def test_pausing_offers_undo_which_resumes(manager: User, campaign: Campaign) -> None:
    client = signed_in(manager)
    page = text(client.post(url("campaigns:move", campaign.pk, "pause"), follow=True))
    assert (url("campaigns:move", campaign.pk, "resume") in page, "is paused" in page) == (True, True)
    client.post(url("campaigns:move", campaign.pk, "resume"))
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.ACTIVE


def test_acts_need_a_post(manager: User, campaign: Campaign) -> None:
    assert signed_in(manager).get(url("campaigns:move", campaign.pk, "stop")).status_code == 405


def test_an_act_nobody_knows_is_not_found(manager: User, campaign: Campaign) -> None:
    assert signed_in(manager).post(url("campaigns:move", campaign.pk, "delete")).status_code == 404


def test_a_second_stop_says_why_it_is_refused(manager: User, campaign: Campaign) -> None:
    client = signed_in(manager)
    client.post(url("campaigns:move", campaign.pk, "stop"))
    assert "cannot be stopped" in text(client.post(url("campaigns:move", campaign.pk, "stop"), follow=True))


def test_an_act_goes_back_only_to_our_own_pages(manager: User, campaign: Campaign) -> None:
    elsewhere = {"next": "https://evil.example/"}
    answer = signed_in(manager).post(url("campaigns:move", campaign.pk, "pause"), elsewhere)
    assert answer.url == url("campaigns:campaign", campaign.pk)


def test_the_launch_page_lists_what_to_mend_with_a_link(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(status="draft", postal_address="", budget=1)
    page = text(signed_in(manager).get(url("campaigns:launch", campaign.pk)))
    assert "The budget is $4.42 short of the estimate." in page
    assert "Add the postal address" in page
    assert page.count(url("campaigns:edit", campaign.pk)) >= 2


def test_a_launch_without_postal_address_changes_nothing(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(status="draft", postal_address="")
    answer = signed_in(manager).post(url("campaigns:launch", campaign.pk), {"limit": "5"})
    campaign.refresh_from_db()
    assert (answer.status_code, campaign.status, PipelineRun.objects.count()) == (422, "draft", 0)
    assert "Not launched" in text(answer)


def test_a_canary_launch_queues_a_run_and_keeps_its_limit(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(status="draft")
    signed_in(manager).post(url("campaigns:launch", campaign.pk), {"limit": "5"})
    campaign.refresh_from_db()
    assert (campaign.status, campaign.send_limit, PipelineRun.objects.get().trigger) == (
        "active",
        5,
        "launch",
    )


def test_a_canary_is_released_with_one_press(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(send_limit=5)
    page = signed_in(manager).get(url("campaigns:campaign", campaign.pk))
    assert "Only the first 5" in text(page)
    signed_in(manager).post(url("campaigns:move", campaign.pk, "release"))
    campaign.refresh_from_db()
    assert campaign.send_limit is None


def test_a_second_run_is_refused_while_one_is_alive(manager: User, campaign: Campaign) -> None:
    client = signed_in(manager)
    client.post(url("campaigns:move", campaign.pk, "run"))
    page = text(client.post(url("campaigns:move", campaign.pk, "run"), follow=True))
    assert ("still going" in page, PipelineRun.objects.count()) == (True, 1)


def test_changing_a_plan_estimates_anew_and_writes_history(manager: User, campaign: Campaign) -> None:
    signed_in(manager).post(url("campaigns:edit", campaign.pk), {**PLAN, "prospect_count": "100"})
    campaign.refresh_from_db()
    assert (campaign.prospect_count, campaign.estimate) == (100, Decimal("10.84"))
    entry = audit.history(campaign).first()
    assert entry is not None
    assert (entry.verb, entry.after["prospect_count"], entry.actor) == ("change", 100, manager)
    assert "Change" in text(signed_in(manager).get(url("campaigns:settings", campaign.pk)))


def test_a_budget_below_what_is_spent_is_refused_under_its_field(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(spent=Decimal("20"))
    before = AuditEntry.objects.count()
    answer = signed_in(manager).post(url("campaigns:edit", campaign.pk), PLAN)
    assert (answer.status_code, AuditEntry.objects.count()) == (422, before)
    assert "$20.00 is already spent or held" in text(answer)


def test_a_stopped_campaign_keeps_its_plan(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(status="stopped")
    answer = signed_in(manager).post(url("campaigns:edit", campaign.pk), PLAN)
    assert (answer.status_code, "keeps its plan" in text(answer)) == (422, True)


def test_progress_polls_while_a_run_is_alive_and_stops_after(manager: User, campaign: Campaign) -> None:
    run = pipeline.enqueue(campaign)
    client = signed_in(manager)
    assert "every 2s" in text(client.get(url("campaigns:progress", campaign.pk)))
    client.post(url("campaigns:cancel", run.pk))
    assert "every 2s" not in text(client.get(url("campaigns:progress", campaign.pk)))


def test_the_page_of_a_run_follows_it_and_is_drawn_anew_at_its_end(manager: User, campaign: Campaign) -> None:
    run, client = pipeline.enqueue(campaign), signed_in(manager)
    poll = url("campaigns:run", run.pk) + "?live=1"
    shown = text(client.get(poll, headers={"HX-Request": "true"}))
    assert (poll in shown, "<html" in shown, "Harvest" in shown) == (True, False, True)
    client.post(url("campaigns:cancel", run.pk))
    assert client.get(poll, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert poll not in text(client.get(url("campaigns:run", run.pk)))


def test_a_run_shows_its_stages_and_a_foreign_one_is_hidden(
    manager: User, stranger: User, campaign: Campaign
) -> None:
    run = pipeline.enqueue(campaign)
    assert "Harvest" in text(signed_in(manager).get(url("campaigns:run", run.pk)))
    assert signed_in(stranger).get(url("campaigns:run", run.pk)).status_code == 404


def test_costs_add_up_and_open_to_their_rows(manager: User, campaign: Campaign) -> None:
    CostFactory.create_batch(
        3, campaign=campaign, provider="hunter", operation="email_finding", amount="0.10"
    )
    CostFactory(campaign=campaign, provider="llm", operation="lead_scoring", amount="0.05")
    client = signed_in(manager)
    assert "$0.35" in text(client.get(url("campaigns:costs")))
    page = text(client.get(url("campaigns:costs_of", campaign.pk) + "?provider=llm"))
    assert ("$0.05" in page, "email_finding" in page) == (True, False)


def test_a_stranger_sees_no_cost_of_ours(stranger: User, campaign: Campaign) -> None:
    CostFactory(campaign=campaign, provider="hunter")
    assert "hunter" not in text(signed_in(stranger).get(url("campaigns:costs")))


def test_a_long_ledger_is_paged_without_gap_or_double(manager: User, campaign: Campaign) -> None:
    CostFactory.create_batch(60, campaign=campaign)
    client = signed_in(manager)
    first = client.get(url("campaigns:costs")).context["page"]
    second = client.get(url("campaigns:costs") + f"?after={first.after}").context["page"]
    back = client.get(url("campaigns:costs") + f"?before={second.before}").context["page"]
    assert (len(first), len(second), second.after) == (50, 10, "")
    assert len({row.pk for row in [*first, *second]}) == 60
    assert [row.pk for row in back] == [row.pk for row in first]


def test_a_cursor_somebody_typed_starts_at_the_top(manager: User, campaign: Campaign) -> None:
    CostFactory(campaign=campaign)
    assert len(signed_in(manager).get(url("campaigns:costs") + "?after=abc").context["page"]) == 1


@pytest.mark.parametrize("name", ["campaigns:index", "campaigns:runs", "campaigns:costs"])
def test_a_list_needs_its_committed_number_of_queries(name: str, manager: User) -> None:
    for _ in range(3):
        campaign = CampaignFactory(team=manager.team, owner=manager)
        ProspectFactory(campaign=campaign)
        CostFactory(campaign=campaign)
        pipeline.enqueue(campaign)
    assert queries(manager, url(name)) == committed(name) <= CAP


@pytest.mark.parametrize("name", ["campaigns:runs_of", "campaigns:costs_of", "campaigns:campaign"])
def test_a_campaign_s_page_needs_its_committed_number_of_queries(name: str, manager: User) -> None:
    campaign = CampaignFactory(team=manager.team, owner=manager)
    CostFactory.create_batch(3, campaign=campaign)
    pipeline.enqueue(campaign)
    assert queries(manager, url(name, campaign.pk)) == committed(name) <= CAP + 2


def test_a_campaign_can_be_for_the_people_of_a_segment(manager: User) -> None:
    made = Segment.objects.create(name="Dental 70+", criteria={}, owner=manager)
    client = signed_in(manager)
    assert "Dental 70+" in text(client.get(url("campaigns:deploy")))
    client.post(url("campaigns:deploy"), {**PLAN, "vertical": "", "audience_choice": f"segment:{made.pk}"})
    campaign = Campaign.objects.get()
    assert (campaign.source, campaign.audience) == ("segment", {"segment": made.pk})
    assert f'value="segment:{made.pk}" selected' in text(client.get(url("campaigns:edit", campaign.pk)))


def test_a_manager_may_plan_up_to_the_limit_of_the_role(manager: User, admin: User) -> None:
    plan = {**PLAN, "budget": "10001"}
    answer = signed_in(manager).post(url("campaigns:deploy"), plan)
    assert (answer.status_code, "up to $10,000" in text(answer)) == (422, True)
    signed_in(admin).post(url("campaigns:deploy"), plan)
    assert Campaign.objects.get().budget == Decimal("10001")
