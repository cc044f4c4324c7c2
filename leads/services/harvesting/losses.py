"""A call of which nobody knows whether it was taken: never repeated blindly, booked as far as can be told.

What the provider said was left before the call is compared with what it says now. The same: it was never
billed, so it may be asked again. Less, or nobody can tell: it counts as billed, and a person may decide.
A job with a call back waits for that until its deadline, because the provider may still deliver.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from campaigns import clock
from campaigns.providers.base import ProviderError
from leads.models import ProviderOrder
from leads.providers.connector import Connector, Operation
from leads.services.harvesting import booking, states

Status = ProviderOrder.Status
LOOKS = 5
LEASE = timedelta(minutes=5)


def after_death(order: ProviderOrder, sold: Operation, client: Connector) -> None:
    """Carry on with an order whose worker died while its call was out."""
    if sold.is_free:
        booking.unsent(order, due_at=clock.now())
        return
    _decide(order, sold, client, "The worker ended while the answer was on its way.")


def uncertain(order: ProviderOrder, sold: Operation, client: Connector, error: ProviderError) -> None:
    """Carry on with an order whose call was cut off, or answered with what is no answer."""
    _decide(order, sold, client, error.message)


def overdue(order: ProviderOrder, sold: Operation, client: Connector) -> None:
    """End an order whose result did not come in time."""
    used = _used(order, sold, client)
    _end(
        order, Decimal(0) if used is None else used, f"{client.label} gave no result in time.", Status.EXPIRED
    )


def _decide(order: ProviderOrder, sold: Operation, client: Connector, words: str) -> None:
    if sold.is_job and client.callback and order.request.get("token"):
        _wait_for_callback(order, sold, words)
        return
    try:
        used = _used(order, sold, client, is_strict=True)
    except ProviderError:
        looks = order.request.get("looks", 0) + 1
        if looks < LOOKS:
            request = {**order.request, "looks": looks}
            booking.write(
                order, request=request, due_at=clock.now() + timedelta(seconds=15 * looks), error=words
            )
            return
        used = None
    if used == 0:
        _ask_again(order, words)
        return
    most = client.most(sold.name, order.request["ask"])
    _end(order, most if used is None else used, words, Status.FAILED)


def _ask_again(order: ProviderOrder, words: str) -> None:
    """It was not billed. After some tries it is over all the same."""
    errors = order.request.get("errors", 0) + 1
    order.request["errors"] = errors
    if errors >= booking.MOST_ERRORS:
        booking.unsent(order, status=Status.FAILED, finished_at=clock.now(), error=words[:250])
        return
    wait = timedelta(seconds=2 ** (errors - 1))
    booking.unsent(order, due_at=clock.now() + wait, error=words[:250])


def _wait_for_callback(order: ProviderOrder, sold: Operation, words: str) -> None:
    now = clock.now()
    booking.write(
        order, status=Status.WAITING, due_at=now + timedelta(minutes=1), error=words[:250],
        deadline_at=now + (sold.deadline or LEASE),
    )  # fmt: skip


def _used(
    order: ProviderOrder, sold: Operation, client: Connector, *, is_strict: bool = False
) -> Decimal | None:
    """Return what the provider's own count says was billed; ``None`` when it cannot tell."""
    before = order.request.get("balance")
    if before is None or _others(order):
        return None
    try:
        after = client.balance()
    except ProviderError:
        if is_strict:
            raise
        return None
    states.note_credits(order.provider, after)
    if after is None or after > Decimal(before):
        return None
    return min(Decimal(before) - after, client.most(sold.name, order.request["ask"]))


def _others(order: ProviderOrder) -> bool:
    """Whether other paid orders of this provider were out meanwhile: then its count says nothing here."""
    sent = datetime.fromisoformat(order.request["sent"])
    rows = ProviderOrder.objects.filter(provider=order.provider).exclude(pk=order.pk)
    also_out = rows.filter(status=Status.ASKING, request__has_key="sent", lease_until__gt=clock.now())
    return also_out.exists() or rows.filter(finished_at__gt=sent, units__gt=0).exists()


def _end(order: ProviderOrder, units: Decimal, words: str, status: str) -> None:
    now = clock.now()
    booking.book(order, units, now)
    told = f"{words} Not asked again, so that nothing is paid twice; {units:g} counted as billed."
    booking.write(order, units=units, status=status, finished_at=now, error=told[:250])
