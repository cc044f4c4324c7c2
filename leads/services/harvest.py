"""Stage 1: people for a campaign, from its audience and from a directory, each once and paid for.

A page of the directory is asked for outside any transaction; then people, prospects and the charge are
stored together. A worker that dies in between leaves nothing, and the next one asks for the same page.
"""

import dataclasses
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.module_loading import import_string

from campaigns.models import Campaign, Cost
from campaigns.services import ledger
from campaigns.services.ledger import Charge, Meter
from campaigns.services.pipeline import StageReport
from leads.models import Prospect
from leads.providers.base import LeadDraft, LeadSource, Search
from leads.services import audience, intake, prospects
from leads.services.harvesting import arrivals, engine
from leads.services.intake import Entrance
from leads.services.transfer import converting

PAGES = 5
TRIES = 3


def stage(campaign: Campaign, *, limit: int, now: datetime) -> StageReport:
    """Find up to ``limit`` people for a campaign, until it has as many as were planned."""
    wanted = campaign.prospect_count - Prospect.objects.filter(campaign=campaign).count()
    if wanted <= 0:
        return StageReport(0)
    chosen = audience.enroll(campaign, min(limit, wanted), now)
    if chosen or campaign.source not in settings.LEAD_SOURCES:
        left = wanted - chosen if audience.waits(campaign) or campaign.source in settings.LEAD_SOURCES else 0
        return StageReport(chosen, left=left, note="from the audience" if chosen else "")
    return _search(campaign, min(limit, wanted), wanted, now)


def _search(campaign: Campaign, limit: int, wanted: int, now: datetime) -> StageReport:
    """Ask for pages until one brings somebody new; the directory ends with an empty page."""
    source = import_string(settings.LEAD_SOURCES[campaign.source])
    if hasattr(source, "plan"):
        return engine.advance(source(), campaign, limit, wanted)
    cost = Decimal(0)
    for _ in range(PAGES):
        found, new, paid = _page(campaign, source, limit, now)
        cost += paid
        if new or not found:
            note = "" if found else "The directory has nobody else."
            return StageReport(new, left=wanted - new if found else 0, cost=cost, note=note)
    note = "Everybody found was known already or must not be written to."
    return StageReport(0, failed=limit, left=wanted, cost=cost, note=note)


def _page(
    campaign: Campaign, source: type[LeadSource], limit: int, now: datetime
) -> tuple[int, int, Decimal]:
    """Buy one page and store it; return how many were found, how many are new, and the price."""
    prices = [ledger.unit_price(one.provider, one.operation, now) for one in source.charges]
    offset = _offset(campaign, source)
    first = source.charges[0]
    with ledger.meter(campaign, first.provider, first.operation) as meter:
        size = _affordable(campaign, limit, sum(prices, Decimal(0)))
        meter.hold(size, sum(prices, Decimal(0)))
        drafts = source(meter).search(Search(campaign.vertical, campaign.location), offset=offset, limit=size)
        charges = _charges(source, drafts, prices, f"{_reference(campaign, source)}{offset}")
        new, paid = _keep(campaign, drafts, charges, meter, now)
    return len(drafts), new, paid


def _charges(
    source: type[LeadSource], drafts: list[LeadDraft], prices: list[Decimal], reference: str
) -> list[Charge]:
    """Return one charge per operation of the source for a page of drafts."""
    return [
        Charge(one.provider, one.operation, Decimal(one.units(drafts)), price, f"{reference}:{one.operation}",
               is_simulated=source.is_simulated)
        for one, price in zip(source.charges, prices, strict=True)
        if drafts
    ]  # fmt: skip


def _keep(
    campaign: Campaign, drafts: list[LeadDraft], charges: list[Charge], meter: Meter, now: datetime
) -> tuple[int, Decimal]:
    """Store people, prospects and the charge in one transaction."""
    entrance = Entrance("harvest", now, team_id=campaign.team_id)
    for attempt in range(1, TRIES + 1):
        people = [_person(draft, campaign.source) for draft in drafts]
        try:
            with transaction.atomic():
                outcomes = intake.store([one for one in people if one], entrance)
                found = list(dict.fromkeys(one.lead_id for one in outcomes if one.lead_id))
                new = prospects.enroll(campaign.pk, arrivals.welcome(campaign, found, now), now)
                return new, meter.settle_many(charges)
        except IntegrityError:
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _person(draft: LeadDraft, source: str) -> dict[str, Any] | None:
    """Return a draft as the door for people takes it; somebody without any key is left out."""
    facts = {key: value for key, value in vars(draft).items() if value and key != "company"}
    found = converting.finish({**facts, "source": source})
    if draft.company:
        company = {key: value for key, value in dataclasses.asdict(draft.company).items() if value}
        found.draft["company"] = {**company, "technologies": list(draft.company.technologies)}
    return None if found.is_fatal else found.draft


def _affordable(campaign: Campaign, limit: int, price: Decimal) -> int:
    """Return how many people the rest of the budget pays for; at least one, so that the ledger says no."""
    campaign.refresh_from_db(fields=["budget", "spent", "held"])
    return limit if not price else max(1, min(limit, int(campaign.remaining // price)))


def _offset(campaign: Campaign, source: type[LeadSource]) -> int:
    """Return how far into the directory this campaign has paid its way."""
    start = _reference(campaign, source)
    paid = Cost.objects.filter(
        campaign=campaign, reference__startswith=start, operation=source.charges[0].operation
    )
    return int(paid.aggregate(units=Sum("units"))["units"] or 0)


def _reference(campaign: Campaign, source: type[LeadSource]) -> str:
    return f"harvest:{campaign.pk}:{source.name}:"
