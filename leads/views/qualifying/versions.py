"""One version of the tree: drawn, compared with the one in force, and put in force by a manager."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.views.access import StaffRequest, manager, office
from campaigns.views.answers import done, refused
from leads.models import Prospect, Rule, RuleKind
from leads.services import rulebook
from leads.services.qualifying import editing, trying, versions


@office
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a version beside the tree in force."""
    rule = get_object_or_404(Rule.objects.select_related("created_by"), pk=pk, kind=RuleKind.QUALIFICATION)
    active = rulebook.active(RuleKind.QUALIFICATION)
    prospects = Prospect.objects.visible_to(request.user)
    trial = trying.run(rule.body, active.body, prospects, clock.now())
    context = {
        "nav": "rules", "rule": rule, "active": active, "trial": trial,
        "tree": editing.readable(rule.body, counts=trial.counts),
        "differences": versions.differences(active.body, rule.body), "history": versions.history(rule)[:20],
    }  # fmt: skip
    return render(request, "leads/tree/version.html", context)


@manager
@require_POST
def activate(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Put this version in force, with the reason."""
    rule = get_object_or_404(Rule, pk=pk, kind=RuleKind.QUALIFICATION)
    page = reverse("leads:rule_version", args=[pk])
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return refused(request, "Say why this version comes into force.", page)
    try:
        versions.activate(rule, request.user, reason)
    except rulebook.BadBody as bad:
        return refused(request, " ".join(bad.problems), page)
    return done(request, f"{rule} is in force", page)
