"""The map as a source: businesses of a trade in a place, then one person with an address for each."""

from collections.abc import Sequence
from typing import Any

from campaigns.models import Campaign
from leads.models import ProviderOrder
from leads.providers import outscraper, reading
from leads.services.entry import normalise
from leads.services.harvesting import domains, engine
from leads.services.harvesting.engine import Wish

ROUND, PAGE = 10, 100


class MapPeople:
    """Plans searches of the map, and of the domains found there."""

    name = "outscraper"

    def plan(self, campaign: Campaign, wanted: int) -> Sequence[Wish]:
        """Find people behind the places of the newest search; else search on where it ended."""
        last = engine.latest(campaign, "maps_search")
        if last is None:
            return [self._search(campaign, 0, wanted)]
        if wishes := self._people(campaign, last, wanted):
            return wishes
        asked = last.request["ask"]
        limit, skip = int(asked["organizationsPerQueryLimit"]), int(asked["skipPlaces"])
        if last.status != ProviderOrder.Status.DONE or len(outscraper.places(last.answer)) < limit:
            return []
        return [self._search(campaign, skip + limit, wanted)]

    def _search(self, campaign: Campaign, skip: int, wanted: int) -> Wish:
        """A search is of 20 places or a multiple of it: so the next one can skip them."""
        size = engine.affordable(campaign, "outscraper", "maps_search", min(wanted, PAGE))
        limit = max(outscraper.STEP, -(-size // outscraper.STEP) * outscraper.STEP)
        question = outscraper.question(campaign.vertical, campaign.location, limit=limit, skip=skip)
        return Wish("outscraper", "maps_search", question, f"outscraper:maps:{campaign.pk}:{skip}", "places")

    def _people(self, campaign: Campaign, last: ProviderOrder, wanted: int) -> list[Wish]:
        sites = {domain: place for place in outscraper.places(last.answer)
                 if (domain := normalise.site_domain(reading.text(place.get("site"))))}  # fmt: skip
        asked = ProviderOrder.objects.filter(campaign=campaign, operation="domain_search")
        known = {request["ask"]["domain"] for request in asked.values_list("request", flat=True)}
        fresh = [domain for domain in sites if domain not in known][: min(ROUND, wanted)]
        return [
            domains.search(campaign, domain, limit=1, place=_place(campaign, sites[domain]))
            for domain in fresh
        ]


def _place(campaign: Campaign, found: dict[str, Any]) -> dict[str, str]:
    """Return what a person takes over from the place they work at; quiet hours need the zone."""
    company = outscraper.company(found)
    facts = {"city": company.city, "region": company.region, "country": company.country,
             "time_zone": outscraper.time_zone(found), "industry": campaign.vertical}  # fmt: skip
    return {name: value for name, value in facts.items() if value}
