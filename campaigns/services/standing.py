"""How a campaign stands at this moment: state, run, money, what hinders it and what may be done next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from campaigns.models import Campaign, CampaignStatus, Cost, PipelineRun
from campaigns.services import estimates, lifecycle, preflight

HOUR = timedelta(hours=1)
LABELS = {
    "launch": "Check, activate and run it; add ?limit=N to write to N people first.",
    "release": "Lift the canary limit: write to those held back.",
    "start": "Let messages leave.",
    "pause": "Stop the next send; nobody is lost.",
    "stop": "End it for good and freeze its report.",
    "archive": "Put it away; its numbers stay.",
}


@dataclass(frozen=True)
class Action:
    """Something that may be done with a campaign now."""

    name: str
    label: str


@dataclass(frozen=True)
class Standing:
    """The live state of one campaign."""

    campaign: Campaign
    run: PipelineRun | None
    spent_last_hour: Decimal
    preflight: list[preflight.Problem]
    next_actions: list[Action]


@dataclass(frozen=True)
class Priced(estimates.Estimate):
    """An estimate beside the money there is for it; ``missing`` is what a launch would lack."""

    prospect_count: int
    budget: Decimal | None
    missing: Decimal | None


def price(prospect_count: int, budget: Decimal | None = None, source: str = "") -> Priced:
    """Estimate so many prospects and compare with a budget."""
    found = estimates.estimate(prospect_count, source=source)
    missing = None if budget is None else max(Decimal(0), found.total - budget)
    return Priced(found.total, found.low, found.high, found.items, prospect_count, budget, missing)


def of(campaign: Campaign, now: datetime) -> Standing:
    """Look at the campaign: its latest run, its spending and its pre-flight list."""
    recent = Cost.objects.filter(campaign=campaign, occurred_at__gt=now - HOUR)
    spent = recent.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    run = PipelineRun.objects.filter(campaign=campaign).prefetch_related("stages").first()
    return Standing(campaign, run, spent, preflight.problems(campaign), next_actions(campaign))


def next_actions(campaign: Campaign) -> list[Action]:
    """Return the moves that the campaign's state allows, the most useful first."""
    names = [name for name, (states, _) in lifecycle.MOVES.items() if campaign.status in states]
    if campaign.status in (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED):
        names[:] = ["launch", *(name for name in names if name != "start")]
    if campaign.status == CampaignStatus.ACTIVE and campaign.send_limit is not None:
        names.insert(0, "release")
    return [Action(name, LABELS[name]) for name in names if name in LABELS]
