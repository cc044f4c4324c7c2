"""The whole walk of a campaign: harvest, score, qualify, route, plan and send, with the offline providers."""

from campaigns.models import Campaign
from campaigns.services import drains, pipeline
from config.bench import scenery
from outreach.models import LEFT, Message


def walk(count: int) -> int:
    """Walk ``count`` harvested leads through every stage; return how many mails left."""
    campaign = scenery.settle_in(0)
    plan = {"source": "directory", "prospect_count": count, "vertical": "dental", "location": "Austin, TX"}
    Campaign.objects.filter(pk=campaign.pk).update(**plan)
    campaign.refresh_from_db()
    scenery.sequence(campaign)
    pipeline.run_now(pipeline.enqueue(campaign))
    drains.work("nurture")
    drains.work("send")
    return Message.objects.filter(status__in=LEFT).count()
