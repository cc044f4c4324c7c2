"""Decisions by hand that have ended: the tree decides again about those who are not yet in a sequence."""

from collections import defaultdict
from datetime import datetime

from django.db.models import OuterRef, Subquery

from campaigns.models import Campaign
from leads.models import Override, Prospect
from leads.models.prospect import ProspectQuerySet
from leads.services import qualification, timeline
from leads.services.timeline import Entry


def drain(now: datetime, *, limit: int = 500) -> int:
    """Let up to ``limit`` ended decisions fall back to the tree; return how many."""
    by_campaign: dict[int, list[Prospect]] = defaultdict(list)
    for prospect in ended(now)[:limit]:
        by_campaign[prospect.campaign_id].append(prospect)
    return sum(_fall_back(campaign_id, found, now) for campaign_id, found in by_campaign.items())


def ended(now: datetime) -> ProspectQuerySet:
    """Return the prospects whose newest decision by hand has ended while it still stands."""
    newest = Override.objects.filter(prospect=OuterRef("pk")).order_by("-pk")
    by_hand = Prospect.objects.filter(path__startswith="override:", stage__in=qualification.OPEN)
    return (
        by_hand.annotate(until=Subquery(newest.values("expires_at")[:1]))
        .filter(until__lte=now)
        .order_by("pk")
    )


def _fall_back(campaign_id: int, prospects: list[Prospect], now: datetime) -> int:
    entries = [
        Entry(
            one.lead_id,
            "override_ended",
            "The decision by hand has ended; the tree decides again",
            campaign_id=campaign_id,
            key=f"override-ended:{one.pk}:{one.until.isoformat()}",  # type: ignore[attr-defined]
            at=now,
        )
        for one in prospects
    ]
    done = qualification.decide_again(
        Campaign.objects.get(pk=campaign_id), [one.pk for one in prospects], now
    )
    timeline.record_many(entries)
    return done
