"""Takes the people out of an answer, a hundred at a time: a worker that dies goes on where it was.

Each batch is one transaction with the order's ``cursor``; whoever has lost the order stores nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from leads.models import ProviderOrder
from leads.services.harvesting import booking, records

Status = ProviderOrder.Status
BATCH, TRIES = 100, 3


class Overtaken(Exception):
    """Another worker has stored this batch already."""


def store(order: ProviderOrder, now: datetime) -> None:
    """Store what is left of an answer; an answer that cannot be read ends the order with the reason."""
    use = records.of(order)
    try:
        found = use.read(order)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        words = f"The answer cannot be read: {error}"
        booking.write(order, status=Status.FAILED, finished_at=now, error=words[:250])
        return
    while order.cursor < len(found):
        batch = found[order.cursor : order.cursor + BATCH]
        try:
            _store(order, use.put, batch, now)
        except Overtaken:
            return
    booking.write(order, status=Status.DONE, finished_at=now, due_at=now)


def _store(
    order: ProviderOrder,
    put: Callable[[ProviderOrder, Sequence[Any], datetime], None],
    batch: Sequence[Any],
    now: datetime,
) -> None:
    """Store one batch; somebody entering by another door at this moment makes it begin again."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                mine = ProviderOrder.objects.filter(pk=order.pk, cursor=order.cursor)
                if not mine.update(cursor=order.cursor + len(batch)):
                    raise Overtaken
                put(order, batch, now)
            order.cursor += len(batch)
            return
        except IntegrityError:
            if attempt == TRIES:
                raise
