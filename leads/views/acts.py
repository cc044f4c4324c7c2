"""What people do with one lead: hand over, tasks, deals, decide by hand, stop writing, score again."""

from datetime import datetime, time, timedelta

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.models import Campaign
from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import done, refused
from leads.forms.lead import DealForm, OverrideForm, OwnerForm, SuppressForm, TaskForm
from leads.models import Lead, Lifecycle, TaskStatus
from leads.services import contactability, deals, qualification, scoring
from leads.services.grouped import listing
from leads.services.known import profile, todo
from leads.views.find import find_deal, find_lead, find_prospect, find_task

SNOOZES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@may("leads.change_lead")
@require_POST
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the lead over."""
    lead = find_lead(request, pk)
    form = OwnerForm(request.POST, people=listing.owners(request.user))
    if not form.is_valid():
        return refused(request, "Choose somebody of your team.", _page(pk))
    person = form.person()
    before = profile.assign(Lead.objects.filter(pk=pk), person, request.user)
    request.session["handed_over"] = list(before.items())
    still_visible = Lead.objects.visible_to(request.user).filter(pk=pk).exists()
    page = _page(pk) if still_visible else reverse("leads:index")
    return done(request, f"{lead.name} is with {person or 'nobody'} now", page, reverse("leads:undo_bulk"))


@may("leads.change_lead")
@require_POST
def life(request: StaffRequest, pk: int) -> HttpResponse:
    """Change how far a person has come, by hand."""
    lead, wanted = find_lead(request, pk), request.POST.get("lifecycle", "")
    if wanted not in Lifecycle.values:
        return refused(request, "Choose one of the stages.", _page(pk))
    try:
        profile.change(lead, {"lifecycle": wanted}, version=lead.version, by=request.user)
    except profile.Conflict:
        return refused(request, "Somebody else changed this lead just now. Look, and try again.", _page(pk))
    return done(request, f"{lead.name} is at «{Lifecycle(wanted).label}» now", _page(pk))


@may("leads.add_suppression")
@require_POST
def suppress(request: StaffRequest, pk: int) -> HttpResponse:
    """See to it that nobody writes to this person any more."""
    lead, form = find_lead(request, pk), SuppressForm(request.POST)
    if not form.is_valid():
        return refused(request, "Say why nobody may write to this person.", _page(pk))
    reason, evidence = form.cleaned_data["reason"], form.cleaned_data["evidence"]
    contactability.suppress_lead(lead, reason, evidence=evidence, by=request.user)
    return done(request, f"Nobody writes to {lead.name} any more", _page(pk))


@may("leads.change_lead")
@require_POST
def rescore(request: StaffRequest, pk: int) -> HttpResponse:
    """Score the lead again by the card in force."""
    scoring.score_leads([find_lead(request, pk).pk])
    return done(request, "Scored again", _page(pk))


@may("leads.add_task")
@require_POST
def add_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Plan something to do."""
    lead, form = find_lead(request, pk), TaskForm(request.POST)
    owner = OwnerForm(request.POST, people=listing.owners(request.user))
    if not form.is_valid():
        return refused(
            request, " ".join(str(error) for errors in form.errors.values() for error in errors), _page(pk)
        )
    data = form.cleaned_data
    kind = data["kind"] or "follow_up"
    person = (owner.is_valid() and owner.person()) or request.user
    todo.add_task(lead.pk, data["title"], kind, owner_id=person.pk, due_at=data["due_at"])
    return done(request, "Planned" if person == request.user else f"Planned for {person}", _page(pk))


@may("leads.change_task")
@require_POST
def finish_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick a task off."""
    task = find_task(request, pk)
    todo.complete(task, request.user)
    undo = reverse("leads:reopen_task", args=[pk])
    return done(request, f"Done: {task.title}", _page(task.lead_id), undo)


@may("leads.change_task")
@require_POST
def reopen_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Take «done» back."""
    task = find_task(request, pk)
    todo.reopen(task, request.user)
    return done(request, f"Open again: {task.title}", _page(task.lead_id))


@may("leads.change_task")
@require_POST
def cancel_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Drop a task that need not be done any more."""
    task = find_task(request, pk)
    todo.cancel(task, request.user)
    undo = reverse("leads:reopen_task", args=[pk])
    return done(request, f"Dropped: {task.title}", _page(task.lead_id), undo)


@may("leads.change_task")
@require_POST
def snooze_task(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a task off; what was due tomorrow morning stays in the morning."""
    task = find_task(request, pk)
    until = _until(request.POST.get("for", "day"))
    if task.status != TaskStatus.OPEN:
        return refused(request, "This task is done already.", _page(task.lead_id))
    todo.snooze(task, until)
    return done(request, f"Comes back {timezone.localtime(until):%a %d %b, %H:%M}", _page(task.lead_id))


@may("leads.add_deal")
@require_POST
def open_deal(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a deal."""
    lead = find_lead(request, pk)
    campaigns = list(Campaign.objects.filter(prospects__lead=lead).values_list("pk", "name"))
    form = DealForm(request.POST, campaigns=campaigns)
    if not form.is_valid():
        return refused(request, "Give the deal a value, such as 1200.", _page(pk))
    campaign = Campaign.objects.filter(pk=form.cleaned_data["campaign"]).first()
    deals.open_deal(lead, campaign, form.cleaned_data["value"], request.user)
    return done(request, "The deal is open", _page(pk))


@may("leads.change_deal")
@require_POST
def close_deal(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Win or lose a deal."""
    deal = find_deal(request, pk)
    if verb not in ("win", "lose"):
        raise Http404(verb)
    try:
        if verb == "win":
            deals.win(deal, by=request.user)
        else:
            deals.lose(deal, request.POST.get("reason", ""), request.user)
    except deals.DealRefused as refusal:
        return refused(request, str(refusal), _page(deal.lead_id))
    text = f"Won: ${deal.value:,.0f}" if verb == "win" else "The deal is lost"
    return done(request, text, _page(deal.lead_id))


@may("leads.add_override")
@require_POST
def override(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide by hand whether somebody is qualified; the reason is kept."""
    prospect, form = find_prospect(request, pk), OverrideForm(request.POST)
    page = f"{_page(prospect.lead_id)}?tab=decisions"
    if not form.is_valid():
        return refused(request, "Say «qualified» or «not qualified», and why.", page)
    data = form.cleaned_data
    ends = data["expires_at"] and timezone.make_aware(datetime.combine(data["expires_at"], time.max))
    try:
        qualification.override(prospect, data["decision"], data["reason"], request.user, ends)
    except qualification.OverrideRefused as refusal:
        return refused(request, str(refusal), page)
    return done(request, "Decided by hand", page)


def _page(pk: int) -> str:
    return reverse("leads:lead", args=[pk])


def _until(wanted: str) -> datetime:
    until = clock.now() + SNOOZES.get(wanted, SNOOZES["day"])
    return until if wanted == "hour" else until.replace(hour=8, minute=0, second=0, microsecond=0)
