"""A harvest of a hundred from each of the four providers: people, prices and counts as their books say."""
# ruff: noqa: F811

from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Campaign, Cost, Hold
from leads.models import Company, Lead, Prospect, ProviderOrder
from leads.providers.sandbox import world
from tests.factories import CompanyFactory, LeadFactory
from tests.leads.sandboxes import plan, run, sandbox, server  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
PRICE = {"apollo": "0.025", "hunter": "0.0245", "dropcontact": "0.05", "outscraper": "0.005"}


def books_agree(campaign: Campaign, box: Any) -> None:
    """Every provider's own book says the units that our ledger has, and nothing is held any more."""
    for provider, price in PRICE.items():
        units = sum(cost.units for cost in Cost.objects.filter(provider=provider))
        assert units == box.book.billed(provider), provider
        amounts = sum((cost.amount for cost in Cost.objects.filter(provider=provider)), Decimal(0))
        assert amounts == units * Decimal(price)
    campaign.refresh_from_db()
    assert campaign.spent == sum((cost.amount for cost in Cost.objects.all()), Decimal(0))
    assert campaign.held == 0
    assert not Hold.objects.filter(closed_at=None).exists()
    assert not ProviderOrder.objects.filter(status__in=["asking", "waiting"]).exists()


def test_apollo_brings_a_hundred_people(sandbox: Any) -> None:
    campaign = plan("apollo")
    run(campaign)
    assert Prospect.objects.filter(campaign=campaign).count() == 100
    books_agree(campaign, sandbox)
    lead = Lead.objects.exclude(email="").earliest("pk")
    assert (lead.source, lead.origin, lead.time_zone) == ("apollo", "harvest", "America/Chicago")
    assert lead.company is not None
    assert lead.external_id.startswith("apollo:")


def test_the_map_brings_a_person_for_each_business(sandbox: Any) -> None:
    campaign = plan("outscraper")
    run(campaign)
    assert Prospect.objects.filter(campaign=campaign).count() == 100
    books_agree(campaign, sandbox)
    assert Company.objects.exclude(place_id="").count() >= 100
    lead = Lead.objects.earliest("pk")
    assert lead.company is not None
    assert lead.company.place_id
    assert (lead.time_zone, lead.city) == ("America/Chicago", "Austin")


def test_hunter_brings_the_people_of_companies_we_know(sandbox: Any) -> None:
    for company in world.settle(sandbox.book, "dental", "Austin, TX", 0, 70):
        CompanyFactory(name=company.name, domain=company.domain, industry="dental", city="Austin")
    campaign = plan("hunter")
    run(campaign)
    assert Prospect.objects.filter(campaign=campaign).count() == 100
    books_agree(campaign, sandbox)


def test_dropcontact_finds_addresses_of_people_we_know(sandbox: Any) -> None:
    for number in range(130):
        LeadFactory(email="", email_status="unknown", industry="dental", external_id=f"crm-{number}")
    campaign = plan("dropcontact")
    run(campaign)
    assert Prospect.objects.filter(campaign=campaign).count() == 100
    assert Lead.objects.count() == 130
    assert set(Lead.objects.filter(prospects__campaign=campaign).values_list("email_status", flat=True)) == {
        "valid"
    }
    books_agree(campaign, sandbox)
