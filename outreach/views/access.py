"""Who may open the pages of the upper floors: the office reads, managers write, agents keep to the inbox."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from campaigns.models.user import Role
from campaigns.views.access import OFFICE, StaffRequest, staff

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
Guarded = Callable[..., HttpResponseBase]

WRITERS = "Analysts read. Ask a manager for another role if you are to answer people."


def office(view: View[P]) -> Guarded:
    """Keep out those who only answer customers: plans and figures are not theirs."""
    return _only(view, is_office, OFFICE)


def author(view: View[P], why: str = "") -> Guarded:
    """Let only managers and admins in; tell the others whom to ask."""
    return _only(
        view,
        lambda request: request.user.can_manage,
        why or "Managers and admins change sequences. Ask one of yours.",
    )


def decider(view: View[P]) -> Guarded:
    """Let only those decide on advice who answer for a campaign's money."""
    return author(view, "Managers and admins decide on recommendations. Ask one of yours.")


def caretaker(view: View[P]) -> Guarded:
    """Let only those in who look after stray mail and mailboxes."""
    return author(view, "Managers and admins look after stray mail and mailboxes. Ask one of yours.")


def writer(view: View[P]) -> Guarded:
    """Keep readers from acting on customers."""
    return _only(view, may_write, WRITERS)


def is_office(request: StaffRequest) -> bool:
    """Whether plans and figures are this person's business."""
    return request.user.is_office


def may_write(request: StaffRequest) -> bool:
    """Whether this person may answer customers."""
    return request.user.is_superuser or request.user.role not in (Role.ANALYST, Role.PARTNER)


def _only(view: View[P], is_allowed: Callable[[StaffRequest], bool], why: str) -> Guarded:
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_superuser or is_allowed(request)):
            raise PermissionDenied(why)
        return view(request, *args, **kwargs)

    return staff(guarded)
