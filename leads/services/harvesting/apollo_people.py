"""Apollo as a source: a free page of a hundred people, then their addresses in tens."""

from collections.abc import Sequence
from typing import Any

from campaigns.models import Campaign
from leads.models import ProviderOrder
from leads.providers import apollo
from leads.services.harvesting import engine
from leads.services.harvesting.engine import Wish

ROUND = 10  # matches planned at once: a hundred people


class ApolloPeople:
    """Plans searches and matches."""

    name = "apollo"

    def plan(self, campaign: Campaign, wanted: int) -> Sequence[Wish]:
        """Match who is left of the newest page; else look at the next page."""
        page = engine.latest(campaign, "people_search")
        if page is None:
            return [self._search(campaign, 1)]
        number = int(page.request["ask"]["page"])
        if ids := self._unmatched(campaign, page):
            return self._matches(campaign, number, ids, wanted)
        if page.status != ProviderOrder.Status.DONE or apollo.is_last(page.answer, number):
            return []
        return [self._search(campaign, number + 1)]

    def _search(self, campaign: Campaign, page: int) -> Wish:
        question: dict[str, Any] = {
            "q_keywords": campaign.vertical, "contact_email_status": ["verified", "likely to engage"],
            "page": page, "per_page": apollo.PER_PAGE,
        }  # fmt: skip
        if campaign.location:
            question["person_locations"] = [campaign.location]
        return Wish("apollo", "people_search", question, f"apollo:search:{campaign.pk}:{page}", "page")

    def _unmatched(self, campaign: Campaign, page: ProviderOrder) -> list[str]:
        asked = ProviderOrder.objects.filter(campaign=campaign, operation="people_match", pk__gt=page.pk)
        known = {one["id"] for request in asked.values_list("request", flat=True)
                 for one in request["ask"]["details"]}  # fmt: skip
        return [str(one["id"]) for one in apollo.people(page.answer) if str(one["id"]) not in known]

    def _matches(self, campaign: Campaign, page: int, ids: Sequence[str], wanted: int) -> list[Wish]:
        most = engine.affordable(campaign, "apollo", "people_match", min(wanted, ROUND * apollo.BULK))
        starts = range(0, min(most, len(ids)), apollo.BULK)
        return [self._match(campaign, page, ids[start : min(most, start + apollo.BULK)]) for start in starts]

    def _match(self, campaign: Campaign, page: int, ids: Sequence[str]) -> Wish:
        key = f"apollo:match:{campaign.pk}:{page}:{ids[0]}"
        question = {"details": [{"id": one} for one in ids]}
        facts = {"vertical": campaign.vertical}
        return Wish("apollo", "people_match", question, key, "apollo people", facts)
