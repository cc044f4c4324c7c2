"""The sequence page: steps at the left, the text in the middle, a real person's view at the right."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.views.access import StaffRequest
from campaigns.views.answers import done, refused
from outreach.forms import StepForm
from outreach.models import Sequence, SequenceVersion, Step
from outreach.services import (
    checks,
    editing,
    enrollments,
    results,
    versions,
)
from outreach.views import cards
from outreach.views.access import author, office
from outreach.views.cards import Desk
from outreach.views.sequences import find_sequence, tabs

NO_LEADS = 0


@office
def sequence(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a sequence with the chosen step open."""
    desk = cards.desk_of(request, find_sequence(request, pk))
    form = (
        StepForm(initial=StepForm.values_of(desk.step, desk.texts.get(desk.tone), desk.tone))
        if desk.step
        else None
    )
    return _page(request, desk, form)


@author
@require_POST
def save(request: StaffRequest, pk: int, position: int) -> HttpResponseBase:
    """Keep a step's text and timing in the draft."""
    found, form = find_sequence(request, pk), StepForm(request.POST)
    if form.is_valid():
        try:
            draft = editing.save_step(found, position, form.facts(), form.texts(), request.user)
            url = cards.url(pk, position, form.cleaned_data["tone"])
            return done(request, f"Kept in draft {draft.number}", url)
        except versions.SequenceRefused as refusal:
            form.add_error(None, refusal.problems)
    return _page(
        request, cards.desk_of(request, found, position, request.POST.get("tone", "")), form, status=422
    )


@author
@require_POST
def arrange(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Add, remove or reorder steps, or throw the draft away."""
    found, page = find_sequence(request, pk), reverse("outreach:sequence", args=[pk])
    try:
        if verb == "add":
            size = editing.add_step(found, request.user).steps.count()
            return done(
                request, f"Step {size} is added to the draft; write its three texts", cards.url(pk, size)
            )
        if verb == "remove":
            editing.remove_step(found, cards.number(request.POST.get("position")), request.user)
            return done(request, "The step is out of the draft", page)
        if verb == "order":
            editing.reorder(found, _positions(found, request.POST.get("order", "")), request.user)
            return done(request, "The draft has the new order", page)
        if verb == "discard":
            versions.discard(
                get_object_or_404(SequenceVersion, sequence=found, published_at=None), request.user
            )
            return done(request, "The draft is thrown away; the published version is as it was", page)
    except versions.SequenceRefused as refusal:
        return refused(request, str(refusal), page)
    raise Http404(verb)


@author
def publish(request: StaffRequest, pk: int) -> HttpResponseBase:
    """List what is different; publish the draft when asked to, and move people along if wanted."""
    found = find_sequence(request, pk)
    draft, live = found.versions.filter(published_at=None).first(), versions.current(found)
    page = reverse("outreach:sequence", args=[pk])
    if draft is None:
        return redirect(page)
    problems = versions.problems(draft)
    if request.method == "POST" and not problems:
        versions.publish(draft, request.user)
        moved = enrollments.migrate(draft, clock.now()) if request.POST.get("move") else 0
        more = f"; {moved} people moved to it" if moved else ""
        return done(request, f"Version {draft.number} is live for new people{more}", page)
    context = {
        "nav": "sequences", "sequence": found, "draft": draft, "live": live, "problems": problems,
        "changes": versions.diff(live, draft) if live else [], "moving": enrollments.migration_preview(draft),
    }  # fmt: skip
    template = "outreach/publish_sheet.html" if request.htmx else "outreach/publish.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _page(request: StaffRequest, desk: Desk, form: StepForm | None, status: int = 200) -> HttpResponse:
    by_step, by_text = results.of(desk.live_steps)
    may_edit = request.user.can_manage and desk.is_newest
    context = {
        "nav": "sequences", "sequence": desk.sequence, "desk": desk, "form": form, "may_edit": may_edit,
        "tabs": tabs(desk.sequence, "steps", desk.versions),
        "cards": [cards.card(desk, step, by_step) for step in desk.steps],
        "variants": cards.variants(desk, by_text), "tokens": cards.tokens_to_insert(),
        "checks": _checks_of(desk, form),
        "words": checks.words(str(form["body"].value() or "")) if form else 0,
    }  # fmt: skip
    return render(request, "outreach/sequence.html", context, status=status)


def _checks_of(desk: Desk, form: StepForm | None) -> list[checks.Check]:
    return (
        cards.look_over(desk, str(form["subject"].value() or ""), str(form["body"].value() or ""))
        if form
        else []
    )


def _positions(found: Sequence, order: str) -> list[int]:
    """Turn the ids of dragged steps into their positions in the newest version."""
    ids = [int(pk) for pk in order.split(",") if pk.isdigit()]
    known = dict(
        Step.objects.filter(version=found.versions.first(), pk__in=ids).values_list("pk", "position")
    )
    return [known.get(pk, 0) for pk in ids]
