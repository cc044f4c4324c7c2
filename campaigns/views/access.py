"""Who may open a staff page: everybody signed in sees what is theirs, managers act on campaigns."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from campaigns.models import Campaign, User

P = ParamSpec("P")
OFFICE = "Support agents work in the inbox. Ask a manager for a sales role if you need this page."


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff."""

    user: User
    htmx: HtmxDetails


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def staff(view: StaffView[P]) -> Callable[..., HttpResponseBase]:
    """Ask for a sign-in before the view is called."""
    return login_required(cast("Callable[..., HttpResponseBase]", view))


def manager(view: StaffView[P]) -> Callable[..., HttpResponseBase]:
    """Let only those in who may plan, launch and stop campaigns; tell the others whom to ask."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.can_manage:
            raise PermissionDenied("Managers and admins plan and steer campaigns. Ask one of yours.")
        return view(request, *args, **kwargs)

    return staff(guarded)


def office(view: StaffView[P]) -> Callable[..., HttpResponseBase]:
    """Keep out those who only answer customers: plans, figures and money are not theirs."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_office:
            raise PermissionDenied(OFFICE)
        return view(request, *args, **kwargs)

    return staff(guarded)


def may(permission: str) -> Callable[[StaffView[P]], Callable[..., HttpResponseBase]]:
    """Let only those in whose role has a permission such as ``leads.change_lead``."""

    def guard(view: StaffView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied(
                    "Your role may look at this, not change it. Ask a manager or an admin."
                )
            return view(request, *args, **kwargs)

        return staff(guarded)

    return guard


def find_campaign(request: StaffRequest, pk: int) -> Campaign:
    """Return a campaign this person may see; what is foreign looks as if it were not there."""
    visible = Campaign.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(visible, pk=pk)
