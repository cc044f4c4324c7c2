"""The inbox: the list of conversations, and one conversation with its composer and facts."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from campaigns import clock
from campaigns.views.access import StaffRequest, staff
from campaigns.views.answers import done
from conversations.forms import ListForm, ReplyForm
from conversations.models import Author, Conversation, ConversationStatus, Turn
from conversations.services import reply, sections, suggestions
from conversations.services.facts import facts_of
from conversations.views import shown
from conversations.views.find import colleagues, find_conversation
from outreach.views.access import may_write, writer

ANSWERABLE = (ConversationStatus.OPEN, ConversationStatus.ESCALATED)
TONE = "friendly"


@staff
def index(request: StaffRequest) -> HttpResponse:
    """List the conversations; a poll gets the list alone."""
    template = "conversations/list.html" if request.htmx else "conversations/inbox.html"
    return _answer(request, template, {"nav": "inbox", **_list(request)})


@staff
def thread(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show a conversation; a post answers the customer."""
    conversation = find_conversation(request, pk)
    if request.method == "POST":
        return _reply(request, pk)
    kept = request.session.pop("taken_back", None)
    draft = kept["text"] if kept and kept["pk"] == pk else None
    return _thread(request, conversation, draft=draft)


@staff
def turns(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer a thread's poll: the turns when there are new ones, else nothing."""
    conversation = find_conversation(request, pk)
    if request.GET.get("seen") == str(conversation.turns_count):
        return HttpResponse(status=204)
    rows = list(conversation.turns.select_related("user"))
    return render(
        request, "conversations/turns.html", {"conversation": conversation, "turns": shown.turns(rows)}
    )


@staff
def composer(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the reply box with another tone of the suggestion."""
    conversation = find_conversation(request, pk)
    return render(
        request,
        "conversations/composer.html",
        {"conversation": conversation, **_composer(request, conversation)},
    )


@writer
def _reply(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send an answer unless its author has missed a newer word; then show it and keep what was written."""
    conversation, form = find_conversation(request, pk), ReplyForm(request.POST)
    draft = request.POST.get("text", "")
    if not form.is_valid():
        return _thread(request, conversation, draft, _first_error(form), status=422)
    if _missed(conversation, form.cleaned_data["seen"]):
        note = "Somebody wrote while you were writing. Look at it; your text is kept below."
        return _thread(request, conversation, draft, note, status=409)
    try:
        turn = reply.reply(conversation, form.cleaned_data["text"], request.user)
    except reply.ReplyRefused as refusal:
        return _thread(request, conversation, draft, str(refusal), status=422)
    undo = reverse("conversations:undo", args=[turn.pk])
    return done(request, f"Your reply to {conversation.lead} leaves in ten seconds", _page(request, pk), undo)


def _missed(conversation: Conversation, seen: int | None) -> bool:
    if seen is None or conversation.turns_count <= seen:
        return False
    return conversation.turns.filter(number__gt=seen).exclude(author=Author.SYSTEM).exists()


def _thread(
    request: StaffRequest,
    conversation: Conversation,
    draft: str | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    rows: list[Turn] = list(conversation.turns.select_related("user"))
    context = {
        "nav": "inbox", "conversation": conversation, "turns": shown.turns(rows),
        "reading": shown.reading(rows),
        "facts": facts_of(conversation), "people": colleagues(request),
        "address": shown.address(conversation, request.user),
        "problem": problem, **_list(request, conversation.pk), **_composer(request, conversation, draft),
    }  # fmt: skip
    return _answer(request, "conversations/thread.html", context, status)


def _list(request: StaffRequest, opened: int = 0) -> dict[str, Any]:
    form, now, kept = ListForm(request.GET), clock.now(), request.GET.get("open", "")
    wanted = form.wanted()
    found = sections.listing(
        request.user, wanted, now, request.GET.get("after", ""), request.GET.get("before", "")
    )
    query = _query(request)
    return {
        "wanted": wanted, "page": found.page, "query": query.urlencode(), "view": found.view,
        "sections": [
            {"part": part, "lines": [shown.line(row, now) for row in part.rows]} for part in found.sections
        ],
        "segments": [
            {"label": label, "count": found.counts[name], "active": name == found.view,
             "url": f"{reverse('conversations:inbox')}?view={name}"}
            for name, label in sections.VIEWS.items()
        ],
        "open_pk": opened or (int(kept) if kept.isdigit() else 0),
        "total": sum(part.count for part in found.sections),
    }  # fmt: skip


def _composer(request: StaffRequest, conversation: Conversation, draft: str | None = None) -> dict[str, Any]:
    """Return what the reply box shows: the kept draft, else the proposal in the chosen tone."""
    is_waiting = conversation.status in ANSWERABLE
    proposals = suggestions.suggest(conversation, request.user) if is_waiting and may_write(request) else []
    wanted = request.GET.get("tone", "")
    chosen = next((one for one in proposals if one.tone == wanted), None)
    proposal = chosen or next((one for one in proposals if one.tone == TONE), None)
    text = draft if draft is not None else proposal.text if proposal else ""
    return {
        "proposals": proposals, "proposal": proposal, "text": text, "may_write": may_write(request),
        "is_fresh": draft is None and chosen is None,
    }  # fmt: skip


def _query(request: StaffRequest) -> Any:
    query = request.GET.copy()
    for name in ("tone", "seen", "open"):
        query.pop(name, None)
    return query


def _page(request: StaffRequest, pk: int) -> str:
    query = _query(request).urlencode()
    return reverse("conversations:thread", args=[pk]) + (f"?{query}" if query else "")


def _first_error(form: ReplyForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def _answer(request: StaffRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
