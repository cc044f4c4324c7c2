"""Acts on people we know: the price first, the budget checked, the answer through the one door."""
# ruff: noqa: F811

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from campaigns import clock
from campaigns.models import Cost, Price, User
from campaigns.services import estimates, pricelists
from leads.models import Activity, Lead, ProviderOrder, ProviderState
from leads.providers.sandbox.core import Sandbox
from leads.services.harvesting import acts, board, drain, offers, states
from tests.clients import as_person
from tests.factories import CompanyFactory, LeadFactory, ProspectFactory
from tests.leads.sandboxes import plan, run, sandbox, server  # noqa: F401 - fixtures
from tests.pages import committed, queries, url

pytestmark = pytest.mark.django_db


def work_off(minutes: int = 10) -> None:
    """Let the drain run for some minutes."""
    start = clock.now()
    for second in range(0, minutes * 60, 20):
        with clock.at(start + timedelta(seconds=second)):
            drain.drain(clock.now())


def nobody_at(domain: str = "clinic.example", **facts: Any) -> Lead:
    company = CompanyFactory(name="Clinic", domain=domain)
    return LeadFactory(first_name="Ann", last_name="Lee", email="", email_key="", email_status="unknown",
                       company=company, phone="+447700900001", **facts)  # fmt: skip


def test_an_address_is_found_for_its_price_and_told_on_the_timeline(sandbox: Sandbox, admin: User) -> None:
    lead = nobody_at()
    offer = offers.of(lead, clock.now())[0]
    assert (offer.label, offer.price) == ("Find address", Decimal("0.1"))
    assert "$0.10 per address" in offer.words
    acts.ask(lead, "address", admin, clock.now())
    acts.ask(lead, "address", admin, clock.now())
    work_off()
    lead.refresh_from_db()
    assert (lead.email, lead.email_status) == ("ann.lee@clinic.example", "valid")
    assert (Lead.objects.count(), ProviderOrder.objects.count()) == (1, 1)
    cost = Cost.objects.get()
    assert (cost.amount, cost.lead_id, cost.campaign_id) == (Decimal("0.1"), lead.pk, None)
    assert Activity.objects.filter(lead=lead, kind="enriched").count() == 1


def test_without_a_domain_dropcontact_is_asked(sandbox: Sandbox, admin: User) -> None:
    lead = nobody_at("")
    acts.ask(lead, "address", admin, clock.now())
    work_off()
    lead.refresh_from_db()
    assert lead.email
    assert Cost.objects.get().provider == "dropcontact"


def test_a_running_campaign_of_the_person_pays(sandbox: Sandbox, admin: User) -> None:
    campaign, lead = plan("directory"), nobody_at()
    ProspectFactory(campaign=campaign, lead=lead)
    acts.ask(lead, "address", admin, clock.now())
    work_off()
    campaign.refresh_from_db()
    assert (campaign.spent, campaign.held) == (Decimal("0.1"), 0)


def test_the_house_has_a_limit_a_month(sandbox: Sandbox, admin: User, settings: Any) -> None:
    settings.LEAD_ACTS_MONTHLY_LIMIT = Decimal("0.15")
    acts.ask(nobody_at(), "address", admin, clock.now())
    work_off()
    with pytest.raises(acts.ActRefused, match="used up"):
        acts.ask(nobody_at("other.example"), "address", admin, clock.now())


def test_an_address_is_checked(sandbox: Sandbox, admin: User) -> None:
    sandbox.turn(verifying=2)
    lead = LeadFactory(email="ann@clinic.example", email_status="unknown")
    acts.ask(lead, "check", admin, clock.now())
    work_off()
    lead.refresh_from_db()
    assert lead.email_status in ("valid", "risky", "invalid")
    assert sandbox.book.billed("hunter") == 1 == Cost.objects.get().units


def test_somebody_under_the_law_is_suppressed_instead(sandbox: Sandbox, admin: User) -> None:
    lead = nobody_at("private-clinic.example")
    acts.ask(lead, "address", admin, clock.now())
    work_off()
    assert not Cost.objects.exists()
    assert states.of("hunter").status == "ok"
    assert acts.of_lead(lead)[0].error


