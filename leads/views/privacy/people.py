"""Privacy of one person: hand over everything, or forget them; both are an admin's."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from campaigns.views.access import StaffRequest, may
from campaigns.views.answers import done, refused
from leads.forms.privacy import EraseForm, to_type
from leads.services.privacy import erasing, exporting
from leads.views.find import find_lead


@may("leads.view_erasure")
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what can be done for a person's privacy."""
    lead = find_lead(request, pk)
    context = {"lead": lead, "wanted": to_type(lead)}
    name = "leads/privacy/person.html" if request.htmx else "leads/privacy/person_alone.html"
    return render(request, name, context)


@never_cache
@may("leads.view_erasure")
@require_POST
def export(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand over everything that is stored about a person, as a ZIP file; the act is written down."""
    lead = find_lead(request, pk)
    answer = HttpResponse(exporting.archive(lead, request.user), content_type="application/zip")
    name = slugify(lead.name) or f"lead-{lead.pk}"
    answer["Content-Disposition"] = f'attachment; filename="{name}-everything.zip"'
    return answer


@may("leads.add_erasure")
@require_POST
def erase(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a person, after their address was typed once more."""
    lead = find_lead(request, pk)
    page, form = reverse("leads:lead", args=[pk]), EraseForm(request.POST, lead=lead)
    if lead.erased_at:
        return refused(request, "This person is forgotten already.", page)
    if not form.is_valid():
        words = [str(error) for errors in form.errors.values() for error in errors]
        return refused(request, f"Nobody was forgotten. {' '.join(words)}", page)
    done_now = erasing.erase(lead, form.cleaned_data["reason"], request.user)
    rows = sum(int(count) for count in done_now.counts.values())
    return done(request, f"Forgotten for good: {rows:,} rows and files were emptied", reverse("leads:index"))
