"""The suppression list: looked through, added to by hand or by file, lifted by an admin with a reason."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import cursors, done, posted, refused
from leads.forms.privacy import CHANNELS, LiftForm, SuppressionForm
from leads.models import Suppression
from leads.services.privacy import suppressing

STATES = [("on", "In force"), ("lifted", "Lifted"), ("all", "All")]


@may("leads.view_suppression")
def index(request: StaffRequest) -> HttpResponse:
    """List who must not be contacted, newest first."""
    asked = {name: request.GET.get(name, "")[:120] for name in ("q", "level", "channel", "state")}
    state = asked["state"] if asked["state"] in dict(STATES) else "on"
    found = suppressing.search(asked["q"], level=asked["level"], channel=asked["channel"], state=state)
    page = paging.page(found, order="-id", **cursors(request))
    context: dict[str, Any] = {
        "nav": "suppressions", "page": page, "lines": suppressing.lines(page.rows, request.user),
        "asked": asked, "state": state, "states": STATES, "levels": Suppression.Level.choices,
        "channels": [("every", "Every channel"), *CHANNELS], "lifting": LiftForm(),
        "is_narrowed": any(asked[name] for name in ("q", "level", "channel")) or state != "on",
    }  # fmt: skip
    return render(request, "leads/privacy/suppressions.html", context)


@may("leads.add_suppression")
def add(request: StaffRequest) -> HttpResponseBase:
    """Put addresses, numbers and domains on the list, typed, pasted or as a file."""
    form = SuppressionForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        added = suppressing.add(
            data["text"], reason=data["reason"], channel=data["channel"], evidence=data["evidence"],
            by=request.user,
        )  # fmt: skip
        said = f"{added.new:,} new on the list, {added.known:,} stood there already"
        if added.unreadable:
            shown = ", ".join(f"«{line}»" for line in added.unreadable[:3])
            said += f"; {len(added.unreadable):,} lines could not be read, such as {shown}"
        return done(request, said, reverse("leads:suppressions"))
    context = {"nav": "suppressions", "form": form}
    return render(request, "leads/privacy/add.html", context, status=422 if form.errors else 200)


@may("leads.change_suppression")
@require_POST
def lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an entry off the list; the reason is kept."""
    row, form = get_object_or_404(Suppression, pk=pk), LiftForm(request.POST)
    page = reverse("leads:suppressions")
    if not form.is_valid():
        return refused(request, "Say why it is lifted; the reason is kept.", page)
    if row.reason == "forgotten":
        return refused(request, "This person asked to be forgotten. That cannot be lifted.", page)
    if not suppressing.lift(row, request.user, form.cleaned_data["reason"]):
        return refused(request, "It was lifted already.", page)
    return done(request, "Lifted; who, when and why is kept", page)
