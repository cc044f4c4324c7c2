"""Schedules of campaigns: cron text kept in django-celery-beat's tables; each due moment happens once.

Beat only wakes: the right to run a moment is a unique ``JobSlot`` row, written together with the queued run.
So two schedulers never run one moment twice, and a wake-up that got lost is made good by ``drain``. After a
downtime the newest missed moment is run late, or passed over, as the schedule's ``missed`` policy says.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from django.db import transaction
from django.db.models import QuerySet
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, JobSlot, PipelineRun, User
from campaigns.services import audit, bulk, pipeline

TASK = "campaigns.tasks.run_scheduled"
PARTS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
GRACE = timedelta(minutes=10)  # a moment is late, not missed, for this long
RUN, SKIP = "run", "skip"


class BadSchedule(Exception):
    """Cron text or time zone that cannot be understood."""

    code = "bad_schedule"
    status = 400

    def __init__(self, message: str, field: str = "cron") -> None:
        self.field = field
        super().__init__(message)


def plan(campaign: Campaign, cron: str, zone: str, by: User | None, missed: str = RUN) -> PeriodicTask:
    """Run the campaign's pipeline at the times of ``cron`` (five fields) in a time zone.

    ``missed`` says what happens to a moment that passed while nothing ran here: ``run`` it late, or ``skip``.
    """
    parts = _parse(cron, zone)
    told = {"campaign_id": campaign.pk, "missed": missed, "since": clock.now().isoformat()}
    with transaction.atomic():
        times, _ = CrontabSchedule.objects.get_or_create(**parts, timezone=zone)
        facts = {
            "task": TASK,
            "crontab": times,
            "kwargs": json.dumps(told),
            "enabled": True,
            "description": f"Runs the pipeline of «{campaign.name}».",
        }
        task, _ = PeriodicTask.objects.update_or_create(name=_name(campaign.pk), defaults=facts)
        audit.record(by, "schedule", campaign, after={"cron": cron, "zone": zone, "missed": missed})
    return task


def of(campaign: Campaign) -> PeriodicTask | None:
    """Return the campaign's schedule, if it has one."""
    return PeriodicTask.objects.select_related("crontab").filter(name=_name(campaign.pk)).first()


def remove(campaign: Campaign, by: User | None) -> bool:
    """Take the schedule away; return whether there was one."""
    with transaction.atomic():
        found = of(campaign)
        if found is None:
            return False
        found.delete()
        audit.record(by, "unschedule", campaign)
    return True


def fire(campaign_id: int, now: datetime | None = None) -> PipelineRun | None:
    """Take the newest due moment of a campaign's schedule, once in all, and queue its run.

    None: there is no schedule, the moment was taken already, or it was passed over (the slot says why).
    """
    now = now or clock.now()
    task = (
        PeriodicTask.objects.select_related("crontab").filter(name=_name(campaign_id), enabled=True).first()
    )
    slot_at = due(task, now) if task else None
    if task is None or slot_at is None:
        return None
    with transaction.atomic():
        row = (task.name, slot_at, JobSlot.Status.STARTED, now)
        taken = bulk.insert_ignore(JobSlot, ("job", "slot_at", "status", "taken_at"), [row])
        return (
            _start(campaign_id, JobSlot.objects.filter(pk=taken[0][0]), task, now - slot_at)
            if taken
            else None
        )


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Make good the wake-ups that got lost; return how many runs were queued."""
    tasks = PeriodicTask.objects.filter(task=TASK, enabled=True).values_list("kwargs", flat=True)[:limit]
    return sum(fire(json.loads(kwargs)["campaign_id"], now) is not None for kwargs in tasks)


def due(task: PeriodicTask, now: datetime) -> datetime | None:
    """Return the newest moment of a schedule up to now, if one has passed since it was planned."""
    local = now.astimezone(ZoneInfo(str(task.crontab.timezone)))
    newest = next(CronSim(cron_text(task), local + timedelta(seconds=1), reverse=True), None)
    since = json.loads(task.kwargs).get("since")
    if newest is None or (since and newest < datetime.fromisoformat(since)):
        return None
    return newest.astimezone(UTC)


def coming(task: PeriodicTask, now: datetime) -> Iterator[datetime]:
    """Yield the next moments of a schedule, in its own time zone."""
    yield from CronSim(cron_text(task), now.astimezone(ZoneInfo(str(task.crontab.timezone))))


def in_words(task: PeriodicTask) -> str:
    """Return a schedule as a sentence, such as «At 09:00 on Monday through Friday»."""
    return str(CronSim(cron_text(task), clock.now()).explain())


def told(campaign: Campaign, moments: int = 3) -> dict[str, object] | None:
    """Return what a page says of a campaign's schedule: in words, its zone, the next moments, the policy."""
    task = of(campaign)
    if task is None:
        return None
    return {
        "in_words": in_words(task),
        "zone": str(task.crontab.timezone),
        "next": list(islice(coming(task, clock.now()), moments)),
        "missed": missed_policy(task),
    }


def missed_policy(task: PeriodicTask) -> str:
    """Return what happens to a missed moment: ``run`` or ``skip``."""
    return str(json.loads(task.kwargs).get("missed", RUN))


def cron_text(task: PeriodicTask) -> str:
    """Return the five fields of a schedule."""
    return " ".join(getattr(task.crontab, part) for part in PARTS)


def _start(
    campaign_id: int, slot: QuerySet[JobSlot], task: PeriodicTask, late: timedelta
) -> PipelineRun | None:
    """Queue the run of a moment that is ours, or write down why there is none."""
    try:
        run = _enqueue(campaign_id, is_missed=late > GRACE and missed_policy(task) == SKIP)
    except _PassedOver as why:
        slot.update(status=why.status, note=str(why)[:200])
        return None
    slot.update(run_id=run.pk)
    return run


class _PassedOver(Exception):
    """A moment brings no run."""

    def __init__(self, text: str, status: str = JobSlot.Status.REFUSED) -> None:
        self.status = status
        super().__init__(text)


def _enqueue(campaign_id: int, *, is_missed: bool) -> PipelineRun:
    if is_missed:
        raise _PassedOver("Nothing ran here at that time.", JobSlot.Status.MISSED)
    campaign = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE).first()
    if campaign is None:
        raise _PassedOver("The campaign was not active.")
    try:
        return pipeline.enqueue(campaign, trigger="schedule")
    except pipeline.RunRefused as refusal:
        raise _PassedOver(str(refusal)) from refusal


def _parse(cron: str, zone: str) -> dict[str, str]:
    fields = cron.split()
    if len(fields) != len(PARTS):
        raise BadSchedule(
            "Write five fields: minute, hour, day of month, month, day of week, such as «0 9 * * 1-5»."
        )
    if zone not in available_timezones():
        raise BadSchedule(f"There is no time zone «{zone}»; write one such as Europe/Berlin.", "timezone")
    try:
        CronSim(cron, clock.now().astimezone(ZoneInfo(zone)))
    except CronSimError as error:
        raise BadSchedule(f"«{cron}» is not a time we can read: {error}") from error
    return dict(zip(PARTS, fields, strict=True))


def _name(campaign_id: int) -> str:
    return f"campaign {campaign_id}"
