"""What went wrong or is about to: bounces, failed runs, paused campaigns, replies nobody matches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from campaigns.models import BudgetAlert, Campaign, CampaignStatus, PipelineRun, RunStatus, User
from campaigns.services import alarms
from outreach.models import Message, MessageStatus, RawDelivery
from outreach.models.message import LEFT

DAY, WEEK = timedelta(days=1), timedelta(days=7)
BOUNCES, BOUNCE_SHARE = 3, 0.03


@dataclass(frozen=True)
class Alert:
    """One thing to look at: how bad it is, what it is, and the page about it."""

    tone: str
    icon: str
    title: str
    text: str
    url_name: str
    args: tuple[int, ...] = ()
    silence_id: int | None = None


def alerts(actor: User, now: datetime) -> list[Alert]:
    """Return what this person should look at, the worst first; five queries."""
    campaigns = Campaign.objects.visible_to(actor)
    found = [*_bounces(campaigns, now), *_runs(campaigns, now), *_campaigns(campaigns, now)]
    found += _budgets(actor)
    if actor.can_manage:
        found += _unmatched(now)
    return sorted(found, key=lambda alert: ("crimson", "weld", "indigo").index(alert.tone))


def _bounces(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Alert]:
    """Name the mailboxes of which too many letters came back within a day."""
    left = Message.objects.filter(campaign__in=campaigns, sent_at__gte=now - DAY, status__in=LEFT).order_by()
    rows = left.values("sender__email", "sender__rested_until").annotate(
        number=Count("id"), back=Count("id", filter=Q(status=MessageStatus.BOUNCED))
    )
    for row in rows.filter(back__gte=BOUNCES):
        share = row["back"] / row["number"]
        if share < BOUNCE_SHARE:
            continue
        rests = row["sender__rested_until"] and row["sender__rested_until"] > now
        text = f"{share * 100:.1f} % of {row['number']:,} in a day.{' The mailbox rests.' if rests else ''}"
        yield Alert("crimson", "mail-x", f"Bounces up on {row['sender__email']}", text, "outreach:senders")


def _runs(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Alert]:
    failed = PipelineRun.objects.filter(
        campaign__in=campaigns, status=RunStatus.FAILED, finished_at__gte=now - 3 * DAY
    )
    for run in failed.select_related("campaign")[:5]:
        text = run.error.strip().rpartition("\n")[2][:120] or "It gave no reason."
        yield Alert(
            "crimson", "circle-x", f"Run {run.pk} of {run.campaign} failed", text, "campaigns:run", (run.pk,)
        )


def _campaigns(campaigns: QuerySet[Campaign], now: datetime) -> Iterator[Alert]:
    for campaign in campaigns.filter(status=CampaignStatus.PAUSED, updated_at__gte=now - WEEK)[:10]:
        text = campaign.status_reason or "Nothing is sent; everybody keeps their place."
        yield Alert("weld", "pause", f"{campaign} is paused", text, "campaigns:campaign", (campaign.pk,))


def _budgets(actor: User) -> Iterator[Alert]:
    """Tell which limits of money were reached and not yet silenced by anybody."""
    said = {"nearly": "{} nears its budget", "spent": "{} has spent its budget"}
    for alert in BudgetAlert.objects.open_for(actor).select_related("campaign")[:10]:
        title = said.get(alert.kind, "Leads of {} cost too much").format(alert.campaign)
        tone = "crimson" if alert.kind == BudgetAlert.Kind.SPENT else "weld"
        place = (alert.campaign_id,)
        yield Alert(
            tone, "flame", title, alarms.sentence(alert), "campaigns:costs_of", place, silence_id=alert.pk
        )


def _unmatched(now: datetime) -> Iterator[Alert]:
    waiting = RawDelivery.objects.filter(
        status__in=("unmatched", "failed"), kind="reply", received_at__gte=now - WEEK
    )
    if number := waiting.count():
        title = "1 reply matches nobody" if number == 1 else f"{number} replies match nobody"
        yield Alert(
            "weld",
            "mail-open",
            title,
            "Nothing is lost; they wait to be looked at.",
            "conversations:unmatched",
        )
