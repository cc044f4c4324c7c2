"""Runs are rows with leases: any worker carries on where another died."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, PipelineRun, RunStatus
from campaigns.services import ledger, pipeline

pytestmark = pytest.mark.django_db
waiting: list[int] = []
calls: list[str] = []


def count_down(campaign: Campaign, *, limit: int, now: datetime) -> pipeline.StageReport:
    """Handle waiting numbers, ``limit`` at a time."""
    calls.append(campaign.name)
    batch, waiting[:] = waiting[:limit], waiting[limit:]
    return pipeline.StageReport(done=len(batch), left=len(waiting), cost=Decimal("0.5"))


def explode(campaign: Campaign, *, limit: int, now: datetime) -> pipeline.StageReport:
    raise RuntimeError("the provider is down")


def broke(campaign: Campaign, *, limit: int, now: datetime) -> pipeline.StageReport:
    raise ledger.BudgetExceeded(Decimal("3.10"))


def pause_itself(campaign: Campaign, *, limit: int, now: datetime) -> pipeline.StageReport:
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.PAUSED)
    return pipeline.StageReport(done=1, left=1)


@pytest.fixture
def campaign() -> Campaign:
    waiting[:] = range(250)
    calls.clear()
    return Campaign.objects.create(name="Austin dental", status=CampaignStatus.ACTIVE)


@pytest.fixture
def stages(settings: Any) -> Callable[..., None]:
    def use(*functions: Callable[..., Any]) -> None:
        settings.PIPELINES = {"prospecting": [(f.__name__, f"{__name__}.{f.__name__}") for f in functions]}

    return use


def test_a_stage_is_called_until_nothing_is_left(campaign: Campaign, stages: Callable[..., None]) -> None:
    stages(count_down)
    run = pipeline.run_now(pipeline.enqueue(campaign, batch_size=100))
    stage = run.stages.get()
    assert (run.status, stage.done, stage.total, stage.cost) == (RunStatus.DONE, 250, 250, Decimal("1.5"))


def test_a_second_run_of_the_same_campaign_is_refused(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(count_down)
    pipeline.enqueue(campaign)
    with pytest.raises(pipeline.RunRefused, match="still going"):
        pipeline.enqueue(campaign)


def test_one_stage_can_run_alone_and_a_wrong_name_is_refused(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(count_down, explode)
    assert pipeline.run_now(pipeline.enqueue(campaign, only="count_down")).status == RunStatus.DONE
    with pytest.raises(pipeline.RunRefused, match="no stage called"):
        pipeline.enqueue(campaign, only="cook")


def test_a_dead_workers_run_is_carried_on_when_its_lease_ends(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(count_down)
    run = pipeline.enqueue(campaign)
    lease_until = clock.now() + pipeline.lease()
    PipelineRun.objects.update(status="running", lease_token="dead", lease_until=lease_until)
    assert pipeline.drain(clock.now()) == 0
    assert pipeline.drain(clock.now() + 2 * pipeline.lease()) == 1
    run.refresh_from_db()
    assert run.status == RunStatus.DONE


def test_a_failing_stage_is_tried_again_later_and_fails_in_the_end(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(explode)
    run = pipeline.run_now(pipeline.enqueue(campaign))
    assert (run.status, run.due_at > clock.now()) == (RunStatus.QUEUED, True)
    for hours in (1, 2):
        pipeline.drain(clock.now() + timedelta(hours=hours))
    run.refresh_from_db()
    assert (run.status, "provider is down" in run.error) == (RunStatus.FAILED, True)


def test_a_stage_without_money_says_so_and_the_others_go_on(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(broke, count_down)
    first, second = pipeline.run_now(pipeline.enqueue(campaign)).stages.all()
    assert (first.status, first.error) == (RunStatus.FAILED, "The budget is short by $3.10.")
    assert second.status == RunStatus.DONE


def test_a_paused_campaigns_run_waits(campaign: Campaign, stages: Callable[..., None]) -> None:
    stages(pause_itself)
    run = pipeline.run_now(pipeline.enqueue(campaign))
    assert (run.status, run.attempts, run.stages.get().done) == (RunStatus.QUEUED, 0, 1)


def test_a_cancelled_run_stops_before_its_next_slice(campaign: Campaign, stages: Callable[..., None]) -> None:
    stages(count_down)
    run = pipeline.enqueue(campaign)
    assert pipeline.cancel(run)
    assert pipeline.run_now(run).status == RunStatus.CANCELLED
    assert not calls


def test_a_slice_that_ends_every_worker_is_left_alone_after_five(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(count_down)
    run = pipeline.enqueue(campaign, batch_size=100)
    other = Campaign.objects.create(name="Dallas dental", status=CampaignStatus.ACTIVE)
    behind = pipeline.enqueue(other, batch_size=100)
    long_ago = clock.now() - timedelta(hours=1)
    PipelineRun.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING,
        attempts=pipeline.DEATHS,
        lease_until=long_ago,
        lease_token="of a dead worker",
    )
    assert pipeline.drain(clock.now(), limit=5) == 1
    run.refresh_from_db()
    behind.refresh_from_db()
    assert (run.status, behind.status) == (RunStatus.FAILED, RunStatus.DONE)
    assert "ended 5 times" in run.error
    assert run.stages.get().status == RunStatus.FAILED


def die_at_fifty(campaign: Campaign, *, limit: int, now: datetime) -> pipeline.StageReport:
    """Do as ``count_down`` does, then be killed where a kill cannot be caught."""
    if len(waiting) <= 50:
        raise SystemExit
    return count_down(campaign, limit=limit, now=now)


def test_a_finished_slice_forgives_the_attempts_before_it(
    campaign: Campaign, stages: Callable[..., None]
) -> None:
    stages(die_at_fifty)
    run = pipeline.enqueue(campaign, batch_size=100)
    PipelineRun.objects.filter(pk=run.pk).update(attempts=3)
    with pytest.raises(SystemExit):
        pipeline.run_now(run)
    run.refresh_from_db()
    assert (run.status, run.attempts, run.stages.get().done) == (RunStatus.RUNNING, 0, 200)
