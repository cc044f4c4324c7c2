"""Leave a whole company, or everybody at its domain, alone: a part of the company's page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from campaigns.views.access import StaffRequest, may
from leads.forms.privacy import BlockForm, LiftForm
from leads.models import Company
from leads.services.privacy import suppressing


@may("leads.view_suppression")
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whether the company may be contacted; a POST puts it, or its domain, on the list."""
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=pk)
    form = BlockForm()
    if request.method == "POST":
        if not request.user.has_perm("leads.add_suppression"):
            raise PermissionDenied("Your role may look at this, not change it. Ask a manager or an admin.")
        form = BlockForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            suppressing.block_company(company, data["level"], data["reason"], data["evidence"], request.user)
            form = BlockForm()
    context = {
        "company": company, "blocks": suppressing.of_company(company), "form": form, "lifting": LiftForm()
    }  # fmt: skip
    name = "leads/privacy/company.html" if request.htmx else "leads/privacy/company_alone.html"
    return render(request, name, context)
