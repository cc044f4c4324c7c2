"""Orders: a question to a provider is a row before it is asked, and its answer is in the row at once.

asking → (waiting) → waiting with an answer → done. ``request`` holds the question (``ask``), who takes the
answer in (``use``) and, while a call is out, what was known before it (``sent``, ``hold``, ``balance``): a
worker that finds these without an answer knows that another died in the middle, and never pays twice.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import bulk
from leads.models import ProviderOrder
from leads.services.harvesting import asking, catalogue, polling, storing

Status = ProviderOrder.Status
OPEN = (Status.ASKING, Status.WAITING)
LEASE = timedelta(seconds=90)


def place(
    provider: str,
    operation: str,
    question: Mapping[str, Any],
    *,
    key: str,
    use: str,
    campaign: Campaign | None = None,
    now: datetime,
    **facts: Any,
) -> ProviderOrder:
    """Write an order down, or find the same one again; nothing is asked yet."""
    request = {"ask": dict(question), "use": use, **facts}
    if catalogue.operation(provider, operation).is_job:
        request["token"] = secrets.token_urlsafe(24)
    defaults = {"provider": provider, "operation": operation, "campaign": campaign, "request": request,
                "due_at": now, "created_at": now}  # fmt: skip
    return ProviderOrder.objects.get_or_create(key=key[:120], defaults=defaults)[0]


def forget_unasked(campaign: Campaign, *, with_errors: bool) -> None:
    """Take back what was planned and never accepted; the source plans it again if it is still wanted."""
    rows = ProviderOrder.objects.filter(campaign=campaign, status=Status.ASKING, lease_token="")
    planned = rows.exclude(request__has_key="sent").exclude(request__has_key="act")
    (planned if with_errors else planned.filter(error="")).delete()


def open_ones(campaign: Campaign) -> list[ProviderOrder]:
    """Return the orders of a campaign's harvest that are not over, the first due first."""
    rows = ProviderOrder.objects.filter(campaign=campaign, status__in=OPEN)
    return list(rows.exclude(request__has_key="act").order_by("due_at", "pk"))


def work(order: ProviderOrder, now: datetime) -> bool:
    """Take an order one step further; return whether this worker got hold of it.

    Raise ``BudgetExceeded`` when its campaign cannot pay, ``states.Halted`` when the provider must rest.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = ProviderOrder.objects.filter(free, pk=order.pk, status__in=OPEN, due_at__lte=now)
    token, ids = bulk.claim(waiting, limit=1, lease=LEASE, now=now)
    if not ids:
        return False
    try:
        _step(ProviderOrder.objects.select_related("campaign").get(pk=order.pk), now)
    finally:
        mine = ProviderOrder.objects.filter(pk=order.pk, lease_token=token)
        mine.update(lease_token="", lease_until=None)
    return True


def _step(order: ProviderOrder, now: datetime) -> None:
    if order.answer is None and order.status == Status.ASKING:
        asking.ask(order, now)
    elif order.answer is None:
        polling.poll(order, now)
    order.refresh_from_db()
    if order.answer is not None and order.status == Status.WAITING:
        storing.store(order, clock.now())
