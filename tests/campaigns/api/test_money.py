"""Costs, revenue and prices through the API."""

from decimal import Decimal

from campaigns.models import Campaign, Price, Revenue, User
from tests.clients import as_person, with_key
from tests.factories import CampaignFactory, CostFactory


def url(campaign: Campaign, what: str) -> str:
    return f"/api/v1/campaigns/{campaign.pk}/{what}/"


def test_the_ledger_is_listed_filtered_and_summed(manager: User, campaign: Campaign) -> None:
    CostFactory.create_batch(2, campaign=campaign, operation="send", amount=Decimal("1.5"))
    CostFactory(campaign=campaign, operation="score", amount=Decimal("0.25"))
    CostFactory(amount=Decimal(99))
    client = as_person(manager)
    assert len(client.get(url(campaign, "costs")).json()["results"]) == 3
    assert len(client.get(url(campaign, "costs"), {"operation": "send"}).json()["results"]) == 2
    told = client.get(url(campaign, "costs/summary")).json()
    assert (told["total"], [line["amount"] for line in told["lines"]]) == (
        "3.250000",
        ["3.000000", "0.250000"],
    )


def test_a_rep_reads_the_ledger_of_own_campaigns_only(rep: User, campaign: Campaign) -> None:
    own = CampaignFactory(owner=rep, team=rep.team)
    client = as_person(rep)
    assert client.get(url(own, "costs")).status_code == 200
    assert client.get(url(campaign, "costs")).status_code == 403


def test_revenue_is_booked_once_per_reference(manager: User, campaign: Campaign) -> None:
    client = with_key(manager, "events:write", "campaigns:read")
    body = {"amount": "250.00", "reference": "invoice 7", "note": "Reminders"}
    first, second = client.post(url(campaign, "revenues"), body), client.post(url(campaign, "revenues"), body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert client.post(url(campaign, "revenues"), {**body, "amount": "1.00"}).status_code == 409
    assert Revenue.objects.get().amount == Decimal(250)
    assert len(client.get(url(campaign, "revenues")).json()["results"]) == 1


def test_the_same_reference_in_another_campaign_is_another_entry(manager: User, campaign: Campaign) -> None:
    other = CampaignFactory(team=manager.team)
    client = as_person(manager)
    for one in (campaign, other):
        assert (
            client.post(url(one, "revenues"), {"amount": "5", "reference": "A"}).json()["campaign"] == one.pk
        )


def test_nothing_and_less_are_no_revenue(manager: User, campaign: Campaign) -> None:
    for amount in ("0", "-5", "NaN", "much"):
        assert as_person(manager).post(url(campaign, "revenues"), {"amount": amount}).status_code == 400


def test_only_admins_change_prices_and_the_estimate_follows(admin: User, manager: User) -> None:
    price = Price.objects.get(operation="send")
    path = f"/api/v1/prices/{price.pk}/"
    assert as_person(manager).patch(path, {"amount": "1"}).status_code == 403
    assert as_person(manager).get(path).json()["unit_price"] == "0.001000000"
    assert as_person(admin).patch(path, {"amount": "0.101"}).status_code == 200
    estimate = as_person(admin).get("/api/v1/campaigns/estimate/?prospect_count=50").json()
    assert estimate["total"] == "10.42"
