"""What is done with the records of an answer, by the order's ``use``."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from leads.models import ProviderOrder
from leads.providers import apollo, hunter, outscraper
from leads.services.harvesting import arrivals, facts

Put = Callable[[ProviderOrder, Sequence[Any], datetime], None]


class Use(NamedTuple):
    """How to read records out of an answer, and how to store some of them."""

    read: Callable[[ProviderOrder], Sequence[Any]]
    put: Put


def of(order: ProviderOrder) -> Use:
    """Return what an order's answer is for."""
    if isinstance(order.answer, dict) and order.answer.get("restricted"):
        return Use(lambda _: [True], facts.restrict)
    return USES[order.request["use"]]


def _nothing(order: ProviderOrder, batch: Sequence[Any], now: datetime) -> None:
    """The planner reads such answers itself."""


USES: dict[str, Use] = {
    "page": Use(lambda order: [], _nothing),
    "apollo people": Use(lambda o: apollo.drafts(o.answer, o.request.get("vertical", "")), arrivals.enter),
    "hunter people": Use(lambda o: hunter.drafts(o.answer), arrivals.enter),
    "places": Use(lambda o: outscraper.places(o.answer), arrivals.found_places),
    "addresses": Use(facts.read_addresses, facts.put_addresses),
    "address": Use(lambda o: [hunter.found_address(o.answer)], facts.put_address),
    "verdict": Use(lambda o: [hunter.verdict(o.answer)], facts.put_verdict),
    "person": Use(lambda o: apollo.drafts(o.answer), facts.put_person),
    "phone": Use(lambda o: list(apollo.phones(o.answer).values()), facts.put_phone),
}
