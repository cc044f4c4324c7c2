"""Bad days of providers: the campaign says so in words, keeps what it got, pays only what was billed."""
# ruff: noqa: F811

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import AuditEntry, Campaign, CampaignStatus, Cost, Hold, PipelineRun, StageRun
from campaigns.services import pipeline
from campaigns.services.ledger import BudgetExceeded
from leads.models import Company, Lead, Prospect, ProviderOrder, ProviderState, Suppression
from leads.providers.sandbox import world
from leads.providers.sandbox.core import Sandbox
from leads.services import harvest
from leads.services.harvesting import drain, states
from tests.factories import CompanyFactory, LeadFactory, UserFactory
from tests.leads.sandboxes import plan, run, sandbox, server  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
MATCH = "/people/bulk_match"
PAID = {
    "apollo": MATCH,
    "hunter": "/domain-search",
    "dropcontact": "/enrich/all",
    "outscraper": "/google-maps",
}


def people(campaign: Campaign) -> int:
    return Prospect.objects.filter(campaign=campaign).count()


def assert_paid(provider: str, box: Sandbox) -> None:
    """Our ledger has the units that the provider's own book has, and nothing is held."""
    units = sum((cost.units for cost in Cost.objects.filter(provider=provider)), Decimal(0))
    assert units == box.book.billed(provider)
    assert not Hold.objects.filter(closed_at=None).exists()
    assert not Campaign.objects.exclude(held=0).exists()


def calls(box: Sandbox, path: str) -> list[dict[str, Any]]:
    return [row for row in box.book.calls() if row["path"].endswith(path)]


def prepare(source: str, box: Sandbox, count: int) -> Campaign:
    """Return a campaign of a source with whatever the source starts from."""
    for number, company in enumerate(world.settle(box.book, "dental", "Austin, TX", 0, count)):
        if source == "hunter":
            CompanyFactory(name=company.name, domain=company.domain, industry="dental", city="Austin")
        if source == "dropcontact":
            LeadFactory(email="", email_status="unknown", industry="dental", external_id=f"crm-{number}")
    return plan(source, count)


def test_14_a_429_is_waited_out_as_long_as_it_says_and_costs_no_attempt(sandbox: Sandbox) -> None:
    campaign = plan("apollo", 20)
    sandbox.fail("apollo", "slow", path=MATCH, times=3, retry_after=90)
    now = clock.now()
    with clock.at(now):
        report = harvest.stage(campaign, limit=20, now=now)
    assert (report.done, report.stop) == (0, "")
    assert report.due_at >= now + timedelta(seconds=90)
    assert "slow down" in report.note
    assert not Hold.objects.filter(closed_at=None).exists()
    asked = len(sandbox.book.calls())
    with clock.at(now + timedelta(seconds=89)):
        harvest.stage(campaign, limit=20, now=now)
    assert len(sandbox.book.calls()) == asked
    run(campaign)
    assert people(campaign) == 20
    assert not ProviderOrder.objects.filter(status="failed").exists()
    assert_paid("apollo", sandbox)


def test_15_a_500_before_accept_is_tried_again_and_each_is_accepted_once(sandbox: Sandbox) -> None:
    campaign = plan("apollo", 30)
    sandbox.fail("apollo", "500", path=MATCH, times=4)
    run(campaign)
    assert people(campaign) == 30
    billed = [row["asked"] for row in calls(sandbox, MATCH) if Decimal(row["units"])]
    assert len(billed) == len(set(billed))
    assert_paid("apollo", sandbox)


def test_15_an_order_that_always_breaks_is_failed_and_visible_and_the_others_go_on(sandbox: Sandbox) -> None:
    campaign = prepare("hunter", sandbox, 8)
    Campaign.objects.filter(pk=campaign.pk).update(prospect_count=40)
    campaign.refresh_from_db()
    poison = Company.objects.earliest("pk").domain
    sandbox.turn(poison=poison)
    run(campaign)
    order = ProviderOrder.objects.get(status="failed")
    assert (order.request["ask"]["domain"], order.request["errors"]) == (poison, 6)
    assert "trouble" in order.error
    assert people(campaign) >= 12
    assert_paid("hunter", sandbox)


@pytest.mark.parametrize("source", ["apollo", "hunter"])
@pytest.mark.parametrize("fault", ["cut", "garbage", "html", "types"])
def test_16_what_was_billed_and_lost_is_booked_and_never_asked_again(
    source: str, fault: str, sandbox: Sandbox
) -> None:
    campaign = prepare(source, sandbox, 20)
    path = MATCH if source == "apollo" else "/domain-search"
    sandbox.fail(source, fault, path=path, times=1)
    run(campaign)
    billed = [row["asked"] for row in calls(sandbox, path) if Decimal(row["units"])]
    assert len(billed) == len(set(billed))
    lost = ProviderOrder.objects.filter(status="failed").first()
    assert lost is not None
    assert "paid twice" in lost.error
    assert people(campaign) >= 18
    assert_paid(source, sandbox)


