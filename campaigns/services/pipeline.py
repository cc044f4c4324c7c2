"""The pipeline engine: runs the stages named in ``settings.PIPELINES``, slice by slice, under leases.

A stage is ``stage(campaign, *, limit, now) -> StageReport``: it handles at most ``limit`` of the rows
that wait for it, in its own short transactions. So a worker may die anywhere: the lease ends, another
worker claims the run and calls the stage again, and the rows already moved on are not seen twice.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, PipelineRun, RunStatus, StageRun, User
from campaigns.services import bulk
from campaigns.services.ledger import BudgetExceeded

logger = logging.getLogger(__name__)
TRIES = 3
DEATHS = 5  # so many workers may die at one and the same slice before it is left alone
ALIVE = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True)
class StageReport:
    """What one slice of a stage did: rows done, failed and still waiting, and what it cost.

    ``due_at``: nothing can be done before; the run waits. ``stop``: why the stage ends without the rest.
    """

    done: int
    failed: int = 0
    left: int = 0
    cost: Decimal = Decimal(0)
    note: str = ""
    due_at: datetime | None = None
    stop: str = ""


Stage = Callable[..., StageReport]


class RunRefused(Exception):
    """The campaign has a living run, or no such pipeline or stage."""

    code = "run_refused"
    status = 409


class LeaseLost(Exception):
    """Another worker has this run now, or it was cancelled."""


def enqueue(
    campaign: Campaign,
    by: User | None = None,
    trigger: str = "manual",
    batch_size: int = 1000,
    only: str | None = None,
) -> PipelineRun:
    """Queue a run of all stages, or of one; refuse it while another of the same campaign is alive."""
    names = [name for name, _ in _stages(campaign) if only in (None, name)]
    if not names:
        raise RunRefused(f"There is no stage called {only}.")
    try:
        with transaction.atomic():
            run = PipelineRun.objects.create(
                campaign=campaign, created_by=by, trigger=trigger, batch_size=batch_size, due_at=clock.now()
            )
            StageRun.objects.bulk_create(
                StageRun(run=run, name=name, position=position) for position, name in enumerate(names, 1)
            )
    except IntegrityError as error:
        raise RunRefused("A run of this campaign is still going.") from error
    return run


def alive(campaign: Campaign) -> PipelineRun | None:
    """Return the campaign's living run, if any."""
    return PipelineRun.objects.filter(campaign=campaign, status__in=ALIVE).first()


def cancel(run: PipelineRun) -> bool:
    """End a run; the slice at work finishes, the next one does not start."""
    changed = PipelineRun.objects.filter(pk=run.pk, status__in=ALIVE).update(
        status=RunStatus.CANCELLED, finished_at=clock.now(), lease_token=""
    )
    StageRun.objects.filter(run=run, status__in=ALIVE).update(status=RunStatus.CANCELLED)
    return bool(changed)


def lease() -> timedelta:
    """Return how long a silent worker keeps its run."""
    return timedelta(seconds=settings.LEASE_SECONDS)


def drain(now: datetime, *, limit: int = 1) -> int:
    """Claim due runs (queued, or left behind by a dead worker) and carry them on; return how many."""
    _give_up(now)
    due = Q(status=RunStatus.QUEUED, due_at__lte=now) | Q(status=RunStatus.RUNNING, lease_until__lt=now)
    waiting = PipelineRun.objects.filter(due).order_by("due_at")
    token, ids = bulk.claim(waiting, limit=limit, lease=lease(), now=now, status=RunStatus.RUNNING)
    for run in PipelineRun.objects.filter(pk__in=ids).select_related("campaign"):
        _carry_on(run, token)
    return len(ids)


def _give_up(now: datetime) -> None:
    """Fail runs whose worker died ``DEATHS`` times at one slice: others must not wait behind them."""
    dead = PipelineRun.objects.filter(status=RunStatus.RUNNING, lease_until__lt=now, attempts__gte=DEATHS)
    text = f"Its worker ended {DEATHS} times at the same place. Nothing was lost. Look at the log."
    for run in dead:
        ended = PipelineRun.objects.filter(pk=run.pk, lease_token=run.lease_token, status=RunStatus.RUNNING)
        if ended.update(status=RunStatus.FAILED, finished_at=now, error=text, lease_token=""):
            StageRun.objects.filter(run=run, status__in=ALIVE).update(status=RunStatus.FAILED, error=text)


