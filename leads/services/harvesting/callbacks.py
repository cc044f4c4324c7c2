"""Call backs of providers wake the order they belong to; what they say is fetched again by our own poll.

None of the providers signs its posts, so the order's secret in the address is the proof, and the body is
trusted for one thing only: the number of a job whose submission was cut off.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q

from leads.models import ProviderOrder
from leads.providers.reading import part, rows, text

Status = ProviderOrder.Status
OPEN = (Status.ASKING, Status.WAITING)


def receive(provider: str, token: str, body: Any, now: datetime) -> bool | None:
    """Wake an order; ``None``: no such order, ``False``: it needed no waking (a repeated post)."""
    order = ProviderOrder.objects.filter(provider=provider, request__token=token).first() if token else None
    if order is None:
        return None
    waiting = ProviderOrder.objects.filter(pk=order.pk, status__in=OPEN, answer__isnull=True)
    number = number_of(provider, body)
    if number and not order.external_id and order.request.get("sent"):
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        waiting.filter(free, external_id="").update(external_id=number, status=Status.WAITING)
    return bool(waiting.filter(due_at__gt=now).update(due_at=now))


def number_of(provider: str, body: Any) -> str:
    """Return the number of the job that a post speaks of; empty when it names none."""
    if provider == "dropcontact":  # a list of events
        events = rows(body)
        return text(part(events[0].get("data")).get("request_id"), 80) if events else ""
    found = part(body)
    number = found.get("id") if provider == "outscraper" else found.get("request_id")
    return text(str(number), 80) if isinstance(number, str | int) and not isinstance(number, bool) else ""