def test_16_a_call_that_was_cut_before_it_was_billed_is_asked_again(sandbox: Sandbox) -> None:
    campaign = plan("apollo", 10)
    sandbox.turn(misses=100)  # nobody is found, so nothing is billed
    sandbox.fail("apollo", "cut", path=MATCH)
    now = clock.now()
    with clock.at(now):
        harvest.stage(campaign, limit=10, now=now)
    order = ProviderOrder.objects.filter(operation="people_match").earliest("pk")
    assert (order.status, order.request["errors"]) == ("asking", 1)
    assert "sent" not in order.request


def test_17_of_a_partial_batch_the_good_are_kept_and_the_misses_cost_nothing(sandbox: Sandbox) -> None:
    sandbox.turn(misses=30)
    campaign = plan("apollo", 50)
    run(campaign)
    assert people(campaign) == 50
    assert sum(cost.units for cost in Cost.objects.all()) < Decimal(60)
    assert_paid("apollo", sandbox)


def test_18_a_dead_provider_is_probed_every_30_seconds_with_one_alert(sandbox: Sandbox) -> None:
    campaign = plan("apollo", 20)
    sandbox.fail("apollo", "500", times=10_000)
    now, end = clock.now(), clock.now() + timedelta(hours=1)
    asked: list[int] = []
    while now < end:
        with clock.at(now):
            report = harvest.stage(campaign, limit=20, now=now)
        asked.append(len(sandbox.book.calls()))
        now = max(now + timedelta(seconds=1), report.due_at or now)
    probes = asked[-1] - states.ENOUGH
    assert 100 <= probes <= 121
    assert "every 30 seconds" in ProviderState.objects.get(name="apollo").reason
    assert AuditEntry.objects.filter(object_type="leads.providerstate").count() == 1
    sandbox.book.put("knob", "faults", [])
    with clock.at(now + timedelta(minutes=1)):
        run(campaign)
    assert people(campaign) == 20
    assert ProviderState.objects.get(name="apollo").status == "ok"


def test_18_two_workers_share_one_probe(sandbox: Sandbox) -> None:
    states.slow_down("apollo", "Slow.", 1)
    sandbox.fail("apollo", "500", times=100)
    later = clock.now() + timedelta(seconds=5)
    with clock.at(later):
        assert [states.gate("apollo", later) is None for _ in range(4)] == [False] * 4
    assert len(sandbox.book.calls()) == 1


@pytest.mark.parametrize("source", ["apollo", "hunter", "dropcontact", "outscraper"])
def test_out_of_credits_the_stage_ends_in_words_and_keeps_what_it_got(source: str, sandbox: Sandbox) -> None:
    campaign = prepare(source, sandbox, 30)
    sandbox.fail(source, "quota", path=PAID[source])
    report = run(campaign)
    assert "Kept what came: 0 of 30 people." in report.stop
    assert ProviderState.objects.get(name=source).status == "resting"
    states.resume(source, UserFactory(role="admin"))
    run(campaign)
    assert people(campaign) >= 20
    assert_paid(source, sandbox)


def test_credits_that_end_half_way_keep_the_people_of_the_first_half(sandbox: Sandbox) -> None:
    sandbox.turn(credits_apollo=25)
    campaign = plan("apollo", 60)
    report = run(campaign)
    assert "no credits left" in report.stop
    assert 15 <= people(campaign) <= 25
    assert_paid("apollo", sandbox)


@pytest.mark.parametrize("source", ["apollo", "hunter", "dropcontact", "outscraper"])
def test_a_refused_key_stops_the_provider_until_a_person_looks(source: str, sandbox: Sandbox) -> None:
    campaign = prepare(source, sandbox, 30)
    sandbox.fail(source, "key", times=2)
    assert "Kept what came" in run(campaign).stop
    asked = len(sandbox.book.calls())
    with clock.at(clock.now() + timedelta(days=3)):
        assert run(campaign).stop
    assert len(sandbox.book.calls()) == asked
    assert ProviderState.objects.get(name=source).status == "stopped"


