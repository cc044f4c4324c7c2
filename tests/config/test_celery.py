"""The scheduler's table."""

import pytest
from django.conf import settings

from config import celery


def test_every_drain_has_its_tick():
    table = celery.beat_table({"send": ("outreach.services.sending.drain", 2)}, {"send": "send"})
    assert table["tick send"]["schedule"] == 2.0
    assert table["tick send"]["kwargs"] == {"name": "send"}
    assert table["tick send"]["options"]["queue"] == "send"


def test_every_drain_of_the_settings_goes_to_a_queue_that_a_worker_reads():
    table = celery.beat_table(settings.DRAINS, settings.DRAIN_QUEUES)
    assert {entry["options"].get("queue", "default") for entry in table.values()} <= set(celery.QUEUES)
    assert set(settings.DRAIN_QUEUES) <= set(settings.DRAINS)


def test_the_ticks_call_a_task_that_exists():
    celery.app.loader.import_default_modules()
    wanted = {entry["task"] for entry in celery.app.conf.beat_schedule.values()}
    assert wanted <= set(celery.app.tasks)


@pytest.mark.django_db
def test_the_scheduler_forgets_a_drain_that_was_removed():
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    every = IntervalSchedule.objects.create(every=2, period="seconds")
    PeriodicTask.objects.create(name="tick gone", task="campaigns.tasks.tick", interval=every)
    PeriodicTask.objects.create(name="campaign 7", task="campaigns.tasks.tick", interval=every)
    celery._forget_removed_drains()
    assert list(PeriodicTask.objects.values_list("name", flat=True)) == ["campaign 7"]
