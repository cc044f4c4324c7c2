"""Segments: built from nested conditions, counted while they are typed, explained, kept as snapshots."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import cursors, done, posted, refused
from leads.forms import builder
from leads.forms.criteria import SegmentForm, field_choices, read_filters
from leads.models import Segment
from leads.services import segments as service
from leads.services.rules import language as rules

NO_BUILD = "Your role may use segments, not build them. Ask a manager or an admin."


@staff
def segments(request: StaffRequest) -> HttpResponse:
    """List own and shared segments with what they ask."""
    found = service.visible_to(request.user).select_related("owner", "team").order_by("name")
    page = paging.page(found, order="name", **cursors(request))
    rows = [{"segment": one, "sentence": rules.sentence(one.criteria)} for one in page]
    return render(request, "leads/segments.html", {"nav": "leads", "page": page, "rows": rows})


@may("leads.add_segment")
def new_segment(request: StaffRequest) -> HttpResponseBase:
    """Build a segment; filters of the list come along in the query string."""
    leaves = read_filters(request.GET.getlist("f"))
    return _builder(request, None, {"all": leaves} if leaves else {})


@staff
def segment(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a segment; only its owner and managers may."""
    found = get_object_or_404(service.visible_to(request.user), pk=pk)
    return _builder(request, found, found.criteria)


@staff
@require_POST
def build_segment(request: StaffRequest) -> HttpResponse:
    """Draw the conditions again after one was added, taken away, or asks about another field."""
    group = builder.change(builder.read(request.POST), request.POST.get("act", ""))
    return render(request, "leads/builder.html", _drawn(group))


@may("leads.change_segment")
@require_POST
def delete_segment(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a segment; its leads stay."""
    found = get_object_or_404(service.visible_to(request.user), pk=pk)
    if not _may_change(request, found):
        return refused(
            request, f"{found.owner} owns this segment; ask them or a manager.", reverse("leads:segments")
        )
    found.delete()
    return done(request, f"{found.name} is gone; its leads stay", reverse("leads:segments"))


def _builder(request: StaffRequest, found: Segment | None, criteria: dict[str, Any]) -> HttpResponseBase:
    names = ("name", "description", "is_shared", "is_pinned")
    start = {name: getattr(found, name) for name in names} if found else {}
    form = SegmentForm(posted(request), initial=start)
    problems: list[str] = []
    group = builder.from_tree(criteria)
    if request.method == "POST":
        if not request.user.has_perm("leads.add_segment"):
            raise PermissionDenied(NO_BUILD)
        group = builder.read(request.POST)
        if "act" in request.POST:  # a press on «Add a condition» without scripts
            group = builder.change(group, request.POST["act"])
        else:
            criteria, problems = builder.to_tree(group)
            if found and not _may_change(request, found):
                problems = [f"{found.owner} owns this segment; ask them or a manager."]
            elif form.is_valid() and not problems:
                return _save(request, form, found, criteria)
    if not group.parts:
        group = builder.change(group, "row:0")
    context = {
        "nav": "leads", "segment": found, "form": form, "problems": problems,
        "may_change": found is None or _may_change(request, found), "page_key": uuid.uuid4().hex,
        **_drawn(group),
        "sentence": "" if problems else rules.sentence(criteria),
    }  # fmt: skip
    return render(request, "leads/segment.html", context, status=422 if problems or form.errors else 200)


def _drawn(group: builder.Group) -> dict[str, Any]:
    return {"group": group, "fields": field_choices(), "joins": list(builder.JOINS.items())}


def _save(
    request: StaffRequest, form: SegmentForm, found: Segment | None, criteria: dict[str, Any]
) -> HttpResponse:
    data = form.cleaned_data
    made = found or Segment(owner=request.user, team=request.user.team)
    made.name, made.description, made.criteria = data["name"], data["description"], criteria
    made.is_shared, made.is_pinned = data["is_shared"], data["is_pinned"]
    made.save()
    return done(request, f"{made.name} is saved", f"{reverse('leads:index')}?view={made.pk}")


def _may_change(request: StaffRequest, found: Segment) -> bool:
    return service.changeable_by(request.user).filter(pk=found.pk).exists()
