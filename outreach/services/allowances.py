"""How much may leave at this moment: what senders' caps and campaigns' money and canaries still allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from campaigns.models import Campaign, CampaignStatus
from campaigns.services import bulk
from outreach.channels.base import Channel
from outreach.models import Sender

NO_LIMIT = 1_000_000_000
REACHED = "('claimed', 'uncertain', 'sent', 'delivered', 'bounced')"


@dataclass(frozen=True)
class Allowances:
    """Senders and campaigns with room; ``people``: how many new people a canary may still reach."""

    senders: Mapping[int, Sender]
    campaigns: Mapping[int, Campaign]
    per_sender: Mapping[int, int]
    per_campaign: Mapping[int, int]
    people: Mapping[int, int]
    price: Decimal

    @property
    def active(self) -> list[int]:
        """Campaigns whose sequences may go on now."""
        return [pk for pk in self.per_campaign if self.campaigns[pk].status == CampaignStatus.ACTIVE]

    @property
    def addresses(self) -> dict[int, str]:
        """Postal addresses by campaign."""
        return {pk: campaign.postal_address for pk, campaign in self.campaigns.items()}


def read(channel: Channel, now: datetime, *, locked: bool = True) -> Allowances:
    """Read the allowances; ``locked`` inside the claiming transaction, so that nobody else uses them up."""
    if locked and bulk.is_postgres():  # SQLite has one writer at a time anyway
        bulk.fetch("SELECT id FROM outreach_sender WHERE is_active ORDER BY id FOR NO KEY UPDATE")
    senders = {sender.pk: sender for sender in _senders(now)}
    campaigns = {campaign.pk: campaign for campaign in _campaigns(channel, now)}
    price = next((_price(campaign) for campaign in campaigns.values()), Decimal(0))
    affordable = {pk: _affordable(campaign, price) for pk, campaign in campaigns.items()}
    return Allowances(
        senders=senders,
        campaigns=campaigns,
        per_sender={pk: room for pk, sender in senders.items() if (room := room_of(sender, now)) > 0},
        per_campaign={pk: number for pk, number in affordable.items() if number > 0},
        people={
            pk: max(0, campaign.send_limit - campaign.reached)  # type: ignore[attr-defined]
            for pk, campaign in campaigns.items()
            if campaign.send_limit is not None
        },
        price=price,
    )


def room_of(sender: Sender, now: datetime) -> int:
    """Return how many messages a sender may still send at this moment."""
    day: int = sender.cap_on(now) - sender.sent_day  # type: ignore[attr-defined]
    hour: int = sender.hourly_cap - sender.sent_hour  # type: ignore[attr-defined]
    return min(day, hour) - sender.leaving  # type: ignore[attr-defined, no-any-return]


def _senders(now: datetime) -> list[Sender]:
    """Senders that do not rest, with what each has sent and has under way."""
    day, hour = now - timedelta(days=1), now - timedelta(hours=1)
    return list(Sender.objects.raw(SENDERS, [bulk.adapt(moment) for moment in (day, hour, now)]))


def _campaigns(channel: Channel, now: datetime) -> list[Campaign]:
    """Campaigns that are not closed, with the price of a message and, for canaries, the people reached."""
    params = [channel.provider, channel.operation, bulk.adapt(now)] * 2
    return list(Campaign.objects.raw(CAMPAIGNS, params))


def _price(campaign: Campaign) -> Decimal:
    amount = campaign.price_amount  # type: ignore[attr-defined]
    return Decimal(str(amount)) / campaign.price_per if amount is not None else Decimal(0)  # type: ignore[attr-defined]


def _affordable(campaign: Campaign, price: Decimal) -> int:
    return min(NO_LIMIT, int(campaign.remaining / price)) if price else NO_LIMIT


#: The plus keeps SQLite on the small index of claimed messages, away from everything the sender ever sent.
SENDERS = """
    SELECT s.*,
        (SELECT count(*) FROM outreach_message m WHERE m.sender_id = s.id AND m.sent_at > %s) AS sent_day,
        (SELECT count(*) FROM outreach_message m WHERE m.sender_id = s.id AND m.sent_at > %s) AS sent_hour,
        (SELECT count(*) FROM outreach_message m
         WHERE m.status = 'claimed' AND +m.sender_id = s.id) AS leaving
    FROM outreach_sender s
    WHERE s.is_active AND (s.rested_until IS NULL OR s.rested_until <= %s)"""
PRICE = """(SELECT p.{column} FROM campaigns_price p WHERE p.provider = %s AND p.operation = %s
        AND p.effective_from <= %s ORDER BY p.effective_from DESC LIMIT 1)"""
CAMPAIGNS = f"""
    SELECT c.*, {PRICE.format(column="amount")} AS price_amount, {PRICE.format(column="per")} AS price_per,
        CASE WHEN c.send_limit IS NULL THEN 0 ELSE (
            SELECT count(DISTINCT m.lead_id) FROM outreach_message m
            WHERE m.campaign_id = c.id AND m.step_id IS NOT NULL AND m.status IN {REACHED}) END AS reached
    FROM campaigns_campaign c
    WHERE c.status <> 'archived'"""  # noqa: S608