def run_now(run: PipelineRun) -> PipelineRun:
    """Carry a queued run on in this process until it ends or has to wait; return it as it stands then."""
    queued = PipelineRun.objects.filter(pk=run.pk, status=RunStatus.QUEUED)
    token, ids = bulk.claim(queued, limit=1, lease=lease(), now=clock.now(), status=RunStatus.RUNNING)
    run.refresh_from_db()
    if ids:
        _carry_on(run, token)
        run.refresh_from_db()
    return run


def _carry_on(run: PipelineRun, token: str) -> None:
    paths = dict(_stages(run.campaign))
    try:
        for stage_run in run.stages.filter(status__in=ALIVE).order_by("position"):
            _run_stage(run, token, stage_run, import_string(paths[stage_run.name]))
        _update(run, token, status=RunStatus.DONE, finished_at=clock.now(), error="")
    except LeaseLost:
        return
    except Exception as error:
        logger.exception("run %s failed", run.pk)
        _retry_later(run, token, error)


def _run_stage(run: PipelineRun, token: str, stage_run: StageRun, stage: Stage) -> None:
    stages = StageRun.objects.filter(pk=stage_run.pk)
    stages.update(status=RunStatus.RUNNING, started_at=stage_run.started_at or clock.now())
    before = -1
    while True:
        _beat(run, token, has_progressed=before >= 0)
        started = time.perf_counter()
        try:
            report = stage(run.campaign, limit=run.batch_size, now=clock.now())
        except BudgetExceeded as error:
            stages.update(status=RunStatus.FAILED, error=str(error), finished_at=clock.now())
            return
        _count(stages, report, time.perf_counter() - started)
        if report.stop:
            stages.update(status=RunStatus.FAILED, error=report.stop, finished_at=clock.now())
            return
        if report.due_at:
            _wait(run, token, report.due_at)
            continue
        if not report.left or (report.done + report.failed == 0 and report.left == before):
            break
        before = report.left
    stages.update(status=RunStatus.DONE, finished_at=clock.now())


def _count(stages: object, report: StageReport, seconds: float) -> None:
    stages.update(  # type: ignore[attr-defined]
        done=F("done") + report.done,
        failed=F("failed") + report.failed,
        total=F("done") + F("failed") + report.done + report.failed + report.left,
        cost=F("cost") + report.cost,
        seconds=F("seconds") + seconds,
        note=report.note[:250],
    )


def _beat(run: PipelineRun, token: str, *, has_progressed: bool) -> None:
    """Renew the lease before each slice; wait while the campaign is paused, end when it was stopped.

    A finished slice forgives the attempts before it: they count towards one and the same place only.
    """
    now = clock.now()
    run.campaign.refresh_from_db()
    if run.campaign.status == CampaignStatus.PAUSED:
        _update(run, token, status=RunStatus.QUEUED, due_at=now + timedelta(seconds=5), attempts=0)
        raise LeaseLost
    if run.campaign.status in (CampaignStatus.STOPPED, CampaignStatus.ARCHIVED):
        cancel(run)
        raise LeaseLost
    forgiven = {"attempts": 0} if has_progressed else {}
    _update(run, token, lease_until=now + lease(), started_at=run.started_at or now, **forgiven)


def _wait(run: PipelineRun, token: str, until: datetime) -> None:
    """Put the run aside until somebody outside can have answered."""
    if until > clock.now():
        _update(run, token, status=RunStatus.QUEUED, due_at=until, attempts=0)
        raise LeaseLost


def _update(run: PipelineRun, token: str, **changes: object) -> None:
    """Change the run only while its lease is ours: the late worker loses."""
    mine = PipelineRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING, lease_token=token)
    if not mine.update(**changes):
        raise LeaseLost


def _retry_later(run: PipelineRun, token: str, error: Exception) -> None:
    run.refresh_from_db()
    final = getattr(error, "permanent", False) or run.attempts >= TRIES
    text = f"{type(error).__name__}: {error}"[:1000]
    wait = timedelta(seconds=5 * 2**run.attempts)
    changes: dict[str, object] = (
        {"status": RunStatus.FAILED, "finished_at": clock.now()}
        if final
        else {"status": RunStatus.QUEUED, "due_at": clock.now() + wait}
    )
    try:
        _update(run, token, error=text, **changes)
    except LeaseLost:
        return
    if final:
        StageRun.objects.filter(run=run, status__in=ALIVE).update(status=RunStatus.FAILED, error=text)


def _stages(campaign: Campaign) -> list[tuple[str, str]]:
    if campaign.pipeline not in settings.PIPELINES:
        raise RunRefused(f"There is no pipeline called {campaign.pipeline}.")
    return list(settings.PIPELINES[campaign.pipeline])
