"""A varied small world of leads for tests that compare two ways to the same answer."""

import random
from datetime import datetime, timedelta
from typing import Any

from leads.models import Activity, Consent, Lead, LeadScore
from tests.factories import CompanyFactory, LeadFactory, RuleFactory

WORDS = ["", "Retail", "retail", "Health Care", "Über AG", "100% fit", "a_b"]


def varied_leads(count: int, seed: int, now: datetime) -> list[Lead]:
    """Make leads whose facts are all over the place, some of them missing."""
    chance = random.Random(seed)
    card = RuleFactory(kind="scoring")
    companies = [_company(chance) for _ in range(12)]
    return [_lead(chance, companies, card, now) for _ in range(count)]


def _company(chance: random.Random) -> Any:
    return CompanyFactory(
        industry=chance.choice(WORDS),
        employees=chance.choice([None, 0, 5, 50, 5000]),
        rating=chance.choice([None, 3.5, 4.9]),
        annual_revenue=chance.choice([None, "1000000.50"]),
        technologies=chance.sample(["django", "vue", "o'neil"], chance.randint(0, 3)),
        country=chance.choice(["", "India"]),
    )


def _lead(chance: random.Random, companies: list[Any], card: Any, now: datetime) -> Lead:
    def some_day() -> datetime | None:
        return chance.choice([None, now - timedelta(days=chance.choice([0, 1, 29.5, 30, 30.5, 400]))])

    lead = LeadFactory(
        company=chance.choice([None, *companies]),
        industry=chance.choice(WORDS),
        title=chance.choice(WORDS),
        seniority=chance.choice(["", "director", "manager"]),
        website_visits=chance.choice([None, 0, 3, 40]),
        pages_per_visit=chance.choice([None, 0.5, 2.0]),
        budget=chance.choice([None, "100.50", "9000"]),
        do_not_email=chance.random() < 0.3,
        phone=chance.choice(["", "+447700900123"]),
        tags=chance.sample(["vip", "Quoted 'tag'"], chance.randint(0, 2)),
        custom=chance.choice([{}, {"plan": "Pro"}, {"plan": "7"}, {"plan": 7}, {"plan": 7.5, "note": "x%y"}])
        | chance.choice([{}, _house_facts(chance)]),
        last_contacted_at=some_day(),
        last_engaged_at=some_day(),
        created_at=some_day() or now,
    )
    if chance.random() < 0.6:
        LeadScore.objects.create(lead=lead, card=card, value=chance.randint(0, 100), previous=50)
    for _ in range(chance.randint(0, 2)):
        at = now - timedelta(days=chance.choice([0.5, 20, 100]))
        Activity.objects.create(lead=lead, kind="clicked", summary="Clicked a link", occurred_at=at)
    if chance.random() < 0.3:
        Consent.objects.create(lead=lead, channel="email", is_granted=chance.random() < 0.5, source="a form")
    return lead


def _house_facts(chance: random.Random) -> dict[str, Any]:
    """Values of the house's own fields; some are not of their type, as an old import may have left them."""
    return {
        "renewal": chance.choice(["2026-11-20", "2026-12-05", "soon", ""]),
        "seats": chance.choice([7, 7.5, "many"]),
        "vip": chance.choice([True, False, "yes"]),
        "tier": chance.choice(["Gold", "Silver", ""]),
        "site": "https://a.example",
    }
