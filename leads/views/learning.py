"""Pages of the judgement: the trained score with its versions, earlier cards, what-if and what changed."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.models import ModelVersion
from campaigns.services.learning import acts, queue, registry
from campaigns.views.access import StaffRequest, manager, office, staff
from campaigns.views.answers import done, refused
from leads.models import Rule, RuleKind
from leads.services import rulebook, scoring
from leads.services.learning import board, editions, judging, versions, what_if
from leads.services.learning.snapshots import KIND
from leads.views.find import find_lead

PREFIX = "f."


@office
def learned(request: StaffRequest) -> HttpResponse:
    """Show what was learned from outcomes: versions, figures, pictures, verdicts."""
    number = request.GET.get("version", "")
    active = rulebook.active(RuleKind.SCORING)
    versions.of(active)
    found = board.look(int(number) if number.isdigit() else None)
    context: dict[str, Any] = {"nav": "rules", "board": found, "place": "model", "active": active}
    if found.shown:
        context |= {
            "figures": board.figures(found.shown), "pictures": board.pictures(found.shown),
            "strongest": board.strongest(found.shown),
        }  # fmt: skip
    return render(request, "leads/learning/model.html", context)


@manager
@require_POST
def train(request: StaffRequest) -> HttpResponse:
    """Ask for a training."""
    queue.learner(KIND).mature(clock.now())
    made = queue.order(KIND, request.user, f"asked for by {request.user}")
    return done(
        request, f"Version {made.version} is being trained; this takes seconds", reverse("leads:learned")
    )


@manager
@require_POST
def promote(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a version in force."""
    version = get_object_or_404(ModelVersion, pk=pk, kind=KIND)
    try:
        acts.promote(version, request.user)
    except registry.PromotionRefused as refusal:
        return refused(request, str(refusal), reverse("leads:learned"))
    undo = reverse("leads:unpromote")
    return done(request, f"Version {version.version} scores from now on", reverse("leads:learned"), undo)


@manager
@require_POST
def unpromote(request: StaffRequest) -> HttpResponse:
    """Go back to the version before."""
    try:
        version = acts.back(KIND, request.user)
    except registry.PromotionRefused as refusal:
        return refused(request, str(refusal), reverse("leads:learned"))
    return done(request, f"Version {version.version} scores again", reverse("leads:learned"))


@office
def edition(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an earlier card and what the one in force changed against it."""
    rule = get_object_or_404(Rule, pk=pk, kind=RuleKind.SCORING)
    active = rulebook.active(RuleKind.SCORING)
    others = Rule.objects.filter(kind=RuleKind.SCORING).select_related("created_by", "model_version")[:50]
    context = {
        "nav": "rules", "rule": rule, "active": active, "others": others, "place": "versions",
        "lines": editions.difference(rule.body, active.body) if rule != active else [],
    }  # fmt: skip
    return render(request, "leads/learning/edition.html", context)


@manager
@require_POST
def activate(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an earlier card in force again."""
    rule = get_object_or_404(Rule, pk=pk, kind=RuleKind.SCORING)
    versions.put_in_force(rule, request.user)
    return done(request, f"{rule} is in force", reverse("leads:edition", args=[pk]))


@staff
def what_if_panel(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show what the score would be with other facts; nothing is stored."""
    lead = find_lead(request, pk)
    typed = {
        name.removeprefix(PREFIX): str(value)
        for name, value in request.GET.items()
        if name.startswith(PREFIX)
    }
    context: dict[str, Any] = {"nav": "leads", "lead": lead, "part": "leads/learning/what_if.html"}
    try:
        context["guess"] = what_if.look(lead, typed)
    except what_if.BadGuess as problem:
        context |= {"guess": what_if.look(lead, {}), "problem": str(problem)}
    return _part(request, context)


@staff
def score_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Show why the score changed last, and how the groups of questions stand."""
    lead = find_lead(request, pk)
    context = {
        "nav": "leads", "lead": lead, "changes": scoring.difference(lead), "judgement": judging.of(lead),
        "part": "leads/learning/change.html",
    }  # fmt: skip
    return _part(request, context)


def _part(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer with the part alone inside a page, with a page around it otherwise."""
    status = 422 if context.get("problem") else 200
    if request.htmx:
        return render(request, context["part"], context)
    return render(request, "leads/learning/alone.html", context, status=status)
