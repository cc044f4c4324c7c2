"""One lead: who it is, what happened, how we judge it; and the form that changes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.services import masking
from campaigns.views.access import StaffRequest, may, staff
from campaigns.views.answers import done, posted
from leads.forms.lead import DealForm, LeadForm, OverrideForm, SuppressForm, TaskForm
from leads.models import Lead, Lifecycle
from leads.services import provenance
from leads.services.grouped import listing
from leads.services.known import dossier, facts, files, history, notes, profile
from leads.services.rules import customfields
from leads.views.find import find_lead
from leads.views.known import clashes, stories

TABS = ("timeline", "conversations", "messages", "notes", "files", "research", "decisions")


@staff
def lead(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show everything about one lead."""
    found = find_lead(request, pk)
    if found.merged_into_id:
        messages.info(request, f"{found.name}, record {pk}, was merged into this one")
        return redirect("leads:lead", found.merged_into_id)
    tab = request.GET.get("tab", "timeline")
    origins = provenance.of(found)
    context: dict[str, Any] = {
        "nav": "leads", "lead": found, "place": found, "entity": "lead",
        "tab": tab if tab in TABS else "timeline", "may_edit": request.user.has_perm("leads.change_lead"),
        "reach": facts.reach(found, request.user, origins),
        "person_facts": facts.person(found, request.user, origins),
        "own_facts": facts.own(found, request.user, origins),
        "other_facts": facts.others(found, request.user, origins),
        "sequence": dossier.sequence(found), "counts": dossier.counts(found),
        "came_by": facts.door(found.origin),
        "is_masked": masking.is_masked_for(request.user),
    }  # fmt: skip
    if context["tab"] == "timeline":
        context |= stories.shown(request, history.of_lead(found))
        context["pinned"] = notes.pinned(found) if request.user.has_perm("leads.view_note") else []
    elif context["tab"] == "decisions":
        context["decisions"] = dossier.decisions(found)
    return render(request, "leads/lead.html", context)


@staff
def aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the right column, loaded after the page: score, what is to be done, deals, files."""
    found = find_lead(request, pk)
    judgement = dossier.judgement(found)
    context = {
        "nav": "leads", "lead": found, "place": found, "entity": "lead", "judgement": judgement,
        "score_rows": dossier.bars(judgement.parts), "tasks": dossier.open_tasks(found),
        "deals": found.deals.select_related("campaign"), "files": files.of(found)[:3],
        "decided": dossier.counts(found)["decisions"] > 0, "part": "leads/known/aside.html",
    }  # fmt: skip
    template = "leads/known/aside.html" if request.htmx else "leads/known/alone.html"
    return render(request, template, context)


@staff
def consent_state(request: StaffRequest, pk: int) -> HttpResponse:
    """Show by which ways a person may be reached, and why not."""
    found = find_lead(request, pk)
    ways = dossier.ways(found, request.user)
    context = {"nav": "leads", "lead": found, "ways": ways, "part": "leads/consent_card.html"}
    return render(request, "leads/consent_card.html" if request.htmx else "leads/known/alone.html", context)


@staff
def dialogs(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the dialogs of a lead's page (loaded after the page)."""
    found = find_lead(request, pk)
    campaigns = Campaign.objects.filter(prospects__lead=found).values_list("pk", "name")
    prospects = found.prospects.select_related("campaign").order_by("-pk")
    context = {
        "lead": found, "owners": listing.owners(request.user), "task_form": TaskForm(),
        "suppressing": SuppressForm(), "overriding": OverrideForm(), "newest": prospects.first(),
        "deal_form": DealForm(campaigns=list(campaigns)), "part": "leads/lead_dialogs.html", "nav": "leads",
        "lifecycles": Lifecycle.choices,
    }  # fmt: skip
    template = "leads/lead_dialogs.html" if request.htmx else "leads/known/alone.html"
    return render(request, template, context)


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
    """Change a lead; when somebody else did so meanwhile, both are shown field by field."""
    found = find_lead(request, pk)
    data, shown = clashes.settled(request, LeadForm.initial_of(found))
    form = LeadForm(data, initial=shown, lead=found)
    context: dict[str, Any] = {"nav": "leads", "lead": found, "form": form, "base": clashes.packed(shown)}
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            profile.change(found, form.facts(), version=version, by=request.user)
            return done(request, "Saved", reverse("leads:lead", args=[pk]))
        except profile.SaveRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except customfields.BadValues as problems:
            form.add_error(None, str(problems))
        except profile.Conflict as conflict:
            theirs = LeadForm.initial_of(conflict.theirs)
            return clashes.answer(request, "leads/form.html", context, form, theirs)
    context["base"] = request.POST.get("base", context["base"])
    return render(request, "leads/form.html", context, status=422 if form.errors else 200)
