"""Run a campaign on request: all stages, or one of them."""

from campaigns.models import Campaign, CampaignStatus, PipelineRun, User
from campaigns.services import audit, lifecycle, pipeline

OVER = (CampaignStatus.STOPPED, CampaignStatus.ARCHIVED)
BATCH, MOST = 100, 1000


def execute(
    campaign: Campaign, by: User | None, stage: str | None = None, batch_size: int = BATCH
) -> PipelineRun:
    """Queue a run of the whole pipeline or of one stage, unless the campaign is over or a run is alive."""
    if campaign.status in OVER:
        raise lifecycle.LifecycleError(f"A {campaign.get_status_display().lower()} campaign runs no more.")
    run = pipeline.enqueue(campaign, by=by, trigger="api", batch_size=min(batch_size, MOST), only=stage)
    audit.record(by, "execute", campaign, after={"stage": stage or "all", "run": run.pk})
    return run
