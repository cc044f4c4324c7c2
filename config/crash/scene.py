"""What the crash harness begins with: a campaign with nobody in it yet, and a run to carry out."""

from campaigns.models import Campaign
from campaigns.services import pipeline
from config.bench import scenery

STEPS = 2
SLICE = 20


def set_up(count: int) -> Campaign:
    """Return an active campaign with a queued run that harvests ``count`` people, in small slices."""
    campaign = scenery.settle_in(0)
    campaign.source, campaign.vertical, campaign.location = "directory", "dental", "Austin, TX"
    campaign.prospect_count, campaign.minimum_score = count, 20
    campaign.save(update_fields=["source", "vertical", "location", "prospect_count", "minimum_score"])
    scenery.sequence(campaign, steps=STEPS)
    pipeline.enqueue(campaign, trigger="crash", batch_size=SLICE)
    return campaign
