"""Merging by hand: with a second record that is searched for, with those chosen in the list; and undo."""

from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import cursors, done, refused
from leads.models import Lead
from leads.services.identity import choosing, review, trail
from leads.services.identity.merging import MergeRefused
from leads.views.identity import desk


@may("leads.add_merge")
@reauthentication_required(enabled=desk.takes_everything)  # type: ignore[untyped-decorator]
def merge_with(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Find the second record of a person, then show the two side by side."""
    lead = desk.find(request, [pk])[0]
    other = desk.number(request.GET.get("with"))
    if other:
        return _side_by_side(request, [lead, *desk.find(request, [other])])
    words = request.GET.get("q", "").strip()[:80]
    context = {
        "nav": "leads", "lead": lead, "q": words, "found": review.search(lead, words, request.user),
        "open_questions": review.of_lead(lead, request.user),
    }  # fmt: skip
    return render(request, "leads/duplicates/search.html", context)


@may("leads.add_merge")
@reauthentication_required(enabled=desk.takes_everything)  # type: ignore[untyped-decorator]
def merge(request: StaffRequest) -> HttpResponseBase:
    """Compare the records chosen in the list and merge them: two field by field, more by rule."""
    ids = [desk.number(pk) for pk in (request.POST or request.GET).getlist("ids")[: review.MOST]]
    leads = desk.find(request, list(dict.fromkeys(pk for pk in ids if pk)))
    if len(leads) < 2:
        return refused(request, "Choose at least two leads to merge.", reverse("leads:index"))
    if request.method == "POST":
        if "act" in request.POST:
            return _merge(request, leads)
        query = urlencode(
            [("ids", lead.pk) for lead in leads]
        )  # the list's form: a page that can be read again
        return redirect(f"{reverse('leads:merge')}?{query}")
    if len(leads) == 2:
        return _side_by_side(request, leads)
    kept = choosing.survivor(leads)
    context = {"nav": "leads", "leads": leads, "kept": kept, "may": review.may_merge(request.user, *leads)}
    return render(request, "leads/duplicates/many.html", context)


@may("leads.view_merge")
def merges(request: StaffRequest) -> HttpResponse:
    """List what was merged, each with what it was based on and the way back."""
    page = paging.page(review.merges(request.user), order="-id", **cursors(request))
    lines = [(one, trail.counts(one.moved.get("steps", []))) for one in page.rows]
    context = {"nav": "leads", "page": page, "lines": [(one, sum(moved.values())) for one, moved in lines]}
    return render(request, "leads/duplicates/merges.html", context)


@may("leads.change_merge")
@require_POST
def undo_merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    made = get_object_or_404(review.merges(request.user), pk=pk)
    page = reverse("leads:merges")
    try:
        left = review.undo(made, request.user)
    except MergeRefused as refusal:
        return refused(request, str(refusal), page)
    said = f"{made.gone.name} and {made.kept.name} are two people again"
    return done(request, f"{said}; {left} facts changed since stay as they are" if left else said, page)


def _side_by_side(request: StaffRequest, leads: list[Lead]) -> HttpResponse:
    keep = desk.number(request.GET.get("keep")) or None
    found = review.compare(leads[0], leads[1], keep=keep)
    mine = review.may_merge(request.user, *leads)
    is_whole = not any(lead.merged_into_id or lead.erased_at for lead in leads)
    context = {"nav": "leads", "may": mine and is_whole, "is_whole": is_whole, **desk.shown(found)}
    return render(request, "leads/duplicates/compare.html", context)


def _merge(request: StaffRequest, leads: list[Lead]) -> HttpResponse:
    kept_id = desk.number(request.POST.get("kept"))
    kept = next((lead for lead in leads if lead.pk == kept_id), None) or choosing.survivor(leads)
    others = [lead for lead in leads if lead.pk != kept.pk]
    page = reverse("leads:lead", args=[kept.pk])
    try:
        if request.POST["act"] == "distinct":
            review.tell_apart(kept, others[0], request.user)
            return done(request, f"{kept.name} and {others[0].name} stay two people", page)
        if len(others) > 1:
            made = review.merge_many(kept, others, request.user)
            return done(request, f"{len(made)} records are part of {kept.name} now", reverse("leads:merges"))
        one = review.merge(kept, others[0], request.user, desk.choices(request.POST))
    except MergeRefused as refusal:
        return refused(request, str(refusal), page)
    undo = reverse("leads:undo_merge", args=[one.pk])
    return done(request, f"{others[0].name} is part of {kept.name} now", page, undo=undo)