def test_a_person_is_enriched_from_their_profile_and_unknown_ones_cost_nothing(
    sandbox: Sandbox, admin: User
) -> None:
    run(plan("apollo", 5))
    lead = Lead.objects.filter(external_id__startswith="apollo:").earliest("pk")
    Lead.objects.filter(pk=lead.pk).update(title="", company=None)
    spent = sandbox.book.billed("apollo")
    acts.ask(lead, "enrich", admin, clock.now())
    stranger = LeadFactory(email="who@nowhere.example")
    acts.ask(stranger, "enrich", admin, clock.now())
    work_off()
    lead.refresh_from_db()
    assert lead.title
    assert lead.company is not None
    assert sandbox.book.billed("apollo") == spent  # the first was remembered, the second not found
    assert {order.status for order in ProviderOrder.objects.filter(request__act=True)} == {"done"}


def test_a_resting_provider_is_not_asked_and_says_why(sandbox: Sandbox, admin: User) -> None:
    states.ran_dry("hunter", "Hunter: the quota of the plan is used up.")
    with pytest.raises(acts.ActRefused, match="quota of the plan"):
        acts.ask(nobody_at(), "address", admin, clock.now())


def test_all_people_of_a_campaign_are_found_and_checked_at_once(sandbox: Sandbox, admin: User) -> None:
    campaign = plan("directory")
    for number in range(12):
        ProspectFactory(
            campaign=campaign, lead=LeadFactory(email="", email_status="unknown", external_id=f"x{number}")
        )
        ProspectFactory(campaign=campaign, lead=LeadFactory(email_status="unknown"))
    find, check = acts.for_campaign(campaign, clock.now())
    assert (find.count, check.count, find.total) == (12, 12, Decimal("0.60"))
    assert acts.ask_for_campaign(campaign, "addresses", admin, clock.now()) == 12
    assert acts.ask_for_campaign(campaign, "checks", admin, clock.now()) == 12
    assert acts.for_campaign(campaign, clock.now()) == []
    work_off(20)
    campaign.refresh_from_db()
    assert Lead.objects.filter(email="").count() < 5
    assert sum(cost.amount for cost in Cost.objects.filter(campaign=campaign)) == campaign.spent
    assert sandbox.book.billed("hunter") == 12
    assert campaign.held == 0


def test_a_campaign_without_money_is_told_so(sandbox: Sandbox, admin: User) -> None:
    campaign = plan("directory", budget=Decimal("0.04"))
    ProspectFactory(campaign=campaign, lead=LeadFactory(email="", email_status="unknown"))
    with pytest.raises(acts.ActRefused, match=r"may cost \$0.05; the campaign has \$0.04 left"):
        acts.ask_for_campaign(campaign, "addresses", admin, clock.now())


def test_a_lost_order_may_be_asked_again_by_a_person(sandbox: Sandbox, admin: User) -> None:
    lead = nobody_at()
    sandbox.fail("hunter", "garbage", path="/email-finder")
    acts.ask(lead, "address", admin, clock.now())
    work_off()
    order = ProviderOrder.objects.get()
    assert (order.status, order.units) == ("failed", 1)
    assert board.ask_again(order, admin, clock.now())
    assert not board.ask_again(order, admin, clock.now())
    work_off()
    lead.refresh_from_db()
    assert lead.email
    assert sum(cost.units for cost in Cost.objects.all()) == 2 == sandbox.book.billed("hunter")


def test_a_call_back_wakes_its_order_once(sandbox: Sandbox, admin: User, client: Client) -> None:
    sandbox.turn(polls=0)
    lead = nobody_at("")
    order = acts.ask(lead, "address", admin, clock.now())
    drain.drain(clock.now())
    order.refresh_from_db()
    door = f"/webhooks/providers/dropcontact/{order.request['token']}/"
    body = json.dumps([{"id": "e", "data": {"request_id": order.external_id, "data": []}}])
    told = [client.post(door, body, content_type="application/json").json()["detail"] for _ in range(2)]
    assert told == ["Noted.", "Known already."]
    drain.drain(clock.now())
    lead.refresh_from_db()
    assert lead.email
    assert client.post(door, body, content_type="application/json").json()["detail"] == "Known already."


