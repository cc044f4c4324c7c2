"""The builder's right side: the text being written as one real person would get it, with all dates."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from campaigns import clock
from campaigns.services import masking
from campaigns.views.access import StaffRequest
from outreach.models import Sender
from outreach.services import checks, sampling, sequences, windows
from outreach.views import cards
from outreach.views.access import office
from outreach.views.cards import Desk
from outreach.views.sequences import find_sequence


@office
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the text being written as one real person would get it, with the dates of all steps."""
    desk = cards.desk_of(request, find_sequence(request, pk))
    typed = request.POST if request.method == "POST" else None
    text = desk.texts.get(desk.tone)
    subject = typed.get("subject", "") if typed else text.subject if text else ""
    body = typed.get("body", "") if typed else text.body if text else ""
    wanted = (request.GET.get("lead") or "").strip()
    person = sampling.person(desk.sequence, request.user, int(wanted) if wanted.isdigit() else None)
    sender = Sender.objects.filter(is_active=True).first()
    context = {
        "nav": "sequences", "desk": desk, "sequence": desk.sequence, "person": person, "sender": sender,
        "sample": sampling.fill(subject, body, person.lead, sender) if person.lead else None,
        "is_part": request.htmx,
        "zone": _city(person),
        "address": masking.shown_to(request.user, person.lead.email) if person.lead else "",
        "plan": _plan(desk, person, sender), "checks": cards.look_over(desk, subject, body),
        "words": checks.words(body),
    }  # fmt: skip
    return render(
        request, "outreach/preview.html" if request.htmx else "outreach/preview_alone.html", context
    )


def _plan(desk: Desk, person: sampling.Person, sender: Sender | None) -> list[dict[str, Any]]:
    if desk.version is None or person.lead is None:
        return []
    dated = sequences.preview(desk.version, person.lead, clock.now(), sender)
    names = {step.position: step for step in desk.steps}
    zone = windows.zone_of(person.lead.time_zone)
    return [
        {"preview": one, "step": names.get(one.position), "local": one.due_at.astimezone(zone)}
        for one in dated
    ]


def _city(person: sampling.Person) -> str:
    return person.lead.time_zone.rpartition("/")[2].replace("_", " ") if person.lead else ""
