"""One lead: who it is, what happened, how we judge it; and the form that changes it."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import done, posted
from leads.forms.lead import DealForm, LeadForm, OverrideForm, SuppressForm, TaskForm
from leads.models import Lead
from leads.services import dossier, listing, profile
from leads.views.find import find_lead

FIELDS = [name for name in LeadForm.base_fields if name not in ("version", "tags")]


@staff
def lead(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show everything about one lead."""
    found = find_lead(request, pk)
    if found.merged_into_id:
        return redirect("leads:lead", found.merged_into_id)
    tab, channel = request.GET.get("tab", "timeline"), request.GET.get("channel", "")
    campaigns = Campaign.objects.filter(prospects__lead=found).values_list("pk", "name")
    judgement = dossier.judgement(found)
    sequence = listing.lines([found])[0].sequence
    context = {
        "nav": "leads", "lead": found, "tab": tab, "channel": channel,
        "channels": dossier.channels(found), "reach": dossier.ways(found, request.user),
        "timeline": dossier.timeline(found, channel, request.GET.get("after", "")),
        "judgement": judgement, "score_rows": dossier.bars(judgement.parts),
        "decisions": dossier.decisions(found), "tasks": dossier.open_tasks(found), "sequence": sequence,
        "sequence_step": f"{sequence[1]} of {sequence[2]}" if sequence else "",
        "deals": found.deals.select_related("campaign"), "owners": listing.owners(request.user),
        "task_form": TaskForm(), "suppressing": SuppressForm(), "overriding": OverrideForm(),
        "deal_form": DealForm(campaigns=list(campaigns)),
    }  # fmt: skip
    return render(request, "leads/lead.html", context)


@may("leads.add_lead")
def new(request: StaffRequest) -> HttpResponseBase:
    """Add a lead by hand; one we know already is shown instead."""
    form = LeadForm(posted(request))
    other = None
    if request.method == "POST" and form.is_valid():
        try:
            made = profile.create(form.facts(), request.user)
            return done(request, f"{made.name} is added", reverse("leads:lead", args=[made.pk]))
        except profile.SaveRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
            other = refusal.other
    visible = Lead.objects.visible_to(request.user)
    context = {"nav": "leads", "form": form, "other": other and visible.filter(pk=other.pk).first()}
    return render(request, "leads/form.html", context, status=422 if form.errors else 200)


@may("leads.change_lead")
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a lead; when somebody else did so meanwhile, show both and ask."""
    found = find_lead(request, pk)
    form = LeadForm(posted(request), initial=LeadForm.initial_of(found))
    context: dict[str, Any] = {"nav": "leads", "lead": found, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            profile.change(found, form.facts(), version=version, by=request.user)
            return done(request, "Saved", reverse("leads:lead", args=[pk]))
        except profile.SaveRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except profile.Conflict as conflict:
            context |= {
                "theirs": _differences(form, conflict.theirs),
                "their_version": conflict.theirs.version,
            }
            return render(request, "leads/form.html", context, status=409)
    return render(request, "leads/form.html", context, status=422 if form.errors else 200)


def _differences(form: LeadForm, theirs: Lead) -> list[dict[str, Any]]:
    """Return the fields in which what is typed differs from what stands there now."""
    now, mine = LeadForm.initial_of(theirs), form.data
    return [
        {"label": form[name].label, "theirs": now[name], "mine": mine.get(name, "")}
        for name in FIELDS
        if str(now[name] or "") != str(mine.get(name, "")) and name not in ("do_not_email", "do_not_call")
    ]
