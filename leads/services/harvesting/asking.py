"""Asks a provider: memory first, then the gate, the budget and the rate; what is billed is booked at once."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from campaigns import clock
from campaigns.providers.base import ProviderError
from campaigns.services import ledger, sharing
from leads.models import ProviderOrder
from leads.providers.connector import Answer, Connector, Operation
from leads.providers.web import UNSURE
from leads.services.harvesting import booking, catalogue, losses, memory, states

Status = ProviderOrder.Status
LEASE = timedelta(minutes=5)


def ask(order: ProviderOrder, now: datetime) -> None:
    """Take an order that waits to be asked one step further."""
    sold, client = catalogue.of(order), catalogue.connect(order.provider, order.request.get("token", ""))
    if order.request.get("sent"):
        losses.after_death(order, sold, client)
        return
    known = memory.recall(sold, order.request["ask"], now)
    if known is not None:
        states.count_memory(order.provider, is_hit=True)
        booking.write(order, answer=known, units=Decimal(0), status=Status.WAITING)
        return
    if rest := states.gate(order.provider, now):
        booking.write(order, error=rest.words[:250])
        raise states.Halted(rest)
    _prepare(order, sold, client, now)
    try:
        answer = client.ask(sold.name, order.request["ask"])
    except ProviderError as error:
        _failed(order, sold, client, error)
        return
    states.worked(order.provider)
    if answer.is_ready:
        booking.keep(order, sold, answer)
    else:
        _wait(order, sold, answer)


def _prepare(order: ProviderOrder, sold: Operation, client: Connector, now: datetime) -> None:
    """Hold the money, take a turn at the rate, and write down that a call is about to go out."""
    wait = sharing.admit(sold.bucket.name, sold.bucket.capacity, sold.bucket.per_second, now)
    if wait:
        booking.write(order, due_at=now + timedelta(seconds=wait))
        raise states.Halted(
            states.Rest(f"{client.label} is asked at its own pace.", now + timedelta(seconds=wait))
        )
    facts: dict[str, Any] = {"sent": now.isoformat()}
    if not sold.is_free:
        facts["balance"] = _balance(order, client)
        facts["hold"] = _hold(order, sold, client, now)
    booking.write(order, request={**order.request, **facts})


def _hold(order: ProviderOrder, sold: Operation, client: Connector, now: datetime) -> int | None:
    if order.campaign_id is None:
        return None
    price = ledger.unit_price(order.provider, order.operation, now)
    amount = price * client.most(sold.name, order.request["ask"])
    return ledger.hold(order.campaign_id, amount, sold.name, now, (sold.deadline or LEASE) + LEASE).pk


def _balance(order: ProviderOrder, client: Connector) -> str | None:
    """Return the credits known before the call: if it is lost, they tell whether it was billed."""
    left = states.of(order.provider).credits_left
    if left is None:
        try:
            left = client.balance()
        except ProviderError:
            return None
        states.note_credits(order.provider, left)
    return None if left is None else str(left)


def _wait(order: ProviderOrder, sold: Operation, answer: Answer) -> None:
    now = clock.now()
    states.note_credits(order.provider, answer.credits_left)
    booking.write(
        order, status=Status.WAITING, external_id=answer.external_id, error="",
        due_at=now + timedelta(seconds=answer.poll_after), deadline_at=now + (sold.deadline or LEASE),
    )  # fmt: skip


def _failed(order: ProviderOrder, sold: Operation, client: Connector, error: ProviderError) -> None:
    """Decide what an error means for the order, its money and the provider."""
    now, words = clock.now(), error.message[:250]
    if error.code in UNSURE and not sold.is_free:
        states.failed(order.provider, error.message)
        losses.uncertain(order, sold, client, error)
    elif error.code == "pending":
        booking.unsent(order, due_at=now + timedelta(seconds=error.retry_after or 3), error=words)
    elif error.code == "restricted":
        booking.unsent(order, status=Status.WAITING, answer={"restricted": True}, error=words)
    elif error.code in ("key", "quota"):
        booking.unsent(order, error=words)
        (states.stop if error.code == "key" else states.ran_dry)(order.provider, error.message)
        raise states.Halted(states.Rest(error.message, None))
    elif error.code == "rate_limit":
        until = states.slow_down(order.provider, error.message, error.retry_after or 20)
        booking.unsent(order, due_at=until, error=words)
        raise states.Halted(states.Rest(error.message, until))
    elif error.permanent and error.code != "bad_answer":
        booking.unsent(order, status=Status.FAILED, finished_at=now, error=words)
    else:
        _again(order, error)


def _again(order: ProviderOrder, error: ProviderError) -> None:
    """Nothing was accepted: ask later, twice as late each time; the sixth time it is over."""
    now, errors = clock.now(), order.request.get("errors", 0) + 1
    states.failed(order.provider, error.message)
    order.request["errors"] = errors
    if errors >= booking.MOST_ERRORS:
        booking.unsent(order, status=Status.FAILED, finished_at=now, error=error.message[:250])
    else:
        wait = max(2.0 ** (errors - 1), error.retry_after or 0)
        booking.unsent(order, due_at=now + timedelta(seconds=wait), error=error.message[:250])
