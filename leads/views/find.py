"""Find the row a page is about, if this person may see it."""

from django.shortcuts import get_object_or_404

from campaigns.views.access import StaffRequest
from leads.models import Deal, Lead, Prospect, Task
from leads.services.known import dossier


def find_lead(request: StaffRequest, pk: int) -> Lead:
    """Return a visible lead with company, owner, score and the numbers of its tabs."""
    visible = Lead.objects.visible_to(request.user).select_related("company", "owner", "score__card")
    return get_object_or_404(dossier.with_counts(visible), pk=pk)


def find_task(request: StaffRequest, pk: int) -> Task:
    """Return a task about a visible lead."""
    visible = Lead.objects.visible_to(request.user)
    return get_object_or_404(Task.objects.select_related("lead").filter(lead__in=visible), pk=pk)


def find_deal(request: StaffRequest, pk: int) -> Deal:
    """Return a deal of a visible lead."""
    return get_object_or_404(Deal.objects.visible_to(request.user).select_related("lead"), pk=pk)


def find_prospect(request: StaffRequest, pk: int) -> Prospect:
    """Return a prospect whose lead is visible."""
    visible = Prospect.objects.visible_to(request.user).select_related("lead", "campaign")
    return get_object_or_404(visible, pk=pk)
