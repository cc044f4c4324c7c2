"""What a person said about each channel, with its proof, as a part of their page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from campaigns.views.access import StaffRequest, may
from leads.forms.privacy import ConsentForm
from leads.services.privacy import consents
from leads.views.find import find_lead


@may("leads.view_consent")
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how each channel stands; a POST records a yes or a no that somebody heard."""
    lead, form = find_lead(request, pk), ConsentForm()
    if request.method == "POST":
        if not request.user.has_perm("leads.add_consent"):
            raise PermissionDenied("Your role may look at this, not change it. Ask a manager or an admin.")
        form = ConsentForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            said_yes = data["answer"] == "yes"
            consents.record(
                lead, data["channel"], is_granted=said_yes, evidence=data["evidence"], by=request.user
            )
            form = ConsentForm()
    context = {
        "lead": lead, "form": form, "standing": consents.standing(lead), "history": consents.history(lead)
    }  # fmt: skip
    name = "leads/privacy/consent.html" if request.htmx else "leads/privacy/consent_alone.html"
    return render(request, name, context, status=422 if form.errors and not request.htmx else 200)
