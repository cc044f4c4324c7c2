"""The page «Sources»: how each provider is doing, and what an admin may do about it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.models.user import Role
from campaigns.providers.base import ProviderError
from campaigns.services import pricelists
from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import done, refused
from leads.services.harvesting import board, catalogue, states

ORDERS = 30


@may("leads.view_providerstate")
def sources(request: StaffRequest) -> HttpResponse:
    """Show the providers, the price list in force and the last orders."""
    context = {
        "nav": "sources", "rows": board.rows(clock.now()), "may_act": _is_admin(request),
        "orders": list(board.recent(request.user, limit=ORDERS)),
        "price_lists": [(name, label) for name, (label, _) in pricelists.LISTS.items()],
        "prices_in_force": pricelists.in_force(),
    }  # fmt: skip
    return render(request, "leads/sources/index.html", context)


@may("leads.view_providerstate")
@require_POST
def test(request: StaffRequest, name: str) -> HttpResponse:
    """Make a call that costs nothing and say how it went."""
    _admin(request, name)
    try:
        return done(request, board.test(name, request.user), reverse("leads:sources"))
    except ProviderError as error:
        return refused(request, error.message, reverse("leads:sources"))


@may("leads.view_providerstate")
@require_POST
def resume(request: StaffRequest, name: str) -> HttpResponse:
    """Let a provider be asked again."""
    _admin(request, name)
    states.resume(name, request.user)
    return done(request, f"{catalogue.label(name)} is asked again", reverse("leads:sources"))


@may("leads.view_providerstate")
@require_POST
def again(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask a failed order once more."""
    _admin(request)
    order = get_object_or_404(board.visible(request.user), pk=pk)
    if not board.ask_again(order, request.user, clock.now()):
        return refused(
            request, "This order is not over, or was asked again already.", reverse("leads:sources")
        )
    return done(request, "It is asked again", reverse("leads:sources"))


@may("leads.view_providerstate")
@require_POST
def prices(request: StaffRequest, name: str) -> HttpResponse:
    """Let a price list count from now on."""
    _admin(request)
    if name not in pricelists.LISTS:
        raise Http404
    changed = pricelists.use(name, request.user)
    words = f"{changed} prices changed" if changed else "These prices count already"
    return done(request, words, reverse("leads:sources"))


def _admin(request: StaffRequest, provider: str = "") -> None:
    if provider and provider not in catalogue.CLIENTS:
        raise Http404
    if not _is_admin(request):
        raise PermissionDenied("Admins look after keys and providers. Ask one of yours.")


def _is_admin(request: StaffRequest) -> bool:
    return request.user.is_superuser or request.user.role == Role.ADMIN
