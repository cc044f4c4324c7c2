"""The review queue: one question after the other, answered by M (merge) or D (two people)."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import done, refused
from leads.services.identity import queue, review
from leads.services.identity.merging import MergeRefused
from leads.views.find import find_lead
from leads.views.identity import desk

SHOWN = 30


@may("leads.change_matchcandidate")
@reauthentication_required(enabled=desk.takes_everything)  # type: ignore[untyped-decorator]
def duplicates(request: StaffRequest) -> HttpResponseBase:
    """Show the question at hand with those around it; take its answer."""
    if request.method == "POST":
        return _answer(request)
    rows = review.questions(request.user)
    listed = list(rows[:SHOWN])
    at = desk.number(request.GET.get("at"))
    place = next((n for n, one in enumerate(listed) if one.pk == at), 0)
    context: dict[str, Any] = {
        "nav": "leads", "questions": listed, "count": paging.say_count(paging.count(rows)),
        "waiting": queue.waiting() if not listed else 0,
    }  # fmt: skip
    if listed:
        question = listed[place]
        keep = desk.number(request.GET.get("keep")) or None
        found = review.compare(*review.pair_of(question), question, keep)
        before, after = listed[place - 1] if place else None, listed[place + 1 : place + 2]
        context |= {"question": question, "previous": before, "next": after[0] if after else None}
        context |= desk.shown(found)
    return render(request, "leads/duplicates/queue.html", context)


@staff
def duplicates_of(request: StaffRequest, pk: int) -> HttpResponse:
    """Say on a person's page who else may be the same; nothing when nobody is."""
    found = find_lead(request, pk)
    open_questions = review.of_lead(found, request.user) if request.user.has_perm("leads.add_merge") else []
    context = {"lead": found, "open_questions": open_questions}
    return render(request, "leads/duplicates/panel.html", context)


def _answer(request: StaffRequest) -> HttpResponse:
    """Merge the two, or remember that they are two people; then the next question comes."""
    page = reverse("leads:duplicates")
    question = get_object_or_404(review.questions(request.user), pk=desk.number(request.POST.get("question")))
    leads = {lead.pk: lead for lead in review.pair_of(question)}
    kept = leads.pop(desk.number(request.POST.get("kept")), None) or leads.pop(question.left_id)
    gone = next(iter(leads.values()))
    after = desk.number(request.POST.get("after"))
    page += f"?at={after}" if after else ""
    try:
        if request.POST.get("act") == "distinct":
            review.tell_apart(kept, gone, request.user)
            return done(request, f"{kept.name} and {gone.name} stay two people", page)
        made = review.merge(kept, gone, request.user, desk.choices(request.POST))
    except MergeRefused as refusal:
        return refused(request, str(refusal), page)
    return done(request, f"{gone.name} is part of {kept.name} now", page, undo=_undo(made.pk))


def _undo(pk: int) -> str:
    return reverse("leads:undo_merge", args=[pk])
