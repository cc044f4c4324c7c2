"""The job monitor: how periodic work is doing, and the schedules of campaigns with their last moments."""

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.forms import ScheduleForm
from campaigns.models import Campaign, JobSlot, User
from campaigns.services import jobs as monitor
from campaigns.services import schedules
from campaigns.views.access import StaffRequest, find_campaign, manager, office
from campaigns.views.answers import done, posted, refused


@office
def jobs(request: StaffRequest) -> HttpResponse:
    """Show every periodic job, those that need a look first, and the newest moments of schedules."""
    slots = list(_slots(request.user)[:50])
    context = {"nav": "runs", "jobs": monitor.monitor(clock.now()), "slots": slots}
    return render(request, "campaigns/jobs.html", context)


@manager
def schedule(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Say when a campaign runs by itself."""
    campaign = find_campaign(request, pk)
    form = ScheduleForm(posted(request), initial=_initial(campaign, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            schedules.plan(campaign, *form.times(), request.user, form.cleaned_data["missed"])
            page = reverse("campaigns:settings", args=[pk])
            return done(request, "The schedule is set", page)
        except schedules.BadSchedule as error:
            form.add_error("zone" if error.field == "timezone" else "cron", str(error))
    context = {"nav": "campaigns", "campaign": campaign, "tab": "settings", "form": form}
    return render(request, "campaigns/schedule.html", context, status=422 if form.errors else 200)


@manager
@require_POST
def unschedule(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a campaign no longer run by itself."""
    campaign, page = find_campaign(request, pk), reverse("campaigns:settings", args=[pk])
    if not schedules.remove(campaign, request.user):
        return refused(request, "It has no schedule.", page)
    return done(request, "It no longer runs by itself", page)


def _initial(campaign: Campaign, viewer: User) -> dict[str, str]:
    task = schedules.of(campaign)
    if task is None:
        return {"cron": "0 9 * * 1-5", "zone": viewer.time_zone or "UTC", "missed": schedules.RUN}
    policy = schedules.missed_policy(task)
    return {"cron": schedules.cron_text(task), "zone": str(task.crontab.timezone), "missed": policy}


def _slots(viewer: User) -> QuerySet[JobSlot]:
    """Return the moments of campaigns that this person may see."""
    if viewer.sees_all:
        return JobSlot.objects.all()
    names = [f"campaign {pk}" for pk in Campaign.objects.visible_to(viewer).values_list("pk", flat=True)]
    return JobSlot.objects.filter(job__in=names)
