"""The ledger: money is held before a paid call, settled after it, and never overspent in parallel.

estimate → hold → settle: a hold is one conditional UPDATE (``spent + held + amount <= budget``), so two
workers cannot both take the last dollar; a settlement writes append-only Cost rows whose ``reference``
makes a repeated charge a no-op. Holds of dead workers are released when their lease ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Round

from campaigns import clock
from campaigns.models import Campaign, Cost, Hold, Price, Revenue
from campaigns.services import bulk, sharing

LEASE = timedelta(minutes=5)
CENT_OF_A_CENT = Decimal("0.000001")
COST_COLUMNS = (
    "campaign_id", "provider", "operation", "department", "channel", "units", "tokens_in", "tokens_out",
    "unit_price", "amount", "is_simulated", "lead_id", "message_id", "reference", "occurred_at",
)  # fmt: skip


class BudgetExceeded(Exception):
    """The campaign's budget does not cover a paid call; ``missing`` says by how much."""

    code = "budget_exceeded"
    status = 409

    def __init__(self, missing: Decimal) -> None:
        self.missing = missing.quantize(Decimal("0.01"), rounding="ROUND_UP")
        super().__init__(f"The budget is short by ${self.missing}.")


@dataclass(frozen=True)
class Charge:
    """One paid call: ``units`` at ``unit_price``; ``reference`` names it once and for all."""

    provider: str
    operation: str
    units: Decimal
    unit_price: Decimal
    reference: str
    amount: Decimal | None = None
    department: str = "sales"
    channel: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    lead_id: int | None = None
    message_id: int | None = None
    is_simulated: bool = False

    @property
    def total(self) -> Decimal:
        """Money to book: the provider's own figure if it gave one."""
        amount = self.units * self.unit_price if self.amount is None else self.amount
        return amount.quantize(CENT_OF_A_CENT)


def unit_price(provider: str, operation: str, now: datetime | None = None) -> Decimal:
    """Return the money for one unit at a moment; zero when no price is known."""
    prices = Price.objects.filter(
        provider=provider, operation=operation, effective_from__lte=now or clock.now()
    )
    price = prices.order_by("-effective_from").first()
    return price.unit_price if price else Decimal(0)


def hold(campaign_id: int, amount: Decimal, operation: str, now: datetime, lease: timedelta = LEASE) -> Hold:
    """Set money aside before a paid call; raise ``BudgetExceeded`` when the budget does not cover it."""
    amount = amount.quantize(CENT_OF_A_CENT, rounding="ROUND_UP")
    fits = Campaign.objects.filter(pk=campaign_id, budget__gte=Round(F("spent") + F("held") + amount, 6))
    with transaction.atomic():
        if not fits.update(held=Round(F("held") + amount, 6)):
            campaign = Campaign.objects.get(pk=campaign_id)
            raise BudgetExceeded(campaign.spent + campaign.held + amount - campaign.budget)
        return Hold.objects.create(
            campaign_id=campaign_id,
            operation=operation,
            amount=amount,
            lease_until=now + lease,
            created_at=now,
        )


def settle(held: Hold, charges: Sequence[Charge], now: datetime) -> Decimal:
    """Book what was really billed and free the rest of the hold; return the money booked."""
    with transaction.atomic():
        was_open = Hold.objects.filter(pk=held.pk, closed_at=None).update(closed_at=now)
        booked = charge(held.campaign_id, charges, now)
        _move(held.campaign_id, spent=booked, held=-held.amount if was_open else Decimal(0))
    return booked


def charge(campaign_id: int | None, charges: Sequence[Charge], now: datetime) -> Decimal:
    """Append Cost rows, passing over charges already booked; return the money of the new ones."""
    rows = [
        (campaign_id, c.provider, c.operation, c.department, c.channel, c.units, c.tokens_in, c.tokens_out,
         c.unit_price, c.total, c.is_simulated, c.lead_id, c.message_id, c.reference, now)
        for c in charges
    ]  # fmt: skip
    new = bulk.insert_ignore(Cost, COST_COLUMNS, rows, returning=("amount",)) if rows else []
    return sum((Decimal(str(amount)) for (amount,) in new), Decimal(0))


def release(held: Hold, now: datetime) -> bool:
    """Free a hold without booking anything; return whether it was still open."""
    with transaction.atomic():
        if not Hold.objects.filter(pk=held.pk, closed_at=None).update(closed_at=now):
            return False
        _move(held.campaign_id, spent=Decimal(0), held=-held.amount)
        return True


