"""A world in which it is known who buys: leads scored in a campaign, with deals that came of it."""

import random
from datetime import datetime, timedelta
from typing import Any

from campaigns.models import Campaign, Prediction
from leads.models import Deal, Lead, Prospect
from leads.services import scoring
from leads.services.learning import outcomes
from tests.factories import CampaignFactory, LeadFactory

INDUSTRIES = ("Dental", "Legal", "Software")
LATER = timedelta(days=90)


def outcomes_known(count: int, start: datetime, seed: int = 1, **facts: Any) -> Campaign:
    """Score ``count`` leads over some weeks, let some buy, and wait until every outcome is known.

    Who buys is decided by industry and by the pages read, of which the hand-made card knows next to nothing.
    """
    dice, campaign = random.Random(seed), CampaignFactory()
    leads = [_lead(dice, number, start, facts) for number in range(count)]
    for batch in range(0, count, 50):
        moment = start + timedelta(days=batch / 50)
        for lead in leads[batch : batch + 50]:
            Prospect.objects.create(campaign=campaign, lead=lead, created_at=moment)
        scoring.stage(campaign, limit=1000, now=moment)
        for lead in leads[batch : batch + 50]:
            if dice.random() < chance(lead):
                Deal.objects.create(
                    lead=lead, campaign=campaign, stage="won", name="x", closed_at=moment + timedelta(days=9)
                )
    outcomes.mature(start + LATER)
    assert Prediction.objects.filter(outcome__isnull=False).count() == count
    return campaign


def chance(lead: Lead) -> float:
    """Return how likely a lead of this world buys."""
    odds = {"Dental": 2.0, "Legal": 0.0, "Software": -2.2}[lead.industry]
    odds += 1.6 if (lead.pages_per_visit or 0) > 3 else -1.2
    return 1 / (1 + 2.718281828**-odds)


def _lead(dice: random.Random, number: int, start: datetime, facts: dict[str, Any]) -> Lead:
    own = {key: value(dice, number) for key, value in facts.items()}
    return LeadFactory(
        company=None, industry=dice.choice(INDUSTRIES), pages_per_visit=round(dice.random() * 6, 1),
        website_visits=dice.choice([None, 1, 4, 9]), city=dice.choice(["", "Austin", "Oslo"]),
        source=dice.choice(["Google", "Referral", ""]),
        created_at=start - timedelta(days=dice.randrange(30)), **own,
    )  # fmt: skip
