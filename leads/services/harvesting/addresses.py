"""Dropcontact as a source: people we know by name and company but cannot write to."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from campaigns.models import Campaign
from leads.models import Lead, Suppression
from leads.models.lead import LeadQuerySet
from leads.providers import dropcontact
from leads.services.harvesting import engine, states
from leads.services.harvesting.engine import Wish


class MissingAddresses:
    """Plans batches, the oldest people first."""

    name = "dropcontact"

    def plan(self, campaign: Campaign, wanted: int) -> Sequence[Wish]:
        """Return the next batch, no larger than the credits left: they must cover all of it."""
        last = engine.latest(campaign, "enrichment")
        after = max(_asked(last.request["ask"])) if last else 0
        people = lacking(_whose(campaign)).filter(pk__gt=after).order_by("pk")
        chosen = list(people[: self._size(campaign, wanted)])
        if not chosen:
            return []
        key = f"dropcontact:{campaign.pk}:{chosen[0].pk}"
        question = dropcontact.question(map(described, chosen))
        return [Wish("dropcontact", "enrichment", question, key, "addresses", {"enrolls": True})]

    def _size(self, campaign: Campaign, wanted: int) -> int:
        size = engine.affordable(campaign, "dropcontact", "enrichment", min(wanted, dropcontact.BATCH))
        return batch_size(size)


def batch_size(wanted: int) -> int:
    """Return how many people a batch may have; at least one, so that the provider says no."""
    left = states.of("dropcontact").credits_left
    size = min(wanted, dropcontact.BATCH)
    return size if left is None else max(1, min(size, int(left)))


def lacking(people: LeadQuerySet) -> LeadQuerySet:
    """Return those of some people who have a name and a company but no address, and may be written to."""
    stopped = Suppression.objects.filter(value=_own_value(), lifted_at=None, level=Suppression.Level.PERSON)
    known = people.current().filter(email_key="", erased_at=None, do_not_email=False)
    named = known.exclude(last_name="").exclude(company=None).select_related("company")
    return named.filter(~Exists(stopped))


def described(lead: Lead) -> dict[str, Any]:
    """Return a person as the provider wants them."""
    company = lead.company
    return {
        "lead_id": lead.pk, "first_name": lead.first_name, "last_name": lead.last_name,
        "company": company.name if company else "", "website": company.domain if company else "",
        "linkedin": lead.linkedin_url, "country": lead.country, "job": lead.title,
    }  # fmt: skip


def _whose(campaign: Campaign) -> LeadQuerySet:
    """Return the people of the campaign's team, in its trade if it names one."""
    found: LeadQuerySet = Lead.objects.filter(Q(team_id=campaign.team_id) | Q(team=None))
    if campaign.vertical:
        trade = Q(industry__icontains=campaign.vertical) | Q(company__industry__icontains=campaign.vertical)
        found = found.filter(trade)
    return found


def _asked(question: dict[str, Any]) -> Iterable[int]:
    return (int(one["custom_fields"]["lead_id"]) for one in question["data"])


def _own_value() -> Any:
    return Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()))
