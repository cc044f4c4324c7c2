"""Look into a segment while it is built: live count, first people, why in or out, snapshots."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.services import paging
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import cursors, done
from leads.forms import builder
from leads.models import Lead, Segment, Snapshot
from leads.services import segments as service
from leads.services.grouped import counting, display, listing, search, snapshots
from leads.services.grouped.counting import Stopped, TooLong
from leads.services.grouped.why import explain
from leads.services.rules import language as rules


@staff
@require_POST
def count_segment(request: StaffRequest) -> HttpResponse:
    """Say what the conditions typed so far mean and about how many fit; the exact number follows."""
    criteria, problems = builder.to_tree(builder.read(request.POST))
    name = _ticket_name(request)
    context: dict[str, Any] = {"problems": problems}
    if problems:
        counting.stop(name)
    else:
        context |= {
            "sentence": rules.sentence(criteria), "ticket": counting.begin(name),
            "estimate": counting.estimate(criteria, request.user),
        }  # fmt: skip
    return render(request, "leads/segment_count.html", context)


@staff
@require_POST
def exact_segment(request: StaffRequest) -> HttpResponse:
    """Count exactly and show the first people; ends early when a newer edit or «Stop» took the ticket."""
    criteria, problems = builder.to_tree(builder.read(request.POST))
    name, ticket = _ticket_name(request), request.POST.get("ticket", "")
    context: dict[str, Any] = {"problems": problems}
    if not problems:
        try:
            wanted = lambda: counting.is_wanted(name, ticket)  # noqa: E731
            context["count"] = counting.exact(criteria, request.user, wanted)
            context["people"] = listing.lines(counting.people(criteria, request.user, wanted))
        except Stopped:
            context["stopped"] = True
        except TooLong:
            context["too_long"] = True
    return render(request, "leads/segment_exact.html", context)


@staff
@require_POST
def stop_count(request: StaffRequest) -> HttpResponse:
    """Stop the running count."""
    counting.stop(_ticket_name(request))
    return render(request, "leads/segment_exact.html", {"stopped": True})


@staff
@require_POST
def why_segment(request: StaffRequest) -> HttpResponse:
    """Explain why a person is in or out of what is typed; offer people while a name is typed."""
    criteria, problems = builder.to_tree(builder.read(request.POST))
    words, number = request.POST.get("why", "").strip(), request.POST.get("why_lead", "")
    context: dict[str, Any] = {"problems": problems, "words": words}
    if number.isdigit() and len(number) < 19 and not problems:
        lead = get_object_or_404(Lead.objects.visible_to(request.user), pk=int(number))
        context |= {"lead": lead, "part": explain(lead, criteria)}
    elif words:
        context["found"] = search.leads(words, request.user)
    return render(request, "leads/segment_why.html", context)


@staff
@require_POST
def take_snapshot(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep who is in a segment now."""
    if not request.user.has_perm("leads.add_segment"):
        raise PermissionDenied("Your role may use segments, not keep snapshots of them.")
    found = get_object_or_404(service.visible_to(request.user), pk=pk)
    made = snapshots.take(found, request.user)
    return done(
        request, f"{made.count:,} people of {found.name} kept", reverse("leads:snapshot", args=[made.pk])
    )


@staff
def segment_snapshots(request: StaffRequest, pk: int) -> HttpResponse:
    """List the snapshots of a segment."""
    found = get_object_or_404(service.visible_to(request.user), pk=pk)
    page = paging.page(found.snapshots.select_related("campaign", "taken_by"), **cursors(request))
    return render(request, "leads/snapshots.html", {"nav": "leads", "segment": found, "page": page})


@staff
def snapshot(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who was in a snapshot, and who joined or left since."""
    found = get_object_or_404(Snapshot.objects.select_related("segment", "campaign"), pk=pk)
    _see(request, found)
    change = snapshots.compare(found, request.user)
    members = snapshots.members(found).visible_to(request.user)
    rows = {"members": members, "joined": change.joined, "left": change.left}
    which = request.GET.get("show", "members")
    which = which if which in rows else "members"
    page = paging.page(listing.rows(rows[which]), **cursors(request))
    parts = [("members", "Then", found.count), ("joined", "Joined since", change.joined.count()),
             ("left", "Left since", change.left.count())]  # fmt: skip
    context = {
        "nav": "leads", "snapshot": found, "page": page, "lines": listing.lines(page.rows),
        "stayed": change.stayed, "columns": display.chosen(()), "which": which, "state": None,
        "parts": [{"label": label, "count": count, "url": f"?show={key}", "active": key == which}
                  for key, label, count in parts],
    }  # fmt: skip
    return render(request, "leads/snapshot.html", context)


def _see(request: StaffRequest, found: Snapshot) -> None:
    """Let only those look who may use its segment, or see its campaign."""
    mine = Segment.objects.visible_to(request.user).filter(pk=found.segment_id or 0).exists()
    if not mine and not Campaign.objects.visible_to(request.user).filter(pk=found.campaign_id or 0).exists():
        raise Http404


def _ticket_name(request: StaffRequest) -> str:
    """Name the count of one open page: a person may build two segments in two windows."""
    page = request.POST.get("page", "")
    return f"{request.user.pk}:{page[:40] or uuid.uuid4().hex}"
