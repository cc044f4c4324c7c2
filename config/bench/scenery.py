"""Seeded rows for the bench and the crash harness: always the same people, as many as asked for."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, User
from campaigns.services import bulk, estimates
from leads.models import Company, Lead, Prospect, ProspectStage
from leads.services import scoring
from outreach.models import Sender, SequenceVersion
from outreach.services import letterbox, sequences, versions
from outreach.services.sequences import StepDraft

LEAD_COLUMNS = (
    "first_name", "last_name", "email", "email_key", "title", "seniority", "industry", "city", "country",
    "time_zone", "source", "origin", "external_id", "website_visits", "website_seconds", "pages_per_visit",
    "company_id",
)  # fmt: skip
FIRST = ("Ann", "Ben", "Carla", "Deepak", "Elena", "Femi", "Grace", "Hugo", "Ines", "Jonas")
LAST = ("Lopez", "Meyer", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Sato", "Thibodeaux", "Usman")
TITLES = (
    ("Owner", "founder"),
    ("Operations Manager", "manager"),
    ("Head of Sales", "director"),
    ("Assistant", ""),
)
INDUSTRIES = ("Dental", "Legal", "Software", "Education", "Retail")
ZONES = ("America/Chicago", "Europe/Berlin", "Asia/Kolkata", "UTC")


def people(count: int, companies: Sequence[int] = (), seed: int = 7) -> Iterator[tuple[Any, ...]]:
    """Yield lead rows in the order of ``LEAD_COLUMNS``."""
    dice = random.Random(seed)  # noqa: S311 not a secret
    for number in range(count):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        address = f"{first}.{last}.{number}@firm{number % 997}.example".lower()
        title, seniority = dice.choice(TITLES)
        yield (
            first, last, address, address, title, seniority, dice.choice(INDUSTRIES), "Austin", "Norway",
            dice.choice(ZONES), dice.choice(("Google", "Referral", "Direct")), "import", str(number),
            dice.randrange(12), dice.randrange(2000), dice.random() * 6,
            dice.choice(companies) if companies else None,
        )  # fmt: skip


def settle_in(count: int) -> Campaign:
    """Fill an empty database: companies, people, a sender, rules, prices and one active campaign."""
    estimates.seed_prices()
    scoring.seed_rules()
    rep = User.objects.create(username="rep", role="rep", capacity=10_000_000)
    Sender.objects.create(
        name="Ann Rep", email="ann@sender.example", reply_domain="in.sender.example", daily_cap=10_000_000,
        hourly_cap=10_000_000, ramp_started_at=None,
    )  # fmt: skip
    firms = [(f"Firm {n}", f"firm {n}", f"firm{n}.example", "Dental", 5 + n % 300) for n in range(997)]
    bulk.copy_rows(Company, ("name", "name_key", "domain", "industry", "employees"), firms)
    bulk.copy_rows(Lead, LEAD_COLUMNS, people(count, list(Company.objects.values_list("id", flat=True))))
    return Campaign.objects.create(
        name="Bench", status=CampaignStatus.ACTIVE, budget=Decimal(1_000_000), postal_address="1 Main St",
        minimum_score=0, prospect_count=count, source="", owner=rep, channels=["email"],
    )  # fmt: skip


def take_in(campaign: Campaign, stage: str = ProspectStage.NEW, score: int | None = None) -> None:
    """Make every lead a prospect of the campaign at a stage."""
    now = clock.now()
    rows = [(campaign.pk, pk, stage, score, now) for pk in Lead.objects.values_list("id", flat=True)]
    bulk.copy_rows(Prospect, ("campaign_id", "lead_id", "stage", "score", "created_at"), rows)


def sequence(campaign: Campaign, steps: int = 1) -> SequenceVersion:
    """Publish a sequence whose steps are due at once, at any hour of any day."""
    drafts = [
        StepDraft(name=step.name, window_start=0, window_end=24, business_days=False, texts=step.texts)
        for step in letterbox.STEPS[:steps]
    ]
    made = sequences.create("Bench sequence", drafts, campaign=campaign)
    return versions.publish(versions.draft(made))
