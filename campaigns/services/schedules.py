"""Schedules of campaigns: cron text kept in django-celery-beat's tables, so beat fires them.

A firing that finds the campaign not active, or its last run still alive, is passed over. Beat remembers
the last firing: after a downtime a missed one happens once, late, and not once per missed slot.
"""

import json
from zoneinfo import ZoneInfo, available_timezones

from celery.schedules import ParseException
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.tzcrontab import TzAwareCrontab

from campaigns.models import Campaign, CampaignStatus, PipelineRun, User
from campaigns.services import audit, pipeline

TASK = "campaigns.tasks.run_scheduled"
PARTS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")


class BadSchedule(Exception):
    """Cron text or time zone that cannot be understood."""

    code = "bad_schedule"
    status = 400

    def __init__(self, message: str, field: str = "cron") -> None:
        self.field = field
        super().__init__(message)


def plan(campaign: Campaign, cron: str, zone: str, by: User | None) -> PeriodicTask:
    """Run the campaign's pipeline at the times of ``cron`` (five fields) in a time zone."""
    parts = _parse(cron, zone)
    with transaction.atomic():
        times, _ = CrontabSchedule.objects.get_or_create(**parts, timezone=zone)
        facts = {
            "task": TASK,
            "crontab": times,
            "kwargs": json.dumps({"campaign_id": campaign.pk}),
            "enabled": True,
            "description": f"Runs the pipeline of «{campaign.name}».",
        }
        task, _ = PeriodicTask.objects.update_or_create(name=_name(campaign), defaults=facts)
        audit.record(by, "schedule", campaign, after={"cron": cron, "zone": zone})
    return task


def of(campaign: Campaign) -> PeriodicTask | None:
    """Return the campaign's schedule, if it has one."""
    return PeriodicTask.objects.select_related("crontab").filter(name=_name(campaign)).first()


def remove(campaign: Campaign, by: User | None) -> bool:
    """Take the schedule away; return whether there was one."""
    with transaction.atomic():
        found = of(campaign)
        if found is None:
            return False
        found.delete()
        audit.record(by, "unschedule", campaign)
    return True


def fire(campaign_id: int) -> PipelineRun | None:
    """Queue the scheduled run of an active campaign, unless its last one is still alive."""
    campaign = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE).first()
    if campaign is None:
        return None
    try:
        return pipeline.enqueue(campaign, trigger="schedule")
    except pipeline.RunRefused:
        return None


def cron_text(task: PeriodicTask) -> str:
    """Return the five fields of a schedule."""
    return " ".join(getattr(task.crontab, part) for part in PARTS)


def _parse(cron: str, zone: str) -> dict[str, str]:
    fields = cron.split()
    if len(fields) != len(PARTS):
        raise BadSchedule(
            "Write five fields: minute, hour, day of month, month, day of week, such as «0 9 * * 1-5»."
        )
    if zone not in available_timezones():
        raise BadSchedule(f"There is no time zone «{zone}»; write one such as Europe/Berlin.", "timezone")
    parts = dict(zip(PARTS, fields, strict=True))
    try:
        TzAwareCrontab(**parts, tz=ZoneInfo(zone))
    except (ParseException, ValueError) as error:
        raise BadSchedule(f"«{cron}» is not a time we can read: {error}") from error
    return parts


def _name(campaign: Campaign) -> str:
    return f"campaign {campaign.pk}"
