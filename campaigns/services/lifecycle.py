"""The only writer of ``Campaign.status``: deploy, launch, start, pause, stop, archive.

draft → scheduled → active ⇄ paused → stopped → archived. Every move is a conditional UPDATE with an
audit entry, so two people (or two workers) cannot both make it.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, PipelineRun, User
from campaigns.services import audit, estimates, pipeline, preflight

S = CampaignStatus
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "schedule": ((S.DRAFT,), S.SCHEDULED),
    "start": ((S.DRAFT, S.SCHEDULED, S.PAUSED), S.ACTIVE),
    "pause": ((S.ACTIVE,), S.PAUSED),
    "stop": ((S.ACTIVE, S.PAUSED, S.SCHEDULED), S.STOPPED),
    "archive": ((S.DRAFT, S.STOPPED), S.ARCHIVED),
}
DONE = {
    "schedule": "scheduled", "start": "started", "pause": "paused", "stop": "stopped", "archive": "archived",
}  # fmt: skip


class LifecycleError(Exception):
    """A move the campaign's state does not allow."""

    code = "lifecycle"
    status = 409


class LaunchRefused(LifecycleError):
    """The pre-flight list is not clean; ``problems`` says what to mend."""

    code = "launch_refused"

    def __init__(self, problems: list[preflight.Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.message for problem in problems))


def deploy(data: dict[str, Any], by: User | None) -> Campaign:
    """Create a draft campaign from validated data, with its estimate and what other floors add to it."""
    owner = data.pop("owner", by)
    count = data.get("prospect_count", 50)
    campaign = Campaign.objects.create(
        **{"channels": ["email"], "team": getattr(owner, "team", None), **data},
        owner=owner,
        estimate=estimates.estimate(count, source=data.get("source", "")).total,
    )
    audit.record(by, "deploy", campaign, after={"budget": str(campaign.budget), "prospects": count})
    _hooks("deploy", campaign)
    return campaign


def launch(campaign: Campaign, by: User | None, limit: int | None = None) -> PipelineRun:
    """Check, activate and run the campaign; with ``limit`` only so many people are written to (canary)."""
    if campaign.status not in (*MOVES["start"][0], S.ACTIVE):
        raise LifecycleError(f"A {campaign.get_status_display().lower()} campaign cannot be launched.")
    _require_clean(campaign)
    campaign.send_limit, campaign.launched_at = limit, campaign.launched_at or clock.now()
    campaign.save(update_fields=["send_limit", "launched_at"])
    if campaign.status != S.ACTIVE:
        start(campaign, by, "launch" if limit is None else f"launch with limit {limit}")
    return pipeline.alive(campaign) or pipeline.enqueue(campaign, by=by, trigger="launch")


def release(campaign: Campaign, by: User | None) -> None:
    """Lift the canary limit: the people held back are written to."""
    Campaign.objects.filter(pk=campaign.pk).update(send_limit=None)
    audit.record(by, "release", campaign, before={"send_limit": campaign.send_limit})
    campaign.refresh_from_db()


def start(campaign: Campaign, by: User | None, reason: str = "") -> None:
    """Let messages leave; a campaign that never ran must have a clean pre-flight list first."""
    if campaign.status in (S.DRAFT, S.SCHEDULED):
        _require_clean(campaign)
    _move(campaign, "start", by, reason)


def pause(campaign: Campaign, by: User | None = None, reason: str = "") -> None:
    """Stop the next send at once; nobody is lost, resume goes on exactly here."""
    _move(campaign, "pause", by, reason)


def stop(campaign: Campaign, by: User | None = None, reason: str = "") -> None:
    """End the campaign for good: its run is cancelled and its final report frozen."""
    _move(campaign, "stop", by, reason, stopped_at=clock.now())
    run = pipeline.alive(campaign)
    if run:
        pipeline.cancel(run)
    _hooks("stop", campaign)


def archive(campaign: Campaign, by: User | None = None, reason: str = "") -> None:
    """Put a finished campaign away; its numbers stay."""
    _move(campaign, "archive", by, reason)


def _require_clean(campaign: Campaign) -> None:
    blocking = [problem for problem in preflight.problems(campaign) if problem.is_blocking]
    if blocking:
        raise LaunchRefused(blocking)


def _move(campaign: Campaign, verb: str, by: User | None, reason: str, **also: Any) -> None:
    allowed, target = MOVES[verb]
    with transaction.atomic():
        moved = Campaign.objects.filter(pk=campaign.pk, status__in=allowed).update(
            status=target, status_reason=reason[:250], updated_at=clock.now(), **also
        )
        before = campaign.status
        campaign.refresh_from_db()
        if not moved:
            status = campaign.get_status_display().lower()
            raise LifecycleError(f"A campaign that is {status} cannot be {DONE[verb]}.")
        audit.record(by, verb, campaign, reason=reason, before={"status": before}, after={"status": target})


def _hooks(moment: str, campaign: Campaign) -> None:
    for path in settings.CAMPAIGN_HOOKS.get(moment, []):
        import_string(path)(campaign)
