"""A schedule runs each of its moments once, whoever wakes it and how often."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from campaigns import clock
from campaigns.models import CampaignStatus, JobSlot, PipelineRun, RunStatus
from campaigns.services import pipeline, schedules
from tests.factories import CampaignFactory

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=BERLIN)
MONDAY_NINE = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)


@pytest.fixture
def campaign(db):
    return CampaignFactory(status=CampaignStatus.ACTIVE)


def plan(campaign, missed=schedules.RUN, cron="0 9 * * 1-5"):
    with clock.at(SUNDAY):
        return schedules.plan(campaign, cron, "Europe/Berlin", None, missed)


def test_a_moment_before_the_plan_is_not_run(campaign):
    plan(campaign)
    assert schedules.fire(campaign.pk, SUNDAY + timedelta(minutes=1)) is None
    assert not JobSlot.objects.exists()


def test_woken_ten_times_a_moment_runs_once(campaign):
    plan(campaign)
    runs = [schedules.fire(campaign.pk, MONDAY_NINE + timedelta(seconds=n)) for n in range(10)]
    assert [run for run in runs if run] == [PipelineRun.objects.get()]
    assert JobSlot.objects.get().run_id == runs[0].pk


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_run_a_moment_once():
    campaign = CampaignFactory(status=CampaignStatus.ACTIVE)
    plan(campaign)
    found: list[object] = []
    gate = threading.Barrier(4)

    def wake() -> None:
        gate.wait()
        found.append(schedules.fire(campaign.pk, MONDAY_NINE))
        connection.close()

    threads = [threading.Thread(target=wake) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(found) == 4
    assert sum(run is not None for run in found) == PipelineRun.objects.count() == 1


def test_a_lost_wake_up_is_made_good_by_the_drain(campaign):
    plan(campaign)
    assert schedules.drain(MONDAY_NINE + timedelta(minutes=2)) == 1
    assert schedules.drain(MONDAY_NINE + timedelta(minutes=3)) == 0


def test_after_a_downtime_the_newest_moment_runs_late_and_only_that(campaign):
    plan(campaign)
    assert schedules.fire(campaign.pk, MONDAY_NINE + timedelta(days=2, hours=5)) is not None
    assert JobSlot.objects.get().slot_at == MONDAY_NINE + timedelta(days=2)


def test_a_missed_moment_can_be_passed_over(campaign):
    plan(campaign, missed=schedules.SKIP)
    assert schedules.fire(campaign.pk, MONDAY_NINE + timedelta(hours=5)) is None
    assert JobSlot.objects.get().status == JobSlot.Status.MISSED
    assert schedules.fire(campaign.pk, MONDAY_NINE + timedelta(days=1, minutes=1)) is not None


def test_a_moment_during_the_last_run_is_passed_over_with_the_reason(campaign):
    plan(campaign)
    pipeline.enqueue(campaign)
    assert schedules.fire(campaign.pk, MONDAY_NINE) is None
    assert "still going" in JobSlot.objects.get().note


def test_a_paused_campaign_is_passed_over(campaign):
    plan(campaign)
    campaign.status = CampaignStatus.PAUSED
    campaign.save()
    assert schedules.fire(campaign.pk, MONDAY_NINE) is None
    assert JobSlot.objects.get().note == "The campaign was not active."


@pytest.mark.parametrize(
    ("day", "moments"),
    [
        (datetime(2027, 3, 28, 0, 0, tzinfo=BERLIN), 1),  # 02:30 does not exist: 03:00 stands for it
        (datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN), 1),  # 02:30 happens twice
    ],
)
def test_half_past_two_happens_once_when_the_clocks_change(campaign, day, moments):
    with clock.at(day - timedelta(hours=2)):
        schedules.plan(campaign, "30 2 * * *", "Europe/Berlin", None)
    for minute in range(0, 6 * 60, 5):
        schedules.fire(campaign.pk, day.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minute))
        PipelineRun.objects.update(status=RunStatus.DONE)
    assert PipelineRun.objects.count() == JobSlot.objects.count() == moments


def test_a_schedule_reads_as_a_sentence_and_tells_its_next_moments(campaign):
    task = plan(campaign)
    assert schedules.in_words(task) == "At 09:00 on Monday through Friday"
    coming = schedules.coming(task, SUNDAY)
    assert [next(coming), next(coming)] == [MONDAY_NINE, MONDAY_NINE + timedelta(days=1)]
