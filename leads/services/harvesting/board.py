"""The providers at a glance: state, credits, memory, cost of the month, last orders; how to look again."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from campaigns.models import Cost, User
from campaigns.providers.base import ProviderError
from campaigns.services import access, audit
from leads.models import ProviderOrder, ProviderState
from leads.services.harvesting import catalogue, orders, states

KEPT = ("ask", "use", "token", "lead", "place", "vertical", "enrolls")
TONES = {"ok": "fern", "resting": "weld", "stopped": "crimson"}


@dataclass(frozen=True)
class Row:
    """One provider; ``hit_rate`` is the share of questions answered from memory, if there were any."""

    name: str
    label: str
    is_simulated: bool
    status: str
    status_label: str
    reason: str
    until: datetime | None
    credits_left: Decimal | None
    cache_hits: int
    cache_misses: int
    cost_this_month: Decimal
    open_orders: int
    failed_orders: int
    address: str

    @property
    def hit_rate(self) -> float | None:
        """The share of questions that memory answered."""
        asked = self.cache_hits + self.cache_misses
        return self.cache_hits / asked if asked else None

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TONES[self.status]


def rows(now: datetime) -> list[Row]:
    """Return the providers, in three queries."""
    known = {state.name: state for state in ProviderState.objects.all()}
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    paid = Cost.objects.filter(provider__in=catalogue.CLIENTS, occurred_at__gte=month).order_by()
    costs = dict(paid.values_list("provider").annotate(sum=Sum("amount")))
    found = ProviderOrder.objects.filter(created_at__gte=month).order_by()
    counts = {(provider, status): number for provider, status, number
              in found.values_list("provider", "status").annotate(number=Count("pk"))}  # fmt: skip
    return [_row(name, known.get(name), costs.get(name), Counter(counts)) for name in catalogue.CLIENTS]


def recent(actor: User, provider: str = "", limit: int = 30) -> QuerySet[ProviderOrder]:
    """Return the last orders a person may see: all, or those of their team's campaigns."""
    found = visible(actor).select_related("campaign").defer("answer", "request")
    return (found.filter(provider=provider) if provider else found)[:limit]


def visible(actor: User) -> QuerySet[ProviderOrder]:
    """Return the orders a person may see."""
    return access.visible(ProviderOrder.objects.all(), actor, "campaign")


def test(provider: str, by: User) -> str:
    """Make a call that costs nothing; return what it told, raise ``ProviderError`` when it failed."""
    label = catalogue.label(provider)
    try:
        left = catalogue.connect(provider).balance()
    except ProviderError as error:
        if error.code == "key":
            states.stop(provider, error.message)
        audit.record(by, "test", states.of(provider), reason=error.message)
        raise
    states.of(provider)
    states.note_credits(provider, left)
    audit.record(by, "test", states.of(provider), after={"credits": str(left)})
    credits = "" if left is None else f", {left.normalize():f} credits left"
    twin = " (its offline twin: there is no key)" if catalogue.is_simulated(provider) else ""
    return f"{label} answers{twin}{credits}."


def ask_again(order: ProviderOrder, by: User, now: datetime) -> bool:
    """Ask a failed order once more; a person decided that it may be billed again."""
    over = ProviderOrder.objects.filter(pk=order.pk, status__in=("failed", "expired"))
    kept = {name: value for name, value in order.request.items() if name in KEPT}
    request = {**kept, "round": order.request.get("round", 0) + 1, "act": True}
    fresh = {"status": orders.Status.ASKING, "request": request, "error": "", "due_at": now, "cursor": 0,
             "external_id": "", "deadline_at": None, "finished_at": None, "answer": None}  # fmt: skip
    if not over.update(**fresh):
        return False
    audit.record(by, "ask_again", order)
    return True


def _row(
    name: str, state: ProviderState | None, cost: Decimal | None, counts: Counter[tuple[str, str]]
) -> Row:
    state = state or ProviderState(name=name)
    return Row(
        name=name, label=catalogue.label(name), status=state.status,
        is_simulated=catalogue.is_simulated(name),
        status_label=state.get_status_display(), reason=state.reason, until=state.until,
        credits_left=state.credits_left, cache_hits=state.cache_hits, cache_misses=state.cache_misses,
        cost_this_month=cost or Decimal(0),
        open_orders=sum(counts[name, status] for status in orders.OPEN),
        failed_orders=counts[name, "failed"] + counts[name, "expired"],
        address=settings.LEAD_PROVIDERS[name]["url"] or catalogue.CLIENTS[name].base_url,
    )  # fmt: skip
