"""People and places of a harvest on their way in, through the one door for people."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaigns.models import Campaign
from leads.models import Company, Prospect, ProviderOrder
from leads.providers import outscraper
from leads.providers.base import CompanyDraft, LeadDraft
from leads.services import contactability, intake, prospects, timeline
from leads.services.entry import companies, normalise
from leads.services.harvesting import catalogue
from leads.services.intake import Entrance
from leads.services.transfer import converting


def enter(order: ProviderOrder, drafts: Sequence[LeadDraft], now: datetime) -> None:
    """Store people, and make as many of them prospects as the order's campaign still wants."""
    found = [facts for draft in drafts if (facts := person(order, draft))]
    outcomes = intake.store(found, entrance(order, now))
    enroll(order.campaign, [one.lead_id for one in outcomes if one.lead_id], now)


def enroll(campaign: Campaign | None, lead_ids: Sequence[int], now: datetime) -> None:
    """Make people prospects, up to the number that was planned."""
    if campaign is None:
        return
    mine = Prospect.objects.filter(campaign=campaign)
    known = set(mine.filter(lead_id__in=lead_ids).values_list("lead_id", flat=True))
    room = max(0, campaign.prospect_count - mine.count())
    new = welcome(campaign, [one for one in dict.fromkeys(lead_ids) if one not in known], now)
    prospects.enroll(campaign.pk, new[:room], now)


def welcome(campaign: Campaign, lead_ids: Sequence[int], now: datetime) -> list[int]:
    """Return those of the found people to whom we may write at all; why others stay out is told of them."""
    closed = contactability.closed(lead_ids)
    said = f"Found again for «{campaign.name}», not added: on the suppression list"
    timeline.record_many(
        timeline.Entry(
            pk, "left_out", said, campaign_id=campaign.pk, key=f"left out:{campaign.pk}:{pk}", at=now
        )
        for pk in lead_ids
        if pk in closed
    )
    return [pk for pk in lead_ids if pk not in closed]


def person(order: ProviderOrder, draft: LeadDraft) -> dict[str, Any] | None:
    """Return a draft as the door for people takes it; somebody without any key is left out."""
    facts = {name: value for name, value in vars(draft).items() if value and name != "company"}
    facts = {**order.request.get("place", {}), **facts, "source": order.provider}
    found = converting.finish(facts)
    if draft.company:
        found.draft["company"] = company(draft.company)
    return None if found.is_fatal else found.draft


def company(draft: CompanyDraft) -> dict[str, Any]:
    """Return a company as the book of companies takes it."""
    facts = {name: value for name, value in dataclasses.asdict(draft).items() if value}
    facts.setdefault("name", draft.domain)
    return {**facts, "technologies": list(draft.technologies)}


def entrance(order: ProviderOrder, now: datetime) -> Entrance:
    """Return the door: whose people these are, and which order brought them."""
    team = order.campaign.team_id if order.campaign else None
    label = catalogue.label(order.provider)
    evidence = f"{label} answered order {order.pk}"
    return Entrance("harvest", now, team_id=team, evidence=evidence, reference=f"order:{order.pk}")


def found_places(order: ProviderOrder, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Keep the businesses of a map as companies, each once by its id on the map."""
    drafts = [outscraper.company(row) for row in rows]
    known = Company.objects.filter(place_id__in=[one.place_id for one in drafts if one.place_id])
    stored = {one.place_id: one for one in known}
    wanted = [_as_stored(company(one), stored.get(one.place_id)) for one in drafts]
    for facts in wanted:
        facts["domain"] = facts.get("domain") or normalise.site_domain(facts.get("website", ""))
    ids = companies.resolve(wanted, source="outscraper")
    _write_place_ids(dict(zip(ids, (one.place_id for one in drafts), strict=True)))


def _as_stored(facts: dict[str, Any], stored: Company | None) -> dict[str, Any]:
    """A place we know keeps its keys, even if it has a new name or site by now."""
    return {**facts, "name": stored.name, "domain": stored.domain} if stored else facts


def _write_place_ids(places: dict[int | None, str]) -> None:
    rows = list(Company.objects.filter(pk__in=[pk for pk in places if pk], place_id=""))
    for row in rows:
        row.place_id = places[row.pk]
    Company.objects.bulk_update(rows, ["place_id"])
