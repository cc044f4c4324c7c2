"""Messages with their state and reason, one message with its three texts, and the mailboxes."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from campaigns import clock
from campaigns.models import Cost
from campaigns.services import masking, paging
from campaigns.views.access import StaffRequest, find_campaign
from outreach.forms import MessageFilter
from outreach.models import EventKind, Message, Sender
from outreach.models.message import LEFT
from outreach.services import diagnosis, sampling
from outreach.views.access import caretaker, office

FEW = 25
#: What people ask for, in the order they ask.
STATES = {
    "sent,delivered": "Sent", "queued,claimed": "Queued", "draft,approved": "To approve",
    "bounced": "Bounced",
    "failed": "Failed", "suppressed": "Suppressed", "skipped": "Skipped", "uncertain": "Uncertain",
    "cancelled": "Cancelled",
}  # fmt: skip
NOTES = {
    EventKind.OPENED: "mail-open",
    EventKind.CLICKED: "link",
    EventKind.REPLIED: "reply",
    EventKind.BOUNCED: "mail-x",
}


@office
def messages(request: StaffRequest) -> HttpResponse:
    """List the messages of all campaigns one may see."""
    form = MessageFilter(request.GET)
    form.is_valid()
    visible = Message.objects.visible_to(request.user)
    campaign = None
    if form.cleaned_data.get("campaign"):
        campaign = find_campaign(request, form.cleaned_data["campaign"])
        visible = visible.filter(campaign=campaign)
    context = {"nav": "campaigns", "campaign": campaign, **_listed(request, visible, form)}
    return render(request, "outreach/messages.html", context)


@office
def campaign_messages(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the newest messages of a campaign, by state."""
    campaign, form = find_campaign(request, pk), MessageFilter(request.GET)
    form.is_valid()
    visible = Message.objects.visible_to(request.user).filter(campaign=campaign)
    listed = _listed(request, visible, form, reverse("outreach:campaign_messages", args=[pk]))
    idle = diagnosis.why_not_sending(campaign, clock.now()) if not form.statuses() else []
    context = {
        "nav": "campaigns",
        "campaign": campaign,
        "tab": "messages",
        "idle": idle,
        "part": "outreach/messages_panel.html",
        **listed,
    }
    response = render(
        request, "outreach/messages_panel.html" if request.htmx else "outreach/panel_alone.html", context
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


@office
def message(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one message: what was sent, what became of it, and the three texts it was chosen from."""
    rows = Message.objects.visible_to(request.user).select_related(
        "lead__company", "campaign", "sender", "step__version__sequence", "enrollment"
    )
    found = get_object_or_404(rows, pk=pk)
    context = {
        "nav": "campaigns", "message": found, "campaign": found.campaign,
        "events": found.events.order_by("occurred_at"),
        "texts": [_text(found, one) for one in found.texts()],
        "address": masking.shown_to(request.user, found.to_address),
        "costs": list(Cost.objects.filter(message_id=pk)), "why": diagnosis.why_not(found, clock.now()),
        "icons": NOTES,
    }  # fmt: skip
    return render(request, "outreach/message.html", context)


@caretaker
def senders(request: StaffRequest) -> HttpResponse:
    """List the mailboxes with what left from them in a day and what they may send."""
    now = clock.now()
    recent = Q(message__sent_at__gte=now - timedelta(days=1), message__status__in=LEFT)
    counted = Sender.objects.annotate(
        left=Count("message", filter=recent),
        back=Count("message", filter=recent & Q(message__status="bounced")),
    ).order_by("pk")
    rows = [
        {"sender": one, "cap": one.cap_on(now), "rests": one.rested_until and one.rested_until > now}
        for one in counted
    ]
    return render(request, "outreach/senders.html", {"nav": "sequences", "rows": rows})


def _listed(request: StaffRequest, visible: Any, form: MessageFilter, url: str = "") -> dict[str, Any]:
    counts = dict(visible.order_by().values_list("status").annotate(Count("pk")))
    statuses, event = form.statuses(), form.cleaned_data.get("event", "")
    found = visible.filter(status__in=statuses) if statuses else visible
    if event in EventKind.values:
        human = {} if event not in ("opened", "clicked") else {"events__origin": "human"}
        found = found.filter(events__kind=event, **human).distinct()
    if words := form.cleaned_data.get("q", ""):
        found = found.filter(Q(subject__icontains=words) | Q(to_address__icontains=words))
    page = paging.page(
        found.select_related("lead__company", "campaign", "step"), after=request.GET.get("after", ""),
        before=request.GET.get("before", ""), size=FEW,
    )  # fmt: skip
    chosen = ",".join(statuses)
    return {
        "page": page,
        "states": _states(counts, chosen, request, url),
        "event": event,
        "chosen": chosen,
        "url": url,
    }


def _states(counts: dict[str, int], chosen: str, request: StaffRequest, url: str) -> list[dict[str, Any]]:
    kept = {name: request.GET[name] for name in ("campaign",) if request.GET.get(name)}
    base = "".join(f"&{name}={value}" for name, value in kept.items() if value.isdigit())
    shown = [
        {
            "label": "All",
            "url": f"{url}?{base.lstrip('&')}",
            "count": sum(counts.values()),
            "active": not chosen,
        }
    ]
    for names, label in STATES.items():
        number = sum(counts.get(name, 0) for name in names.split(","))
        if number or names == chosen:
            shown.append(
                {
                    "label": label,
                    "url": f"{url}?status={names}{base}",
                    "count": number,
                    "active": names == chosen,
                }
            )
    return shown


def _text(found: Message, one: Any) -> dict[str, Any]:
    """Return one of the three texts as this person would read it."""
    is_sent = one.tone == found.tone
    sample = sampling.fill(one.subject, one.body, found.lead, found.sender)
    return {"variant": one, "is_sent": is_sent, "sample": sample}
