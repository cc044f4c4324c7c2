"""Hunter as a source: the people behind the domains of companies we know, page by page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from campaigns.models import Campaign
from leads.models import Company, ProviderOrder
from leads.providers import hunter
from leads.services.harvesting.engine import Wish

ROUND, MOST_PAGES = 10, 3


class DomainPeople:
    """Plans domain searches."""

    name = "hunter"

    def plan(self, campaign: Campaign, wanted: int) -> Sequence[Wish]:
        """Turn the pages of domains that have more people; else take the next companies."""
        asked = ProviderOrder.objects.filter(campaign=campaign, operation="domain_search")
        seen: dict[str, int] = {}
        more: list[Wish] = []
        for request, answer in asked.order_by("pk").values_list("request", "answer"):
            domain, offset = request["ask"]["domain"], int(request["ask"]["offset"])
            seen[domain] = max(seen.get(domain, 0), offset)
            more = [wish for wish in more if wish.question["domain"] != domain]
            if hunter.total(answer) > offset + hunter.PER_PAGE < MOST_PAGES * hunter.PER_PAGE:
                more.append(search(campaign, domain, offset + hunter.PER_PAGE))
        fresh = _companies(campaign).exclude(domain__in=list(seen)).order_by("pk")
        domains = fresh.values_list("domain", flat=True)[: min(ROUND, wanted)]
        return more[:ROUND] or [search(campaign, domain) for domain in domains]


def search(
    campaign: Campaign, domain: str, offset: int = 0, *, limit: int = hunter.PER_PAGE, **facts: Any
) -> Wish:
    """Return the order for one page of a domain."""
    question = {"domain": domain, "limit": limit, "offset": offset, "type": "personal"}
    key = f"hunter:domain:{campaign.pk}:{domain}:{offset}"
    return Wish("hunter", "domain_search", question, key, "hunter people", facts)


def _companies(campaign: Campaign) -> QuerySet[Company]:
    """Return companies with a domain in the campaign's trade and place, as far as it names any."""
    found = Company.objects.exclude(domain="")
    if campaign.team_id:
        found = found.filter(Q(leads__team_id=campaign.team_id) | Q(leads=None)).distinct()
    for word in _words(campaign.vertical):
        found = found.filter(Q(industry__icontains=word) | Q(name__icontains=word))
    place = campaign.location.partition(",")[0].strip()
    if place:
        found = found.filter(Q(city__icontains=place) | Q(region__iexact=place) | Q(country__iexact=place))
    return found


def _words(text: str) -> Iterable[str]:
    """Return the words of a trade without their plural: «dental clinics» finds «Dental clinic»."""
    return [word.removesuffix("s") for word in text.split()[:4] if len(word) > 2]
