"""A recommendation as a card shows it, and what people do with it: approve, dismiss, undo, ask why."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from analytics.models import Recommendation, RecommendationStatus
from analytics.services import actions, recommendations
from campaigns.models import User
from campaigns.services import audit
from campaigns.templatetags import wording
from campaigns.views.access import StaffRequest
from campaigns.views.answers import done, refused
from outreach.views.access import decider, office

REFUSALS = (actions.ActionRefused, recommendations.RecommendationError)
APPROVE = {"PAUSE": "Pause it", "RETARGET": "Take it on", "REWRITE": "Take it on", "REVIEW": "Take it on"}
DISMISS = {"PAUSE": "Keep"}


@decider
@require_POST
def decide(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Approve, dismiss or undo a recommendation."""
    found = _find(request, pk)
    page = reverse("campaigns:campaign", args=[found.campaign_id])
    try:
        if verb == "approve":
            recommendations.apply(found, request.user)
            return done(request, f"Done: {found.title}", page, undo=_url(found, "undo"))
        if verb == "dismiss":
            recommendations.dismiss(found, request.user, request.POST.get("reason", "")[:250])
            return done(request, "Dismissed; it keeps quiet for a week", page)
        if verb == "undo":
            recommendations.undo(found, request.user)
            return done(request, f"Taken back: {found.title}", page)
    except REFUSALS as error:
        return refused(request, str(error), page)
    raise Http404(verb)


@office
def why(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what a recommendation rests on and what became of it."""
    found = _find(request, pk)
    context = {
        "nav": "campaigns", "campaign": found.campaign, "item": found, "card": shown(found, request.user),
        "evidence": [(name.replace("_", " ").capitalize(), _plain(value)) for name,
         value in found.evidence.items()],
        "entries": audit.history(found)[:50],
    }  # fmt: skip
    return render(request, "analytics/why.html", context)


def shown(one: Recommendation, actor: User) -> dict[str, Any]:
    """Return a waiting recommendation as its card shows it; only deciders get buttons."""
    may = actor.can_manage and one.status == RecommendationStatus.OPEN
    add = one.evidence.get("add") if one.action == "SCALE_UP" else None
    return {
        "id": one.pk, "priority": one.get_priority_display(), "title": one.title, "campaign": one.campaign,
        "evidence": one.reason, "effect": one.expected_effect, "certainty": one.certainty,
        "approve_label": f"Add {wording.money(float(add))}" if add else APPROVE.get(one.action, "Approve"),
        "approve_url": _url(one, "approve") if may else "",
        "dismiss_label": DISMISS.get(one.action, "Dismiss"),
        "dismiss_url": _url(one, "dismiss") if may else "",
        "why_url": reverse("analytics:why", args=[one.pk]),
    }  # fmt: skip


def shown_done(one: Recommendation, actor: User) -> dict[str, Any]:
    """Return a decided recommendation with who decided and, while that is possible, its undo."""
    by = one.decided_by or "autopilot"
    can_undo = actor.can_manage and one.status == RecommendationStatus.APPLIED
    return {
        "title": one.title, "note": f"{one.get_status_display()} by {by}, {wording.ago(one.decided_at)}.",
        "undo_url": _url(one, "undo") if can_undo else "",
    }  # fmt: skip


def _find(request: StaffRequest, pk: int) -> Recommendation:
    return get_object_or_404(recommendations.visible_to(request.user), pk=pk)


def _url(one: Recommendation, verb: str) -> str:
    return reverse("analytics:decide", args=[one.pk, verb])


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:,.4g}" if isinstance(value, float) else value