@pytest.mark.parametrize("source", ["apollo", "hunter", "dropcontact", "outscraper"])
def test_nothing_a_provider_says_breaks_the_run(source: str, sandbox: Sandbox) -> None:
    for fault in ("503html", "cut", "garbage", "html", "types", "slow"):
        campaign = prepare(source, sandbox, 5)
        sandbox.fail(source, fault, times=2)
        report = run(campaign)
        assert report.note or report.stop or people(campaign) >= 4, fault
        for minutes in (1, 5, 20):  # what is not clear yet is cleared up without a run
            with clock.at(clock.now() + timedelta(minutes=minutes)):
                drain.drain(clock.now())
        assert not Hold.objects.filter(closed_at=None).exists()
        for order in ProviderOrder.objects.filter(status__in=["failed", "expired"]):
            assert order.error
        Company.objects.all().delete()
        Lead.objects.all().delete()
        states.resume(source, UserFactory(role="admin"))


def test_a_domain_under_the_law_is_suppressed_and_costs_nothing(sandbox: Sandbox) -> None:
    CompanyFactory(domain="private-clinic.example", industry="dental", city="Austin")
    campaign = plan("hunter", 5)
    run(campaign)
    assert Suppression.objects.filter(level="domain", value="private-clinic.example").exists()
    assert not Cost.objects.exists()


def test_who_wants_no_contact_is_suppressed_with_the_evidence(sandbox: Sandbox) -> None:
    campaign = prepare("dropcontact", sandbox, 5)
    quiet = next(f"Quiet{n}" for n in count() if 10 <= world.dice(f"ElenaQuiet{n}closed.example") < 13)
    closed = CompanyFactory(name="Closed", domain="closed.example", industry="dental")
    LeadFactory(email="", email_status="unknown", industry="dental", last_name=quiet, company=closed)
    Campaign.objects.filter(pk=campaign.pk).update(prospect_count=6)
    campaign.refresh_from_db()
    run(campaign)
    stopped = Suppression.objects.filter(level="person", reason="asked not to be contacted")
    assert stopped.exists()
    assert all("Dropcontact, order" in one.evidence for one in stopped)
    names = [one.value.removeprefix("lead:") for one in stopped]
    assert not Lead.objects.filter(pk__in=names).exclude(email="").exists()
    assert not Prospect.objects.filter(lead_id__in=names).exists()


def test_a_result_that_never_comes_ends_at_the_deadline(sandbox: Sandbox) -> None:
    sandbox.turn(polls=100_000)
    campaign = plan("outscraper", 20)
    report = run(campaign, rounds=2000)
    order = ProviderOrder.objects.get()
    assert (order.status, people(campaign)) == ("expired", 0)
    assert "no result in time" in report.note
    assert_paid("outscraper", sandbox)


def test_a_search_that_failed_over_there_says_so(sandbox: Sandbox) -> None:
    sandbox.turn(failure=1)
    assert "could not do this search" in run(plan("outscraper", 20)).note


def test_an_error_inside_a_200_is_an_error(sandbox: Sandbox) -> None:
    sandbox.turn(error200=1)
    assert "Something went wrong on our side" in run(plan("outscraper", 20)).note


def test_the_budget_is_a_wall_for_orders_too(sandbox: Sandbox) -> None:
    campaign = plan("apollo", 100, budget=Decimal("0.60"))
    with pytest.raises(BudgetExceeded):
        run(campaign)
    campaign.refresh_from_db()
    assert 20 <= people(campaign) <= 24
    assert campaign.spent <= campaign.budget
    assert_paid("apollo", sandbox)


def test_the_second_campaign_is_served_from_memory(sandbox: Sandbox) -> None:
    run(plan("apollo", 50))
    billed = sandbox.book.billed("apollo")
    twin = plan("apollo", 50)
    run(twin)
    assert people(twin) == 50
    assert sandbox.book.billed("apollo") == billed
    twin.refresh_from_db()
    assert twin.spent == 0
    assert ProviderState.objects.get(name="apollo").cache_hits >= 6


def test_a_run_waits_for_a_job_and_goes_on_where_it_was(sandbox: Sandbox) -> None:
    campaign = plan("outscraper", 20, status=CampaignStatus.ACTIVE)
    run_row = pipeline.enqueue(campaign, only="harvest")
    pipeline.run_now(run_row)
    assert run_row.status == "queued"
    assert StageRun.objects.get(run=run_row).note == "Waiting for Outscraper."
    now = clock.now()
    for _ in range(30):
        run_row = PipelineRun.objects.get(pk=run_row.pk)
        if run_row.status == "done":
            break
        now = max(now, run_row.due_at) + timedelta(seconds=1)
        with clock.at(now):
            pipeline.drain(now)
    assert (run_row.status, people(campaign)) == ("done", 20)