def release_expired(now: datetime, *, limit: int = 1000) -> int:
    """Free the holds whose worker died; return how many."""
    expired = Hold.objects.filter(closed_at=None, lease_until__lt=now).order_by("lease_until")[:limit]
    return sum(release(held, now) for held in expired)


def earn(
    campaign: Campaign | None,
    amount: Decimal,
    source: str,
    reference: str,
    *,
    lead_id: int | None = None,
    deal_id: int | None = None,
    note: str = "",
    now: datetime | None = None,
) -> Revenue:
    """Book revenue once per ``reference``."""
    facts = {"campaign": campaign, "amount": amount, "source": source, "lead_id": lead_id, "deal_id": deal_id,
             "note": note, "occurred_at": now or clock.now()}  # fmt: skip
    return Revenue.objects.get_or_create(reference=reference, defaults=facts)[0]


@dataclass(frozen=True)
class Totals:
    """Money of one campaign, summed from the rows."""

    spent: Decimal
    revenue: Decimal

    @property
    def roi(self) -> Decimal | None:
        """Return on investment in percent; nothing to say without cost."""
        return (self.revenue - self.spent) / self.spent * 100 if self.spent else None


def totals(campaign_id: int) -> Totals:
    """Sum the campaign's rows."""
    spent = Cost.objects.filter(campaign_id=campaign_id).aggregate(sum=Sum("amount"))["sum"]
    revenue = Revenue.objects.filter(campaign_id=campaign_id).aggregate(sum=Sum("amount"))["sum"]
    return Totals(spent or Decimal(0), revenue or Decimal(0))


@dataclass
class Meter:
    """What a provider is handed: it can pay, remember and keep to a rate, and nothing else."""

    campaign: Campaign
    provider: str
    operation: str
    department: str = "sales"
    _held: Hold | None = field(default=None, repr=False)

    def hold(self, units: Decimal | int, price: Decimal | None = None) -> None:
        """Set aside the money for ``units`` before the call."""
        self.release()
        price = unit_price(self.provider, self.operation) if price is None else price
        self._held = hold(self.campaign.pk, price * Decimal(units), self.operation, clock.now())

    def settle(
        self, units: Decimal | int, *, reference: str, price: Decimal | None = None, **facts: Any
    ) -> None:
        """Book what the call cost."""
        price = unit_price(self.provider, self.operation) if price is None else price
        charges = [Charge(self.provider, self.operation, Decimal(units), price, reference,
                          department=self.department, **facts)]  # fmt: skip
        self.settle_many(charges)

    def settle_many(self, charges: Sequence[Charge]) -> Decimal:
        """Book the charges of one call that answered for many."""
        held, self._held = self._held, None
        if held is None:
            held = hold(
                self.campaign.pk, sum((c.total for c in charges), Decimal(0)), self.operation, clock.now()
            )
        return settle(held, charges, clock.now())

    def release(self) -> None:
        """Free what is still held."""
        held, self._held = self._held, None
        if held is not None:
            release(held, clock.now())

    def recall(self, key: str) -> Any:
        """Return a remembered answer that is still good, or ``None``."""
        return sharing.recall(key, clock.now())

    def remember(self, key: str, value: Any, ttl: timedelta) -> None:
        """Keep an answer for a while; the next equal question costs nothing."""
        sharing.remember(key, self.provider, value, clock.now() + ttl)

    def admit(self, bucket: str, capacity: float, per_second: float) -> float:
        """Take one call from the provider's bucket; return the seconds to wait (0: go ahead)."""
        return sharing.admit(bucket, capacity, per_second, clock.now())


@contextmanager
def meter(campaign: Campaign, provider: str, operation: str, department: str = "sales") -> Iterator[Meter]:
    """Hand out a meter; whatever it still holds at the end is freed."""
    made = Meter(campaign, provider, operation, department)
    try:
        yield made
    finally:
        made.release()


def _move(campaign_id: int, *, spent: Decimal, held: Decimal) -> None:
    """Move the campaign's counters; what does not fit the budget any more is kept as ``overspent``."""
    campaign = Campaign.objects.filter(pk=campaign_id)
    moved = {"spent": Round(F("spent") + spent, 6), "held": Round(F("held") + held, 6)}
    if campaign.filter(budget__gte=Round(F("spent") + F("held") - F("overspent") + spent + held, 6)).update(
        **moved
    ):
        return
    beyond = Round(F("spent") + spent + F("held") + held - F("budget"), 6)
    campaign.update(**moved, overspent=beyond)
