"""The lead or the company that a fragment is about, if this person may see it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse

from campaigns.views.access import StaffRequest
from leads.forms.company import CompanyForm
from leads.forms.lead import LeadForm
from leads.models import Company, Lead
from leads.services.known import firm, profile
from leads.services.known.places import Place

LEAD, COMPANY = "lead", "company"


def find(request: StaffRequest, entity: str, pk: int) -> Place:
    """Return a visible lead or company; what is foreign looks as if it were not there."""
    if entity == LEAD:
        seen = Lead.objects.visible_to(request.user).select_related("company", "owner")
        return get_object_or_404(seen, pk=pk)
    return get_object_or_404(Company.objects.visible_to(request.user).select_related("owner"), pk=pk)


def entity_of(place: Place) -> str:
    """Return what sort of place it is."""
    return LEAD if isinstance(place, Lead) else COMPANY


def page_of(place: Place, tab: str = "") -> str:
    """Return the address of the place's page."""
    return reverse(f"leads:{entity_of(place)}", args=[place.pk]) + (f"?tab={tab}" if tab else "")


def may_edit(request: StaffRequest, place: Place) -> bool:
    """Whether this person may change the facts of a place."""
    return request.user.has_perm(f"leads.change_{entity_of(place)}")


def must(request: StaffRequest, verb: str, entity: str) -> None:
    """Refuse whoever may look at leads or companies but not act on them so."""
    if not request.user.has_perm(f"leads.{verb}_{entity}"):
        raise PermissionDenied("Your role may look at this, not change it. Ask a manager or an admin.")


def form_of(place: Place, data: dict[str, Any] | None = None) -> LeadForm | CompanyForm:
    """Return the form of the place's facts, filled with what stands there."""
    if isinstance(place, Lead):
        return LeadForm(data, initial=LeadForm.initial_of(place), lead=place)
    return CompanyForm(data, initial=CompanyForm.initial_of(place), company=place)


def initial_of(place: Place) -> dict[str, Any]:
    """Return what the form of a place shows."""
    return LeadForm.initial_of(place) if isinstance(place, Lead) else CompanyForm.initial_of(place)


def save(place: Place, facts: dict[str, Any], version: int, request: StaffRequest) -> Place:
    """Write changed facts of a place."""
    if isinstance(place, Lead):
        return profile.change(place, facts, version=version, by=request.user)
    return firm.change(place, facts, version=version, by=request.user)
