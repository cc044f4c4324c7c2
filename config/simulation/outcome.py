"""What came of a simulated campaign, counted from rows, by people."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from analytics.services import reconcile
from campaigns.models import Campaign
from campaigns.services import ledger
from conversations.models import Conversation
from leads.models import Deal, DealStage, ProspectStage
from outreach.models import LEFT, Event, EventKind, Message, MessageStatus

#: Of several messages to one person the first class in this order names what became of the person.
CLASSES = (
    ("sent", set(LEFT)),
    ("uncertain", {MessageStatus.UNCERTAIN}),
    ("failed", {MessageStatus.FAILED}),
    ("suppressed", {MessageStatus.SUPPRESSED}),
    ("skipped", {MessageStatus.SKIPPED, MessageStatus.CANCELLED}),
)
GRADUATED = (ProspectStage.GRADUATED, ProspectStage.WON, ProspectStage.LOST)


def of(campaign: Campaign, seconds: float) -> dict[str, Any]:
    """Return the figures of a campaign: audience = sent + failed + suppressed + skipped + uncertain."""
    people = _people(campaign)
    conversations = Conversation.objects.filter(campaign=campaign)
    deals = Deal.objects.filter(campaign=campaign)
    totals = ledger.totals(campaign.pk)
    return {
        "audience": len(people),
        **{name: sum(found == name for found in people.values()) for name, _ in CLASSES},
        "delivered": _reached(campaign, EventKind.DELIVERED),
        "replies": conversations.filter(response_counted=True).count(),
        "positive": campaign.prospects.filter(stage__in=GRADUATED).count(),
        "meetings": deals.exclude(stage__in=[DealStage.OPEN, DealStage.LOST]).count(),
        "won": deals.filter(stage=DealStage.WON).count(),
        "cost": str(totals.spent.quantize(Decimal("0.01"))),
        "revenue": str(totals.revenue.quantize(Decimal("0.01"))),
        "roi": None if totals.roi is None else float(round(totals.roi, 1)),
        "reconciled": all(check.ok for check in reconcile.checks()),
        "seconds": round(seconds, 2),
    }


def funnel(campaign: Campaign) -> dict[str, int]:
    """Return how many prospects reached each stage of the walk."""
    stages = [stage for stage in ProspectStage.values if stage not in ("rejected", "review", "won", "lost")]
    found = list(campaign.prospects.values_list("stage", flat=True))
    order = {stage: place for place, stage in enumerate(stages)} | {
        "rejected": 1,
        "review": 1,
        "won": 7,
        "lost": 7,
    }
    return {stage: sum(order[at] >= order[stage] for at in found) for stage in stages}


def _people(campaign: Campaign) -> dict[int, str]:
    statuses: dict[int, set[str]] = defaultdict(set)
    planned = Message.objects.filter(campaign=campaign, enrollment__isnull=False)
    for lead_id, status in planned.values_list("lead_id", "status"):
        statuses[lead_id].add(status)
    return {lead_id: _class(found) for lead_id, found in statuses.items()}


def _class(statuses: set[str]) -> str:
    return next((name for name, members in CLASSES if statuses & members), "waiting")


def _reached(campaign: Campaign, kind: str) -> int:
    events = Event.objects.filter(message__campaign=campaign, kind=kind)
    return events.values("message__lead_id").distinct().count()
