"""Acts on people we know: find, check or complete one, or all of a campaign, at a price told before.

An act is an order like any other: a worker asks within seconds, and the answer enters by the one door.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum

from campaigns.models import Campaign, CampaignStatus, Cost, User
from campaigns.services import audit, ledger
from leads.models import Lead, ProviderOrder
from leads.models.lead import LeadQuerySet
from leads.providers import dropcontact
from leads.services.harvesting import addresses, catalogue, offers, orders, states
from leads.services.harvesting.offers import Offer

PAYING = (CampaignStatus.ACTIVE, CampaignStatus.PAUSED)
MOST = 1000


class ActRefused(Exception):
    """Why nothing was asked."""

    code = "act_refused"
    status = 409


@dataclass(frozen=True)
class BulkOffer:
    """An act on all people of a campaign who need it: how many, and what it costs at the most."""

    name: str
    label: str
    icon: str
    provider: str
    operation: str
    count: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """The highest price."""
        return self.price * self.count


def ask(lead: Lead, name: str, by: User, now: datetime) -> ProviderOrder:
    """Order an act on one person; the same act that is still under way is found again."""
    offer = next((one for one in offers.of(lead, now) if one.name == name), None)
    if offer is None:
        raise ActRefused("This cannot be asked about this person.")
    if offer.why_not:
        raise ActRefused(offer.why_not)
    _check_provider(offer.provider, now)
    campaign = _payer(lead, offer.price)
    if campaign is None:
        _check_house(offer.price, now)
    order = _place(lead, offer, campaign, now)
    audit.record(by, name, lead, after={"order": order.pk, "price": str(offer.price)})
    return order


def of_lead(lead: Lead, limit: int = 3) -> list[ProviderOrder]:
    """Return the last acts on a person."""
    return list(ProviderOrder.objects.filter(request__lead=lead.pk).order_by("-pk")[:limit])


def for_campaign(campaign: Campaign, now: datetime) -> list[BulkOffer]:
    """Return what can be done for the people of a campaign, with how many need it."""
    dropcontact_price = _price("dropcontact", "enrichment", now)
    hunter_price = _price("hunter", "email_verification", now)
    find = BulkOffer(
        "addresses", "Find addresses", "mail", "dropcontact", "enrichment",
        _without_address(campaign).count(), dropcontact_price,
    )  # fmt: skip
    check = BulkOffer(
        "checks", "Check addresses", "shield-check", "hunter", "email_verification",
        _unchecked(campaign).count(), hunter_price,
    )  # fmt: skip
    return [one for one in (find, check) if one.count]


def ask_for_campaign(campaign: Campaign, name: str, by: User, now: datetime) -> int:
    """Order an act on up to a thousand people of a campaign; return on how many."""
    offer = next((one for one in for_campaign(campaign, now) if one.name == name), None)
    if offer is None:
        raise ActRefused("Nobody in this campaign needs that.")
    _check_provider(offer.provider, now)
    count = min(offer.count, MOST)
    if offer.price * count > campaign.remaining:
        raise ActRefused(
            f"That may cost ${offer.price * count:.2f}; the campaign has ${campaign.remaining:.2f} left."
        )
    placed = list(_place_batches(campaign, now) if name == "addresses" else _place_checks(campaign, now))
    audit.record(by, name, campaign, after={"people": count, "orders": len(placed)})
    return count


def _place(lead: Lead, offer: Offer, campaign: Campaign | None, now: datetime) -> ProviderOrder:
    over = ProviderOrder.objects.filter(request__lead=lead.pk).exclude(status__in=orders.OPEN).count()
    return orders.place(
        offer.provider, offer.operation, offer.question or {}, key=f"act:{offer.name}:{lead.pk}:{over}",
        use=offer.use, campaign=campaign, now=now, lead=lead.pk, act=True,
    )  # fmt: skip


def _place_batches(campaign: Campaign, now: datetime) -> Iterator[ProviderOrder]:
    size = addresses.batch_size(dropcontact.BATCH)
    people = list(_without_address(campaign).order_by("pk")[:MOST])
    for start in range(0, len(people), size):
        batch = people[start : start + size]
        yield orders.place(
            "dropcontact", "enrichment", dropcontact.question(map(addresses.described, batch)),
            key=f"act:addresses:{campaign.pk}:{batch[0].pk}:{now:%Y%m%d%H%M}", use="addresses",
            campaign=campaign, now=now, act=True,
        )  # fmt: skip


def _place_checks(campaign: Campaign, now: datetime) -> Iterator[ProviderOrder]:
    for lead in _unchecked(campaign).order_by("pk")[:MOST]:
        yield orders.place(
            "hunter", "email_verification", {"email": lead.email}, use="verdict", campaign=campaign, now=now,
            key=f"act:check:{lead.pk}:{now:%Y%m%d%H%M}", lead=lead.pk, act=True,
        )  # fmt: skip


def _without_address(campaign: Campaign) -> LeadQuerySet:
    return addresses.lacking(_people(campaign)).exclude(pk__in=_under_way(campaign))


def _unchecked(campaign: Campaign) -> LeadQuerySet:
    found = _people(campaign).current().filter(email_status="unknown", erased_at=None)
    return found.exclude(email_key="").exclude(pk__in=_under_way(campaign))


def _people(campaign: Campaign) -> LeadQuerySet:
    found: LeadQuerySet = Lead.objects.filter(prospects__campaign=campaign)
    return found


def _under_way(campaign: Campaign) -> set[int]:
    """Return the people of whom a campaign has asked already and waits for the answer."""
    rows = ProviderOrder.objects.filter(campaign=campaign, status__in=orders.OPEN, request__act=True)
    return {pk for request in rows.values_list("request", flat=True) for pk in _named(request)}


def _named(request: dict[str, Any]) -> list[int]:
    if request.get("lead"):
        return [int(request["lead"])]
    return [int(one["custom_fields"]["lead_id"]) for one in request["ask"].get("data", ())]


def _payer(lead: Lead, price: Decimal) -> Campaign | None:
    """Return the newest running campaign of a person that can pay; otherwise the house pays."""
    mine = Campaign.objects.filter(prospects__lead=lead, status__in=PAYING).order_by("-pk")
    return next((campaign for campaign in mine[:5] if campaign.remaining >= price), None)


def _check_house(price: Decimal, now: datetime) -> None:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Cost.objects.filter(campaign=None, reference__startswith="order:", occurred_at__gte=month)
    spent = rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    if spent + price > settings.LEAD_ACTS_MONTHLY_LIMIT:
        raise ActRefused(
            f"This month's ${settings.LEAD_ACTS_MONTHLY_LIMIT} for people outside campaigns is used up."
        )


def _check_provider(provider: str, now: datetime) -> None:
    state = states.of(provider)
    is_resting = state.status != states.S.OK and (state.until is None or state.until > now)
    if is_resting:
        raise ActRefused(f"{catalogue.label(provider)} is not asked now: {state.reason}")


def _price(provider: str, operation: str, now: datetime) -> Decimal:
    return ledger.unit_price(provider, operation, now)
