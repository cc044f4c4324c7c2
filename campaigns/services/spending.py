"""What was spent, by provider and operation: sums of ledger rows for the pages of costs."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from campaigns.models import Campaign, Cost, User
from campaigns.services import naming

ZERO = Decimal(0)


@dataclass(frozen=True)
class Line:
    """What one operation of a provider cost in all."""

    provider: str
    operation: str
    calls: int
    units: Decimal
    amount: Decimal
    simulated: int


def visible_costs(actor: User) -> QuerySet[Cost]:
    """Return the ledger rows of visible campaigns; rows without one are for those who see all."""
    if actor.sees_all:
        return Cost.objects.all()
    return Cost.objects.filter(campaign__in=Campaign.objects.visible_to(actor))


def by_operation(costs: QuerySet[Cost]) -> list[Line]:
    """Sum ledger rows by provider and operation, the dearest first."""
    sums = costs.order_by().values_list("provider", "operation").annotate(
        calls=Count("pk"), all_units=Sum("units"), money=Sum("amount"),
        simulated=Count("pk", filter=Q(is_simulated=True)),
    )  # fmt: skip
    return sorted((Line(*row) for row in sums), key=lambda line: -line.amount)


def total(lines: list[Line]) -> Decimal:
    """Return what the lines cost together."""
    return sum((line.amount for line in lines), ZERO)


def by_provider(lines: list[Line]) -> list[tuple[str, str, Decimal]]:
    """Return provider, its operations in words and what it cost, the dearest first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.provider, []).append(line)
    rows = [
        (naming.service(name), ", ".join(_words(one) for one in mine), total(mine))
        for name, mine in found.items()
    ]
    return sorted(rows, key=lambda row: -row[2])


def _words(line: Line) -> str:
    return f"{line.calls:,} × {naming.operation(line.operation)}"
