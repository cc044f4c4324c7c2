"""The list of leads: views as tabs, filters as pills, pages by key, acts on many rows."""

from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import masking, paging
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import cursors, done, refused
from leads.forms.criteria import LeafForm, write_filter
from leads.forms.lead import OwnerForm, SuppressForm
from leads.models import Lead, LeadQuerySet, Segment
from leads.services import contactability, exports, listing, profile, scoring, segments
from leads.views import state

SECONDS = 60


@staff
def index(request: StaffRequest) -> HttpResponseBase:
    """List the leads of a view."""
    adding = LeafForm(request.GET or None) if "field" in request.GET else LeafForm()
    now = state.read(request.GET, request.user)
    if adding.is_bound and adding.is_valid():
        return HttpResponseRedirect(now.url([*now.leaves, adding.cleaned_data["leaf"]]))
    page = paging.page(
        listing.rows(now.leads(request.user)), order=state.ORDERS[now.sort],
        **cursors(request),
    )  # fmt: skip
    context = {
        "nav": "leads", "state": now, "page": page, "lines": listing.lines(page.rows), "adding": adding,
        "owners": listing.owners(request.user), "suppressing": SuppressForm(), "pills": now.pills(),
        "loosen_url": now.url(now.leaves[:-1]), "filters": [write_filter(leaf) for leaf in now.leaves],
        **_tabs(request, now),
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
    for segment in segments.visible_to(request.user).filter(is_pinned=True)[:8]:
        held = state.State(segment, [], segment.criteria, "", "", False).leads(request.user)
        cache.set(_key(request, segment), paging.say_count(paging.count(held)), SECONDS)
    return render(request, "leads/tabs.html", _tabs(request, now))


@staff
@require_POST
def bulk(request: StaffRequest) -> HttpResponseBase:
    """Do one thing with the chosen rows, or with all of the view."""
    chosen, back = _chosen(request), reverse("leads:index")
    act = {"assign": _assign, "rescore": _rescore, "suppress": _suppress, "export": _export}
    name = request.POST.get("action", "")
    if name not in act:
        return refused(request, "Choose what to do with these leads.", back)
    if name != "export" and not request.user.has_perm("leads.change_lead"):
        raise PermissionDenied("Your role may look at leads, not change them. Ask a manager or an admin.")
    return act[name](request, chosen, back)


@staff
@require_POST
def undo_bulk(request: StaffRequest) -> HttpResponse:
    """Give handed-over leads back to whom they had."""
    before = request.session.pop("handed_over", [])
    visible = Lead.objects.visible_to(request.user)
    number = profile.give_back([(lead, owner) for lead, owner in before], visible, request.user)
    return done(request, f"{number} taken back", reverse("leads:index"))


def _chosen(request: StaffRequest) -> LeadQuerySet:
    now = state.read(request.GET, request.user)
    if request.POST.get("all"):
        return now.leads(request.user)
    ids = [int(pk) for pk in request.POST.getlist("ids")[:1000] if pk.isdigit()]
    return Lead.objects.visible_to(request.user).filter(pk__in=ids)


def _assign(request: StaffRequest, chosen: LeadQuerySet, back: str) -> HttpResponse:
    form = OwnerForm(request.POST, people=listing.owners(request.user))
    if not form.is_valid():
        return refused(request, "Choose somebody of your team.", back)
    person = form.person()
    before = profile.assign(chosen, person, request.user)
    request.session["handed_over"] = list(before.items())
    text = (
        f"{_people(len(before))} handed to {person}" if person else f"{_people(len(before))} back in the pool"
    )
    return done(request, text, back, undo=reverse("leads:undo_bulk") if before else "")


def _rescore(request: StaffRequest, chosen: LeadQuerySet, back: str) -> HttpResponse:
    ids = list(chosen.values_list("pk", flat=True)[: paging.MANY])
    changed = scoring.score_leads(ids)
    return done(request, f"{_people(len(ids))} scored, {changed} changed", back)


def _suppress(request: StaffRequest, chosen: LeadQuerySet, back: str) -> HttpResponse:
    form = SuppressForm(request.POST)
    leads = list(chosen[: profile.MOST])
    if not form.is_valid():
        return refused(request, "Say why nobody may write to them.", back)
    for lead in leads:
        contactability.suppress_lead(lead, form.cleaned_data["reason"], by=request.user)
    return done(request, f"Nobody writes to {_people(len(leads))} any more", back)


def _export(request: StaffRequest, chosen: LeadQuerySet, back: str) -> HttpResponseBase:
    if masking.is_masked_for(request.user):
        return refused(request, "Your role reads figures, not people; ask an admin for a list.", back)
    answer = StreamingHttpResponse(exports.lines(chosen, "csv"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="leads.csv"'
    return answer


def _people(number: int) -> str:
    return "One lead" if number == 1 else f"{number:,} leads"


def _tabs(request: StaffRequest, now: state.State) -> dict[str, Any]:
    """Return the tabs; a count is shown once it is known and asked for when it is not."""
    pinned = list(segments.visible_to(request.user).filter(is_pinned=True)[:8])
    if now.segment and now.segment not in pinned:
        pinned.append(now.segment)
    counts = cache.get_many([_key(request, segment) for segment in pinned])
    shown: list[dict[str, Any]] = [{"label": "All", "url": "?", "active": now.segment is None}]
    for segment in pinned:
        shown.append({
            "label": segment.name, "url": f"?view={segment.pk}", "active": segment == now.segment,
            "count": counts.get(_key(request, segment)),
        })  # fmt: skip
    here = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "tabs": shown, "waits_for_counts": len(counts) < len(pinned), "state": now, "here": here,
        "can_save": now.is_edited and bool(now.leaves),
        "save_url": f"{reverse('leads:new_segment')}{now.url(now.leaves)}",
    }  # fmt: skip


def _key(request: StaffRequest, segment: Segment) -> str:
    return f"segment-count:{segment.pk}:{request.user.pk}"
