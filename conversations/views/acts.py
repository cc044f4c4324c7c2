"""What people do with a conversation: take an answer back, hand over, put aside, end, open again."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.views.access import StaffRequest
from campaigns.views.answers import done, refused
from conversations.forms import HandOverForm
from conversations.services import reply, threads
from conversations.views.find import colleagues, find_conversation, find_turn
from outreach.views.access import writer

BACK = "Back in the inbox"
SNOOZES = {
    "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)
}  # fmt: skip


@writer
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an answer back while it waits; its text is in the reply box again."""
    turn = find_turn(request, pk)
    page = reverse("conversations:thread", args=[turn.conversation_id])
    try:
        text = reply.undo(turn, request.user)
    except reply.ReplyRefused as refusal:
        return refused(request, str(refusal), page)
    request.session["taken_back"] = {"pk": turn.conversation_id, "text": text}
    return done(request, "Taken back; the text is in the reply box of the conversation", page)


@writer
@require_POST
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the conversation over."""
    conversation, form = (
        find_conversation(request, pk),
        HandOverForm(request.POST, people=colleagues(request)),
    )
    page = reverse("conversations:thread", args=[pk])
    if not form.is_valid():
        return refused(request, "Choose somebody of your team.", page)
    person = form.cleaned_data["to"]
    threads.assign(conversation, person, request.user)
    said = f"{conversation.lead} is with {person or 'nobody'} now"
    if not type(conversation).objects.visible_to(request.user).filter(pk=pk).exists():
        page = reverse("conversations:inbox")
    return done(request, said, page)


@writer
@require_POST
def snooze(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the conversation aside for an hour, a day or a week; ``none`` brings it back."""
    conversation, page = find_conversation(request, pk), reverse("conversations:thread", args=[pk])
    wanted = request.POST.get("for", "day")
    until = clock.now() + SNOOZES[wanted] if wanted in SNOOZES else None
    undo_url = reverse("conversations:wake", args=[pk]) if until else ""
    back = f"{conversation.lead} comes back {timezone.localtime(until):%a %d %b, %H:%M}" if until else BACK
    return _move(request, page, lambda: threads.snooze(conversation, until, request.user), back, undo_url)


@writer
@require_POST
def wake(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring a conversation back that was put aside."""
    conversation, page = find_conversation(request, pk), reverse("conversations:thread", args=[pk])
    return _move(request, page, lambda: threads.snooze(conversation, None, request.user), BACK)


@writer
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the conversation; the customer's next word opens it again."""
    conversation, page = find_conversation(request, pk), reverse("conversations:inbox")
    reason = request.POST.get("reason", "")[:40]
    undo_url = reverse("conversations:reopen", args=[pk])
    return _move(request, page, lambda: threads.end(conversation, request.user, reason), "Closed", undo_url)


@writer
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a closed conversation again."""
    conversation, page = find_conversation(request, pk), reverse("conversations:thread", args=[pk])
    return _move(request, page, lambda: threads.reopen(conversation, request.user), "Open again")


@writer
@require_POST
def escalate(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a person of sales must take over."""
    conversation, page = find_conversation(request, pk), reverse("conversations:thread", args=[pk])
    reason = request.POST.get("reason", "")[:200]
    return _move(
        request, page, lambda: threads.escalate(conversation, request.user, reason), "Marked: needs a person"
    )


def _move(
    request: StaffRequest, page: str, act: Callable[[], object], said: str, undo_url: str = ""
) -> HttpResponse:
    try:
        act()
    except threads.ThreadError as error:
        return refused(request, str(error), page)
    return done(request, said, page, undo_url)
