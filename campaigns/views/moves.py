"""What people do to a campaign: launch, pause, resume, stop, release the rest, run now, put away."""

from collections.abc import Callable

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from campaigns.forms import LaunchForm
from campaigns.models import Campaign
from campaigns.services import estimates, lifecycle, pipeline, preflight
from campaigns.views.access import StaffRequest, find_campaign, manager
from campaigns.views.answers import done, posted, refused

REFUSALS = (lifecycle.LifecycleError, pipeline.RunRefused)


@manager
def launch(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show what must be right before the launch; launch when it is."""
    campaign = find_campaign(request, pk)
    form = LaunchForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            run = lifecycle.launch(campaign, by=request.user, limit=form.cleaned_data["limit"])
            page = reverse("campaigns:run", args=[run.pk])
            return done(request, f"{campaign.name} is launched", page, undo=_url(pk, "pause"))
        except lifecycle.LaunchRefused:
            form.add_error(None, "Not launched. Mend what is listed first.")
        except REFUSALS as error:
            form.add_error(None, str(error))
    context = {"nav": "campaigns", "campaign": campaign, "form": form, **_readiness(campaign)}
    page = "campaigns/launch_sheet.html" if request.htmx else "campaigns/launch.html"
    return render(request, page, context, status=422 if form.errors else 200)


@manager
@require_POST
def move(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Do one of the acts below and say so; where an act can be taken back, offer it."""
    if verb not in ACTS:
        raise Http404(verb)
    act, said, opposite = ACTS[verb]
    campaign, page = find_campaign(request, pk), reverse("campaigns:campaign", args=[pk])
    try:
        act(campaign, request, request.POST.get("reason", "")[:250])
    except REFUSALS as error:
        return refused(request, str(error), page)
    undo = _url(pk, opposite) if opposite else ""
    return done(request, said.format(campaign), page, undo)


def _run(campaign: Campaign, request: StaffRequest, reason: str) -> None:
    if not campaign.is_sending:
        raise lifecycle.LifecycleError("Only an active campaign runs. Launch or resume it first.")
    pipeline.enqueue(campaign, by=request.user)


Act = Callable[[Campaign, StaffRequest, str], object]
ACTS: dict[str, tuple[Act, str, str]] = {
    "pause": (lambda c, r, why: lifecycle.pause(c, r.user, why), "{} is paused", "resume"),
    "resume": (lambda c, r, why: lifecycle.start(c, r.user, why), "{} goes on", "pause"),
    "stop": (lambda c, r, why: lifecycle.stop(c, r.user, why), "{} is stopped for good", ""),
    "archive": (lambda c, r, why: lifecycle.archive(c, r.user, why), "{} is put away; its numbers stay", ""),
    "release": (
        lambda c, r, why: lifecycle.release(c, r.user),
        "Those held back are written to now",
        "pause",
    ),
    "run": (_run, "A run of {} is queued", ""),
}


def _url(pk: int, verb: str) -> str:
    return reverse("campaigns:move", args=[pk, verb])


def _readiness(campaign: Campaign) -> dict[str, object]:
    """Return the pre-flight list with links to where things are mended, and the estimate."""
    problems = preflight.problems(campaign)
    found = estimates.estimate(campaign.prospect_count, source=campaign.source)
    return {
        "problems": [{"problem": problem, "url": _fix_url(problem, campaign)} for problem in problems],
        "is_ready": not any(problem.is_blocking for problem in problems),
        "estimate": found, "estimate_count": campaign.prospect_count, "budget": campaign.remaining,
        "short": max(found.total - campaign.remaining, 0),
    }  # fmt: skip


def _fix_url(problem: preflight.Problem, campaign: Campaign) -> str:
    for args in ([campaign.pk], []):
        try:
            return reverse(problem.fix_url_name, args=args) if problem.fix_url_name else ""
        except NoReverseMatch:
            continue
    return ""
