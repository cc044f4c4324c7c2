"""The list of leads: views as tabs, filters as pills, chosen columns, pages by key."""

from typing import Any

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.services import paging
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import back, cursors
from leads.forms.criteria import LeafForm, write_filter
from leads.forms.lead import SuppressForm
from leads.models import Lifecycle, SavedView, Segment
from leads.services import segments
from leads.services.grouped import columns as settable
from leads.services.grouped import display, listing, saved, verbs
from leads.services.rules import definitions
from leads.views import state

SECONDS = 60
DENSE = "dense_leads"


@staff
def index(request: StaffRequest) -> HttpResponseBase:
    """List the leads of a view."""
    adding = LeafForm(request.GET or None) if "field" in request.GET else LeafForm()
    views = list(saved.visible_to(request.user)[: saved.SHOWN])
    now = state.read(request.GET, request.user, views)
    if adding.is_bound and adding.is_valid():
        return HttpResponseRedirect(now.url([*now.leaves, adding.cleaned_data["leaf"]]))
    state.remember(request)
    page = paging.page(
        listing.rows(now.page_rows(request.user)), order=now.order, tie=now.tie, **cursors(request)
    )
    context = {
        "nav": "leads", "page": page, "lines": listing.lines(page.rows), "adding": adding,
        "pills": now.pills(), "loosen_url": now.url(now.leaves[:-1]), "is_dense": DENSE in request.session,
        "filters": [write_filter(leaf) for leaf in now.leaves], "columns": display.chosen(now.columns),
        **_tabs(request, now, views), **_choices(now),
    }  # fmt: skip
    return render(request, "leads/index.html", context)


@staff
def count(request: StaffRequest) -> HttpResponse:
    """Say how many leads the view holds, or that they are very many."""
    found = state.read(request.GET, request.user).leads(request.user)
    return HttpResponse(paging.say_count(paging.count(found)))


@staff
def tabs(request: StaffRequest) -> HttpResponse:
    """Draw the tabs with their counts, which the page itself does not wait for."""
    now = state.read(request.GET, request.user)
    views = list(saved.visible_to(request.user)[: saved.SHOWN])
    for tab in _shown(request, now, views):
        held = state.read(_query_of(tab), request.user).leads(request.user)
        cache.set(_key(request, tab), paging.say_count(paging.count(held)), SECONDS)
    return render(request, "leads/tabs.html", _tabs(request, now, views))


@staff
def bulk_dialogs(request: StaffRequest) -> HttpResponse:
    """Draw the dialogs of the acts on many, once somebody is chosen."""
    campaigns = Campaign.objects.visible_to(request.user).exclude(status__in=("stopped", "archived"))
    fields = [(name, name.replace("_", " ").capitalize()) for name in settable.PLAIN]
    fields += [(f"custom.{key}", field.label) for key, field in definitions.living().items()]
    context = {
        "owners": listing.owners(request.user), "suppressing": SuppressForm(), "fields": fields,
        "lifecycles": Lifecycle.choices, "campaigns": campaigns.order_by("name")[:200],
        "verbs": {verb.key for verb in verbs.offered(request.user)},
    }  # fmt: skip
    return render(request, "leads/bulk_dialogs.html", context)


@staff
@require_POST
def density(request: StaffRequest) -> HttpResponse:
    """Switch between airy and close rows."""
    if request.session.pop(DENSE, None) is None:
        request.session[DENSE] = True
    return back(request, reverse("leads:index"))


def _choices(now: state.State) -> dict[str, Any]:
    """Return what the column chooser offers: each column, whether it is shown, in the order of the page."""
    shown = [column.key for column in display.chosen(now.columns)]
    others = [column for key, column in display.columns().items() if key not in shown]
    return {
        "chosen": display.chosen(now.columns),
        "others": others,
        "usual_url": now.with_columns(display.USUAL),
    }


def _tabs(request: StaffRequest, now: state.State, views: list[SavedView]) -> dict[str, Any]:
    """Return the tabs; a count is shown once it is known and asked for when it is not."""
    found = _shown(request, now, views)
    counts = cache.get_many([_key(request, tab) for tab in found])
    is_all = now.view is None and now.segment is None
    drawn: list[dict[str, Any]] = [{"label": "All", "url": "?v=0", "active": is_all}]
    for tab in found:
        drawn.append({
            "label": tab.name, "url": f"?{_query_of(tab).urlencode()}",
            "active": tab == (now.view or now.segment), "icon": _icon(tab),
            "count": counts.get(_key(request, tab)),
        })  # fmt: skip
    here = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "tabs": drawn, "waits_for_counts": len(counts) < len(found), "state": now, "here": here,
        "can_save": now.is_edited and bool(now.leaves or now.columns or now.sort != display.DEFAULT_ORDER),
        "may_update": now.view is not None and now.view.owner_id == request.user.pk,
        "segment_url": f"{reverse('leads:new_segment')}{now.url(now.leaves)}", "kept": now.kept(),
    }  # fmt: skip


def _shown(request: StaffRequest, now: state.State, views: list[SavedView]) -> list[SavedView | Segment]:
    pinned = list(segments.visible_to(request.user).filter(is_pinned=True)[: saved.SHOWN])
    found: list[SavedView | Segment] = [*views, *pinned]
    if now.view and now.view not in found:
        found.append(now.view)
    if now.segment and now.view is None and now.segment not in found:
        found.append(now.segment)
    return found


def _query_of(tab: SavedView | Segment) -> QueryDict:
    return QueryDict(f"{'v' if isinstance(tab, SavedView) else 'view'}={tab.pk}")


def _icon(tab: SavedView | Segment) -> str:
    if isinstance(tab, SavedView):
        return "users" if tab.is_shared else ""
    return "pin" if tab.is_pinned else ""


def _key(request: StaffRequest, tab: SavedView | Segment) -> str:
    return f"leads-tab:{tab._meta.model_name}:{tab.pk}:{request.user.pk}"