@pytest.mark.parametrize(
    ("body", "status"), [(b"x" * 1_000_001, 413), (b"{", 400), (b"[" * 100_000, 400), (b"[]", 404)]
)
def test_a_call_back_for_nobody_or_of_garbage_is_refused(body: bytes, status: int, client: Client) -> None:
    answer = client.post("/webhooks/providers/hunter/guess/", body, content_type="application/json")
    assert answer.status_code == status
    assert client.get("/webhooks/providers/hunter/guess/").status_code == 405


def test_the_api_tells_how_providers_are_doing(sandbox: Sandbox, manager: User) -> None:
    run(plan("apollo", 10, team=manager.team))
    told = as_person(manager).get("/api/v1/providers/").json()
    apollo = next(row for row in told if row["name"] == "apollo")
    assert (apollo["status"], apollo["is_simulated"], apollo["hit_rate"]) == ("ok", False, 0.0)
    assert Decimal(apollo["cost_this_month"]) == sandbox.book.billed("apollo") * Decimal("0.025")
    orders = as_person(manager).get("/api/v1/providers/orders/?provider=apollo").json()["results"]
    assert {row["operation"] for row in orders} == {"people_search", "people_match"}
    assert not any("request" in row or "answer" in row for row in orders)


def test_the_page_tests_resumes_and_changes_prices(sandbox: Sandbox, admin: User, client: Client) -> None:
    client.force_login(admin)
    states.stop("hunter", "Hunter refused (401): No user found")
    page = client.get("/leads/sources/").content.decode()
    assert "No user found" in page
    client.post("/leads/sources/hunter/resume/")
    assert ProviderState.objects.get(name="hunter").status == "ok"
    answer = client.post("/leads/sources/hunter/test/", follow=True).content.decode()
    assert "Hunter answers, 2000 credits left." in answer
    sandbox.fail("hunter", "key")
    assert "refused (401)" in client.post("/leads/sources/hunter/test/", follow=True).content.decode()
    assert ProviderState.objects.get(name="hunter").status == "stopped"
    client.post("/leads/sources/prices/today/")
    assert pricelists.in_force() == "today"


@pytest.mark.parametrize("role", ["rep", "agent", "analyst"])
def test_others_do_not_see_the_sources(role: str, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get("/leads/sources/").status_code == 403
    assert "/leads/sources/" not in client.get("/").content.decode()


def test_a_manager_looks_and_does_not_act(sandbox: Sandbox, manager: User, client: Client) -> None:
    client.force_login(manager)
    assert client.get("/leads/sources/").status_code == 200
    assert client.post("/leads/sources/hunter/resume/").status_code == 403
    assert client.post("/leads/sources/nobody/test/").status_code == 404


def test_a_foreign_person_cannot_be_asked_about(
    sandbox: Sandbox, rep: User, stranger: User, client: Client
) -> None:
    lead = nobody_at(owner=stranger, team=stranger.team)
    client.force_login(rep)
    assert client.post(f"/leads/{lead.pk}/find-out/address/").status_code == 404
    assert not ProviderOrder.objects.exists()


def test_prices_of_today_make_the_same_fifty_cost_a_dollar_forty_one(db: None) -> None:
    estimates.seed_prices()
    assert (estimates.estimate(50).total, pricelists.in_force()) == (Decimal("5.42"), "example")
    assert pricelists.use("today") == 5
    assert (estimates.estimate(50).total, pricelists.in_force()) == (Decimal("1.41"), "today")
    Price.objects.filter(operation="send").update(amount=1)
    assert pricelists.in_force() == ""
    assert pricelists.use("example") == 5
    assert estimates.estimate(50).total == Decimal("5.42")


def test_a_source_has_an_estimate_of_its_own(db: None) -> None:
    estimates.seed_prices()
    totals = {
        name: estimates.estimate(100, source=name).total for name in ("directory", "apollo", "outscraper")
    }
    assert totals == {"directory": Decimal("10.84"), "apollo": Decimal("2.84"), "outscraper": Decimal("3.29")}


def test_the_page_needs_the_committed_number_of_queries(sandbox: Sandbox, manager: User) -> None:
    first = queries(manager, url("leads:sources"))
    run(plan("hunter", 5, team=manager.team))
    run(plan("apollo", 30, team=manager.team))
    assert queries(manager, url("leads:sources")) == first == committed("leads:sources") <= 12
