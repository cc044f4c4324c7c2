"""Segments: a few conditions with a name, counted while they are typed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import cursors, done, posted, refused
from leads.forms.criteria import LeafFormSet, SegmentForm, read_filters, show_value
from leads.models import Segment
from leads.services import rules
from leads.services import segments as service


@staff
def segments(request: StaffRequest) -> HttpResponse:
    """List own and shared segments with what they ask."""
    found = service.visible_to(request.user).select_related("owner").order_by("name")
    page = paging.page(
        found,
        order="name",
        **cursors(request),
    )
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
def count_segment(request: StaffRequest) -> HttpResponse:
    """Say how many leads the conditions typed so far hold, and what they say."""
    criteria, problems = _typed(request.GET)
    context: dict[str, Any] = {"problems": problems}
    if not problems:
        found = service.queryset(criteria).visible_to(request.user).current()
        context |= {"count": paging.say_count(paging.count(found)), "sentence": rules.sentence(criteria)}
    return render(request, "leads/segment_count.html", context)


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
    leaves, match, is_nested = _rows(criteria)
    start = {
        "match": match,
        **({name: getattr(found, name) for name in ("name", "is_shared", "is_pinned")} if found else {}),
    }
    form = SegmentForm(posted(request), initial=start)
    rows = LeafFormSet(posted(request), initial=leaves, prefix="row")
    problems: list[str] = []
    if request.method == "POST" and not request.user.has_perm("leads.add_segment"):
        raise PermissionDenied("Your role may use segments, not build them. Ask a manager or an admin.")
    if request.method == "POST" and found and not _may_change(request, found):
        problems = [f"{found.owner} owns this segment; ask them or a manager."]
    elif request.method == "POST" and form.is_valid():
        typed, problems = ({}, []) if is_nested else _typed(request.POST)
        if not problems:
            return _save(request, form, found, criteria if is_nested else typed)
    context = {
        "nav": "leads",
        "segment": found,
        "form": form,
        "rows": rows,
        "problems": problems,
        "is_nested": is_nested,
    }
    context |= {
        "sentence": rules.sentence(criteria),
        "may_change": found is None or _may_change(request, found),
    }
    return render(request, "leads/segment.html", context, status=422 if problems or form.errors else 200)


def _save(
    request: StaffRequest, form: SegmentForm, found: Segment | None, criteria: dict[str, Any]
) -> HttpResponse:
    data = form.cleaned_data
    made = found or Segment(owner=request.user)
    made.name, made.is_shared, made.is_pinned = data["name"], data["is_shared"], data["is_pinned"]
    made.criteria = criteria
    made.save()
    return done(request, f"{made.name} is saved", f"{reverse('leads:index')}?view={made.pk}")


def _typed(data: QueryDict) -> tuple[dict[str, Any], list[str]]:
    """Return the typed conditions as one rule, and what is wrong with them."""
    rows = LeafFormSet(data, prefix="row")
    rows.is_valid()
    filled = [row for row in rows.forms if row.has_changed()]
    problems = [str(error) for row in filled for errors in row.errors.values() for error in errors]
    leaves = [row.cleaned_data["leaf"] for row in filled if "leaf" in row.cleaned_data]
    match = data.get("match") if data.get("match") in ("all", "any") else "all"
    if not leaves and not problems:
        problems = ["Add at least one condition."]
    return {match or "all": leaves}, problems


def _rows(criteria: dict[str, Any]) -> tuple[list[dict[str, str]], str, bool]:
    """Return a rule as rows of the builder; a nested one stays as it is."""
    parts = criteria.get("any", criteria.get("all", [criteria] if "field" in criteria else []))
    if not all("field" in part for part in parts) or "not" in criteria:
        return [], "all", True
    shown = [
        {"field": part["field"], "op": part.get("op", "is"), "value": show_value(part)} for part in parts
    ]
    return shown, "any" if "any" in criteria else "all", False


def _may_change(request: StaffRequest, found: Segment) -> bool:
    return service.changeable_by(request.user).filter(pk=found.pk).exists()
