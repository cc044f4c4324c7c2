"""The money of an order: its answer and its price are kept together; what was not taken is let go."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from campaigns import clock
from campaigns.models import Hold
from campaigns.services import ledger
from campaigns.services.ledger import Charge
from leads.models import ProviderOrder
from leads.providers.connector import Answer, Operation
from leads.services.harvesting import catalogue, memory, states

Status = ProviderOrder.Status
MOST_ERRORS = 6


def keep(order: ProviderOrder, sold: Operation, answer: Answer) -> None:
    """Keep an answer and book what it cost, in one transaction."""
    now, units = clock.now(), answer.units or Decimal(0)
    with transaction.atomic():
        book(order, units, now)
        write(order, answer=answer.data, units=units, status=Status.WAITING, due_at=now, error="")
        states.count_memory(order.provider, is_hit=False)
        states.note_credits(order.provider, answer.credits_left, units)
        memory.remember(sold, order.request["ask"], answer, now)


def book(order: ProviderOrder, units: Decimal, now: datetime) -> None:
    """Book what an order was billed, and free what else was held for it; twice changes nothing."""
    price = ledger.unit_price(order.provider, order.operation, now)
    reference = f"order:{order.pk}:{order.request.get('round', 0)}"
    facts = {"lead_id": order.request.get("lead"), "is_simulated": catalogue.is_simulated(order.provider)}
    charge = Charge(order.provider, order.operation, units, price, reference, **facts)
    charges = [charge] if units else []
    held = Hold.objects.filter(pk=order.request.get("hold") or 0).first()
    if held:
        ledger.settle(held, charges, now)
    else:
        ledger.charge(order.campaign_id, charges, now)


def let_go(order: ProviderOrder) -> None:
    """Free the money held for an order that was not taken."""
    held = Hold.objects.filter(pk=order.request.get("hold") or 0).first()
    if held:
        ledger.release(held, clock.now())


def unsent(order: ProviderOrder, **changes: Any) -> None:
    """Write that no call of this order is out: it was refused before anything was accepted."""
    let_go(order)
    request = {
        name: value for name, value in order.request.items() if name not in ("sent", "hold", "balance")
    }
    write(order, request=request, **changes)


def write(order: ProviderOrder, **changes: Any) -> None:
    """Change an order in the database and in the hand; only whoever has claimed it does so."""
    for name, value in changes.items():
        setattr(order, name, value)
    ProviderOrder.objects.filter(pk=order.pk).update(**changes)
