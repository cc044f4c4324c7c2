"""Works off orders without a run: results are fetched and stored, lost calls cleared up, acts asked.

New questions of a campaign are left to its run, so that pausing or stopping the campaign ends them.
"""

import logging
from datetime import datetime

from django.db.models import Q

from campaigns.models import PipelineRun, RunStatus
from campaigns.services.ledger import BudgetExceeded
from leads.models import ProviderOrder
from leads.services.harvesting import booking, orders
from leads.services.harvesting.states import Halted

logger = logging.getLogger(__name__)
Status = ProviderOrder.Status


def drain(now: datetime, *, limit: int = 10) -> int:
    """Take due orders a step further; return how many were ours."""
    lost = Q(status=Status.ASKING, request__has_key="sent")
    mine = Q(status=Status.WAITING) | Q(status=Status.ASKING, campaign=None) | Q(request__act=True) | lost
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = ProviderOrder.objects.filter(mine, free, status__in=orders.OPEN, due_at__lte=now)
    return sum(_work(order, now) for order in due.order_by("due_at")[:limit])


def _work(order: ProviderOrder, now: datetime) -> int:
    try:
        got = orders.work(order, now)
    except BudgetExceeded as error:
        booking.unsent(order, status=Status.FAILED, finished_at=now, error=str(error))
        return 1
    except Halted as halt:
        _put_off(order, halt, now)
        return 1
    if got and order.campaign_id:
        _wake(order.campaign_id, now)
    return int(got)


def _put_off(order: ProviderOrder, halt: Halted, now: datetime) -> None:
    """An act waits while its provider rests, and is over when a person must look first."""
    rows = ProviderOrder.objects.filter(pk=order.pk, status=Status.ASKING)
    if halt.rest.is_long(now):
        rows.update(status=Status.FAILED, finished_at=now, error=halt.rest.words[:250])
    else:
        rows.update(due_at=halt.rest.until, error=halt.rest.words[:250])


def _wake(campaign_id: int, now: datetime) -> None:
    """A run that waits for this answer need not wait longer."""
    done = ProviderOrder.objects.filter(campaign_id=campaign_id, status__in=orders.OPEN).exists()
    if not done:
        waiting = PipelineRun.objects.filter(campaign_id=campaign_id, status=RunStatus.QUEUED, due_at__gt=now)
        waiting.update(due_at=now)
