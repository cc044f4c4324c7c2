"""What a plan will cost: price rows × expected units, with a low and a high guess."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from campaigns import clock
from campaigns.models import Price

CENT = Decimal("0.01")
FROM_THE_START = datetime(2000, 1, 1, tzinfo=UTC)

#: provider, operation, label, unit, amount, per, units a prospect needs
DEFAULT_PRICES = (
    ("outscraper", "maps_search", "Maps search", "record", "0.50", 100, "1"),
    ("hunter", "email_finding", "E-mail finding", "address", "10", 100, "1"),
    ("llm", "site_analysis", "Site analysis", "token", "3", 1_000_000, "500"),
    ("llm", "lead_scoring", "Lead scoring", "token", "3", 1_000_000, "300"),
    ("email", "send", "E-mails", "message", "0.001", 1, "1"),
)


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


def estimate(count: int, now: datetime | None = None) -> Estimate:
    """Return what ``count`` prospects will cost at the prices of a moment; 50 at the default list: $5.42."""
    items = [_line(price, count) for price in _current(now or clock.now())]
    total, low, high = (_cents(getattr(item, name) for item in items) for name in ("amount", "low", "high"))
    return Estimate(total, low, high, items)


def seed_prices() -> None:
    """Write the default price list where a price is missing."""
    for provider, operation, label, unit, amount, per, units in DEFAULT_PRICES:
        facts = {
            "label": label,
            "unit": unit,
            "amount": Decimal(amount),
            "per": per,
            "units_per_prospect": Decimal(units),
        }
        key = {"provider": provider, "operation": operation, "effective_from": FROM_THE_START}
        Price.objects.get_or_create(**key, defaults=facts)


def _current(now: datetime) -> list[Price]:
    newest: dict[tuple[str, str], Price] = {}
    for price in Price.objects.filter(in_estimate=True, effective_from__lte=now).order_by("effective_from"):
        newest[price.provider, price.operation] = price
    return list(newest.values())


def _line(price: Price, count: int) -> LineItem:
    units = price.units_per_prospect * count
    amount = units * price.unit_price
    return LineItem(
        price.provider, price.operation, price.label or price.operation, units, price.unit, price.unit_price,
        amount, amount * price.low_factor, amount * price.high_factor,
    )  # fmt: skip


def _cents(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0)).quantize(CENT)
