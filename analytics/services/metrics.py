"""The figures of campaigns in six queries, however many: people, counters, messages, money, deals."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from analytics.services.figures import ZERO, Figures
from campaigns.models import Campaign, Cost, Revenue
from leads.models import Deal, DealStage, Prospect, ProspectStage
from outreach.models import Message, MessageStatus, Tally

P, D, M = ProspectStage, DealStage, MessageStatus
Rows = list[dict[str, Any]]
#: A prospect at one of these stages has passed the named one, since stages only move forward.
PASSED = {
    "qualified": (P.QUALIFIED, P.ROUTED, P.CONTACTED, P.REPLIED, P.GRADUATED, P.WON, P.LOST),
    "routed": (P.ROUTED, P.CONTACTED, P.REPLIED, P.GRADUATED, P.WON, P.LOST),
    "contacted": (P.CONTACTED, P.REPLIED, P.GRADUATED, P.WON, P.LOST),
    "graduated": (P.GRADUATED, P.WON, P.LOST),
    "rejected": (P.REJECTED,),
}
MET = (D.MEETING, D.PROPOSAL, D.WON)
WAITING = (M.DRAFT, M.APPROVED, M.QUEUED, M.CLAIMED)
ENDINGS = (M.FAILED, M.SUPPRESSED, M.SKIPPED, M.UNCERTAIN, M.CANCELLED)
COUNTERS = ("sent", "delivered", "bounced", "opened", "clicked", "replied", "positive", "unsubscribed",
            "complained")  # fmt: skip


def campaign_figures(campaign_ids: Iterable[int]) -> dict[int, Figures]:
    """Return the figures of each campaign, from rows and counters, in six queries."""
    ids = list(campaign_ids)
    found = {pk: Figures(pk) for pk in ids}
    for rows in (_people(ids), _counters(ids), _messages(ids), _costs(ids), _revenues(ids), _deals(ids)):
        for row in rows:
            figures = found[row.pop("campaign_id")]
            for name, value in row.items():
                setattr(figures, name, value or getattr(figures, name))
    return found


def figures_of(campaign: Campaign) -> Figures:
    """Return the figures of one campaign."""
    return campaign_figures([campaign.pk])[campaign.pk]


def _people(ids: Sequence[int]) -> Rows:
    counts = {name: Count("id", filter=Q(stage__in=stages)) for name, stages in PASSED.items()}
    return _by_campaign(
        Prospect.objects.filter(campaign__in=ids),
        found=Count("id"),
        scored=Count("id", filter=Q(scored_at__isnull=False)),
        answered=Count("id", filter=Q(replied_at__isnull=False)),
        **counts,
    )


def _counters(ids: Sequence[int]) -> Rows:
    sums = {name: Coalesce(Sum(name), 0) for name in COUNTERS}
    return _by_campaign(Tally.objects.filter(campaign_id__in=ids), **sums)


def _messages(ids: Sequence[int]) -> Rows:
    counts = {status.value: Count("id", filter=Q(status=status)) for status in ENDINGS}
    unsettled = Message.objects.filter(campaign__in=ids, status__in=(*WAITING, *ENDINGS))
    return _by_campaign(unsettled, waiting=Count("id", filter=Q(status__in=WAITING)), **counts)


def _costs(ids: Sequence[int]) -> Rows:
    return _by_campaign(Cost.objects.filter(campaign__in=ids), cost=Sum("amount"), calls=Count("id"))


def _revenues(ids: Sequence[int]) -> Rows:
    return _by_campaign(Revenue.objects.filter(campaign__in=ids), revenue=Sum("amount"), sales=Count("id"))


def _deals(ids: Sequence[int]) -> Rows:
    return _by_campaign(
        Deal.objects.filter(campaign__in=ids),
        deals=Count("id"),
        meetings=Count("id", filter=Q(stage__in=MET)),
        won=Count("id", filter=Q(stage=D.WON)),
        lost=Count("id", filter=Q(stage=D.LOST)),
        pipeline=Coalesce(Sum("value", filter=~Q(stage__in=(D.WON, D.LOST))), ZERO),
    )


def _by_campaign(rows: QuerySet[Any, Any], **sums: Any) -> Rows:
    return list(rows.order_by().values("campaign_id").annotate(**sums))
