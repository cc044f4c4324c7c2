"""Alerts about money, once each: at 80 % and 100 % of a budget, and when a lead costs more than its limit."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns import clock
from campaigns.models import BudgetAlert, Campaign, CampaignStatus, User
from campaigns.services import audit, bulk

NEARLY = Decimal("0.8")
ENOUGH = 10  # leads: below, what one costs is chance
WATCHED = (CampaignStatus.ACTIVE, CampaignStatus.PAUSED)
_COLUMNS = ("campaign_id", "kind", "limit", "value", "raised_at")
Kind = BudgetAlert.Kind


def drain(now: datetime) -> int:
    """Raise what is newly true of any campaign; return how many alerts are new. Three statements at most."""
    watched = Campaign.objects.filter(status__in=WATCHED, spent__gt=0)
    reach = watched.reach()
    rows = [row for campaign in watched for row in _alarms(campaign, reach.get(campaign.pk, 0), now)]
    known = set(BudgetAlert.objects.values_list("campaign_id", "kind", "limit")) if rows else set()
    new = [row for row in rows if row[:3] not in known]
    return len(bulk.insert_ignore(BudgetAlert, _COLUMNS, new)) if new else 0


def silence(alert: BudgetAlert, by: User) -> bool:
    """Take an alert off the desk; return whether it was still there."""
    if not BudgetAlert.objects.filter(pk=alert.pk, silenced_at=None).update(
        silenced_at=clock.now(), silenced_by=by
    ):
        return False
    audit.record(by, "silence", alert.campaign, after={"alert": alert.kind})
    return True


def sentence(alert: BudgetAlert) -> str:
    """Return what an alert says, with its numbers."""
    if alert.kind == Kind.COST_PER_LEAD:
        return f"One costs ${alert.value:,.2f}; the limit is ${alert.limit:,.2f}."
    ends = "Sending ends with it." if alert.kind == Kind.NEARLY else "Nothing more is bought or sent."
    return f"${alert.value:,.2f} of ${alert.limit:,.2f} is spent. {ends}"


def _alarms(campaign: Campaign, leads: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    spent, budget = campaign.spent, campaign.budget
    if budget and spent >= budget:
        yield campaign.pk, Kind.SPENT.value, budget, spent, now
    elif budget and spent >= budget * NEARLY:
        yield campaign.pk, Kind.NEARLY.value, budget, spent, now
    limit = Decimal(str(campaign.thresholds.get("cost_per_lead") or 0)).quantize(Decimal("0.01"))
    if limit and leads >= ENOUGH and spent / leads > limit:
        yield campaign.pk, Kind.COST_PER_LEAD.value, limit, spent / leads, now
