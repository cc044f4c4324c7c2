"""Fetches the results of jobs: polls cost nothing, every job has a deadline of its own."""

from datetime import datetime, timedelta

from campaigns import clock
from campaigns.providers.base import ProviderError
from leads.models import ProviderOrder
from leads.services.harvesting import booking, catalogue, losses, states

Status = ProviderOrder.Status
BLIND = timedelta(minutes=1)
TROUBLED = 30.0
LONGEST = 6.0


def poll(order: ProviderOrder, now: datetime) -> None:
    """Look once whether a job is done."""
    sold, client = catalogue.of(order), catalogue.connect(order.provider, order.request.get("token", ""))
    if order.external_id:
        try:
            answer = client.poll(sold.name, order.external_id)
        except ProviderError as error:
            if _is_over(error):
                booking.unsent(order, status=Status.FAILED, finished_at=now, error=error.message[:250])
                return
            _later(order, now, error)
        else:
            states.worked(order.provider)
            if answer.is_ready:
                booking.keep(order, sold, answer)
                return
            patience = min(LONGEST, 1 + order.attempts / 5)  # a job that takes long is looked at less often
            booking.write(order, due_at=now + timedelta(seconds=answer.poll_after * patience))
    else:  # only its call back can tell its number
        booking.write(order, due_at=now + BLIND)
    if order.deadline_at and clock.now() >= order.deadline_at:
        losses.overdue(order, sold, client)


def _is_over(error: ProviderError) -> bool:
    """Whether the provider said that this job failed; a bad day of its own is none of the job's."""
    return error.permanent and error.code in ("refused", "not_found")


def _later(order: ProviderOrder, now: datetime, error: ProviderError) -> None:
    if error.code == "key":
        states.stop(order.provider, error.message)
    elif error.code == "rate_limit":
        states.slow_down(order.provider, error.message, error.retry_after or TROUBLED)
    wait = max(error.retry_after or 0.0, TROUBLED)
    booking.write(order, due_at=now + timedelta(seconds=wait), error=error.message[:250])
