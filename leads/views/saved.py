"""Saved views: keep what the list shows, name it, share it, put it in order, open with it."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import done, refused
from leads.models import SavedView
from leads.services.grouped import display, saved
from leads.services.grouped.saved import ViewRefused
from leads.views import state


@staff
def views(request: StaffRequest) -> HttpResponse:
    """List one's own views and the team's, with what each shows."""
    mine = set(saved.own(request.user).values_list("pk", flat=True))
    rows = [
        {
            "view": view, "may_change": view.pk in mine, "is_first": _is_first(view, request),
            "pills": _pills(view, request),
        }
        for view in saved.visible_to(request.user)
    ]  # fmt: skip
    return render(request, "leads/views.html", {"nav": "leads", "rows": rows})


@staff
@require_POST
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep what the list shows, in the view it came from or under a new name."""
    now, back = state.read(request.GET, request.user), reverse("leads:index")
    columns = [column.key for column in display.chosen(now.columns)] if now.columns else []
    try:
        if "update" in request.POST and now.view and saved.own(request.user).filter(pk=now.view.pk).exists():
            view = saved.update(now.view, now.kept(), columns)
        else:
            is_shared = bool(request.POST.get("is_shared"))
            view = saved.save(
                request.POST.get("name", ""), now.kept(), columns, request.user, is_shared=is_shared
            )
    except ViewRefused as error:
        return refused(request, str(error), back)
    return done(request, f"{view.name} is saved", f"{back}?v={view.pk}")


@staff
@require_POST
def change_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename, share, move, delete a view, or open the list with it."""
    acts = {
        "rename": _rename, "share": _share, "unshare": _unshare, "earlier": _earlier, "later": _later,
        "first": _first, "not_first": _not_first, "delete": _delete,
    }  # fmt: skip
    act, back = request.POST.get("act", ""), reverse("leads:views")
    view = get_object_or_404(saved.own(request.user), pk=pk)
    if act not in acts:
        return refused(request, "Choose what to do with this view.", back)
    try:
        said = acts[act](view, request)
    except ViewRefused as error:
        return refused(request, str(error), back)
    return done(request, said, back)


def _rename(view: SavedView, request: StaffRequest) -> str:
    return f"Called {saved.rename(view, request.POST.get('name', '')).name} now"


def _share(view: SavedView, request: StaffRequest) -> str:
    saved.share(view, request.user, is_shared=True)
    return f"{view.name} is the team's now"


def _unshare(view: SavedView, request: StaffRequest) -> str:
    saved.share(view, request.user, is_shared=False)
    return f"{view.name} is seen by {view.owner} only"


def _earlier(view: SavedView, request: StaffRequest) -> str:
    saved.move(view, request.user, earlier=True)
    return f"{view.name} stands earlier"


def _later(view: SavedView, request: StaffRequest) -> str:
    saved.move(view, request.user, earlier=False)
    return f"{view.name} stands later"


def _first(view: SavedView, request: StaffRequest) -> str:
    saved.open_with(view, request.user)
    return f"The list opens with {view.name}"


def _not_first(view: SavedView, request: StaffRequest) -> str:
    saved.open_with(None, request.user)
    return "The list opens with everybody"


def _delete(view: SavedView, request: StaffRequest) -> str:
    saved.delete(view)
    return f"{view.name} is gone; its leads stay"


def _is_first(view: SavedView, request: StaffRequest) -> bool:
    return view.position == saved.FIRST and view.owner_id == request.user.pk


def _pills(view: SavedView, request: StaffRequest) -> list[dict[str, str]]:
    return state.read(QueryDict(f"v={view.pk}"), request.user).pills()
