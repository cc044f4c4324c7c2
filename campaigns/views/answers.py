"""How a page answers an act: a toast that says what happened, with Undo if there is one, and a way back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from campaigns.services import paging


def done(request: HttpRequest, text: str, to: str, undo: str = "") -> HttpResponseRedirect:
    """Say that something was done (``undo``: the URL that takes it back) and go back or to ``to``."""
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return back(request, to)


def refused(request: HttpRequest, text: str, to: str) -> HttpResponseRedirect:
    """Say why something was not done and go back or to ``to``."""
    messages.error(request, text)
    return back(request, to)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent with a POST, even if it is empty, for a form."""
    return request.POST if request.method == "POST" else None


def cursors(request: HttpRequest) -> paging.Cursors:
    """Return the place in a list that the query string names."""
    return {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}


def back(request: HttpRequest, to: str) -> HttpResponseRedirect:
    """Go to the posted ``next`` when it is a page of ours, else to ``to``."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return redirect(wanted if wanted and is_ours else to)
