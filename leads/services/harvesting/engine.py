"""The harvest from a provider: place the next orders, work off what is due, say in words what hinders it.

A source only plans: it looks at the orders of its campaign and names those that come next. So a worker may
die anywhere; the next one finds the same orders and goes on.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Sum

from campaigns import clock
from campaigns.models import Campaign, Cost
from campaigns.services import ledger
from campaigns.services.pipeline import StageReport
from leads.models import Prospect, ProviderOrder
from leads.services.harvesting import catalogue, orders
from leads.services.harvesting.states import Halted

PATIENCE = 15.0
BREATH = timedelta(seconds=1)
MOST = 1000


@dataclass(frozen=True)
class Wish:
    """An order that comes next."""

    provider: str
    operation: str
    question: Mapping[str, Any]
    key: str
    use: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Source(Protocol):
    """Plans the orders of a campaign."""

    name: str

    def plan(self, campaign: Campaign, wanted: int) -> Sequence[Wish]:
        """Return the next orders for ``wanted`` more people; none when nobody is left."""
        ...


def advance(source: Source, campaign: Campaign, limit: int, wanted: int) -> StageReport:
    """Bring up to ``limit`` of the ``wanted`` people in, or wait, or say why not."""
    begun = _Tally(campaign)
    started, limit = time.monotonic(), min(limit, wanted, MOST)
    while begun.new() < limit and time.monotonic() - started < PATIENCE:
        try:
            pending = orders.open_ones(campaign)
            if pending and not _work(pending):
                due_at = max(pending[0].due_at, clock.now() + BREATH)
                return begun.report(wanted, due_at=due_at, note=_waiting(pending))
            if not pending and not _place(source, campaign, wanted - begun.new()):
                return begun.report(wanted, is_over=True, note=_ended(source, campaign))
        except Halted as halt:
            now = clock.now()
            if halt.rest.until is None or halt.rest.is_long(now):
                return begun.report(wanted, stop=_stopped(source, campaign, halt))
            return begun.report(wanted, due_at=halt.rest.until, note=halt.rest.words)
    return begun.report(wanted, due_at=None if begun.new() else clock.now())


def affordable(campaign: Campaign, provider: str, operation: str, units: int) -> int:
    """Return how many units the rest of the budget pays for; at least one, so that the ledger says no."""
    price = ledger.unit_price(provider, operation, clock.now())
    campaign.refresh_from_db(fields=["budget", "spent", "held"])
    return units if not price else max(1, min(units, int(campaign.remaining // price)))


def latest(campaign: Campaign, operation: str) -> ProviderOrder | None:
    """Return the last order of a campaign for an operation."""
    rows = ProviderOrder.objects.filter(campaign=campaign, operation=operation)
    return rows.exclude(request__has_key="act").order_by("-pk").first()


class _Tally:
    """What a slice has brought so far, counted in the rows: another worker may have stored some of it."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.people, self.cost = self._people(), self._cost()

    def new(self) -> int:
        """How many people are new since the beginning."""
        return self._people() - self.people

    def report(
        self,
        wanted: int,
        *,
        due_at: datetime | None = None,
        note: str = "",
        stop: str = "",
        is_over: bool = False,
    ) -> StageReport:
        """Return the slice as a report."""
        new = self.new()
        if new >= wanted or is_over or stop:
            orders.forget_unasked(self.campaign, with_errors=new >= wanted)
        left = 0 if is_over or new >= wanted else wanted - new
        waits = due_at if left else None
        return StageReport(new, left=left, cost=self._cost() - self.cost, note=note, due_at=waits, stop=stop)

    def _people(self) -> int:
        return Prospect.objects.filter(campaign=self.campaign).count()

    def _cost(self) -> Decimal:
        rows = Cost.objects.filter(campaign=self.campaign, reference__startswith="order:")
        return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def _work(pending: Sequence[ProviderOrder]) -> int:
    """Take the due ones a step further; return how many this worker got hold of."""
    return sum(orders.work(order, clock.now()) for order in pending if order.due_at <= clock.now())


def _place(source: Source, campaign: Campaign, wanted: int) -> int:
    wishes = source.plan(campaign, wanted)
    for wish in wishes:
        orders.place(
            wish.provider, wish.operation, wish.question, key=wish.key, use=wish.use, campaign=campaign,
            now=clock.now(), **wish.facts,
        )  # fmt: skip
    return len(wishes)


def _waiting(pending: Sequence[ProviderOrder]) -> str:
    first = pending[0]
    return first.error or f"Waiting for {catalogue.label(first.provider)}."


def _ended(source: Source, campaign: Campaign) -> str:
    failed = ProviderOrder.objects.filter(
        campaign=campaign, status__in=(ProviderOrder.Status.FAILED, ProviderOrder.Status.EXPIRED)
    )
    last = failed.order_by("-pk").first()
    if last:
        return f"{catalogue.label(last.provider)}: {failed.count()} orders failed. {last.error}"[:250]
    return f"{catalogue.label(source.name)} has nobody else."


def _stopped(source: Source, campaign: Campaign, halt: Halted) -> str:
    count = Prospect.objects.filter(campaign=campaign).count()
    return f"{halt.rest.words} Kept what came: {count} of {campaign.prospect_count} people."[:250]
