"""What a plan will cost: price rows × expected units, with a low and a high guess."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from campaigns import clock
from campaigns.models import Price
from campaigns.services import pricelists

CENT = Decimal("0.01")
DEFAULT_PRICES = (*pricelists.EXAMPLE, *pricelists.SOURCES)


@dataclass(frozen=True)
class LineItem:
    """One line of an estimate: so many units of one operation at its price."""

    provider: str
    operation: str
    label: str
    units: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Estimate:
    """The expected cost of a plan in money, rounded to cents, with its lines."""

    total: Decimal
    low: Decimal
    high: Decimal
    items: list[LineItem]


def estimate(count: int, now: datetime | None = None, source: str = "") -> Estimate:
    """Return what ``count`` prospects will cost at the prices of a moment; 50 at the default list: $5.42.

    ``source``: where the people come from; a source of ``settings.LEAD_SOURCE_NEEDS`` has calls of its own.
    """
    items = [_line(price, units * count) for price, units in _needed(now or clock.now(), source)]
    total, low, high = (_cents(getattr(item, name) for item in items) for name in ("amount", "low", "high"))
    return Estimate(total, low, high, items)


def seed_prices() -> None:
    """Write the default price list where a price is missing."""
    pricelists.seed()


def _needed(now: datetime, source: str) -> list[tuple[Price, Decimal]]:
    """Return the prices of an estimate, each with the units a prospect needs, the search first."""
    newest = _newest(now)
    plain = {key: price for key, price in newest.items() if price.in_estimate}
    needs = settings.LEAD_SOURCE_NEEDS.get(source)
    if needs is None:
        return [(price, price.units_per_prospect) for price in plain.values()]
    usual = {tuple(name.split(".")) for name in settings.LEAD_SOURCE_NEEDS["directory"]}
    own = {tuple(name.split(".")): Decimal(units) for name, units in needs.items()}
    search = [(newest[key], units) for key, units in own.items() if key in newest]
    rest = [(price, price.units_per_prospect) for key, price in plain.items() if key not in usual]
    return [*search, *rest]


def _newest(now: datetime) -> dict[tuple[str, str], Price]:
    found = Price.objects.filter(effective_from__lte=now).order_by("effective_from")
    return {(price.provider, price.operation): price for price in found}


def _line(price: Price, units: Decimal) -> LineItem:
    amount = units * price.unit_price
    return LineItem(
        price.provider, price.operation, price.label or price.operation, units, price.unit, price.unit_price,
        amount, amount * price.low_factor, amount * price.high_factor,
    )  # fmt: skip


def _cents(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0)).quantize(CENT)
