"""Every periodic job reports how it is doing, and a quiet house does not write all day."""

from datetime import datetime, timedelta

import pytest

from campaigns import clock
from campaigns.models import JobState
from campaigns.services import drains, jobs

pytestmark = pytest.mark.django_db
left = 0


def count_down(now: datetime) -> int:
    """Handle up to three rows."""
    global left
    done, left = min(3, left), max(0, left - 3)
    return done


def explode(now: datetime) -> int:
    raise RuntimeError("the disk is full")


@pytest.fixture(autouse=True)
def one_job(settings):
    global left
    left = 7
    settings.DRAINS = {"mail": (f"{__name__}.count_down", 2)}
    jobs._reported.clear()
    jobs._pending.clear()
    return settings


def state() -> str:
    return jobs.monitor(clock.now())[0].state


def test_a_job_that_never_ran_is_new():
    assert state() == "new"


def test_a_job_reports_what_it_handled():
    assert drains.work("mail") == 7
    known = JobState.objects.get()
    assert (known.name, known.handled, known.failures) == ("mail", 7, 0)
    assert state() == "working"


def test_an_idle_job_writes_once_and_then_keeps_quiet(django_assert_num_queries):
    global left
    left = 0
    drains.work("mail")
    with django_assert_num_queries(0):
        drains.work("mail")
    assert state() == "idle"


def test_a_failing_job_says_what_happened_and_recovers(one_job):
    one_job.DRAINS = {"mail": (f"{__name__}.explode", 2)}
    for _ in range(2):
        with pytest.raises(RuntimeError):
            drains.work("mail")
    known = JobState.objects.get()
    assert (known.failures, known.last_error, state()) == (2, "RuntimeError: the disk is full", "failing")
    one_job.DRAINS = {"mail": (f"{__name__}.count_down", 2)}
    drains.work("mail")
    assert state() == "working"


def test_a_job_that_has_been_silent_too_long_is_late():
    drains.work("mail")
    JobState.objects.update(last_at=clock.now() - timedelta(minutes=10))
    assert state() == "late"
