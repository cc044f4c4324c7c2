"""The outbox of a campaign: how its messages stand, and a push that plans at once what is due."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, User
from campaigns.services import audit
from outreach.models import Message, MessageStatus
from outreach.services import diagnosis, due, nurture

MOST = 10_000


class PushRefused(ValueError):
    """Nothing can be sent; the message says what to do."""

    code = "not_sending"
    status = 409


@dataclass(frozen=True)
class Outbox:
    """How a campaign's messages stand: counts by status, what waits, when the next is due, what hinders."""

    counts: dict[str, int]
    queued: int
    to_plan: int
    next_at: datetime | None
    hindrances: list[str]


def of(campaign: Campaign, now: datetime) -> Outbox:
    """Read the outbox."""
    rows = Message.objects.filter(campaign=campaign).order_by().values("status").annotate(n=Count("pk"))
    counts = dict.fromkeys(MessageStatus.values, 0) | {row["status"]: row["n"] for row in rows}
    return Outbox(
        counts=counts,
        queued=counts[MessageStatus.QUEUED],
        to_plan=due.count(campaign.pk, now),
        next_at=diagnosis.next_at(campaign),
        hindrances=diagnosis.why_not_sending(campaign, now),
    )


def push(campaign: Campaign, by: User, limit: int = 1000) -> Outbox:
    """Plan what is due now; the workers send it within seconds. Answers with the outbox as it is then."""
    if campaign.status != CampaignStatus.ACTIVE:
        status = campaign.get_status_display().lower()
        raise PushRefused(f"The campaign is {status}. Start or launch it, then it sends by itself.")
    now = clock.now()
    report = nurture.stage(campaign, limit=min(limit, MOST), now=now)
    if report.done:
        audit.record(by, "send", campaign, after={"planned": report.done})
    return of(campaign, now)
