"""Mail that matched nobody or could not be read: nothing is lost, everything can be tried again."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.services import paging
from campaigns.views.access import StaffRequest
from campaigns.views.answers import done, refused
from outreach.models import RawDelivery
from outreach.services import inbox as raw
from outreach.views.access import caretaker

STUCK = ("unmatched", "failed")


@caretaker
def unmatched(request: StaffRequest) -> HttpResponse:
    """List what is stuck at our doors."""
    rows = RawDelivery.objects.filter(status__in=STUCK).defer("body")
    page = paging.page(rows, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "conversations/unmatched.html", {"nav": "inbox", "page": page})


@caretaker
@require_POST
def replay(request: StaffRequest) -> HttpResponse:
    """Put one delivery (or all that are stuck) back in the line."""
    page, pk = reverse("conversations:unmatched"), request.POST.get("pk", "")
    rows = RawDelivery.objects.filter(pk=int(pk)) if pk.isdigit() else RawDelivery.objects.all()
    number = raw.replay(rows)
    if not number:
        return refused(request, "That one is not stuck any more.", page)
    return done(request, "One is tried again" if number == 1 else f"{number} are tried again", page)
