"""The optional pipeline stage «research»: reads the websites of those who qualified, before they are routed.

Campaigns use it by the pipeline «researched» instead of «prospecting».
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from campaigns.models import Campaign
from campaigns.services.pipeline import StageReport
from leads.models import Lead, ProspectStage, ResearchReport
from leads.services.research import requests, work


def stage(campaign: Campaign, *, limit: int, now: datetime) -> StageReport:
    """Queue what is missing and read up to ``limit`` websites (at most 20 at a time)."""
    waiting = Lead.objects.filter(prospects__campaign=campaign, prospects__stage=ProspectStage.QUALIFIED)
    try:
        requests.for_many(waiting, campaign, None)
    except requests.ResearchRefused as refusal:
        return StageReport(0, note=str(refusal))
    ours = ResearchReport.objects.filter(campaign_id=campaign.pk)
    due = work.waiting(now).filter(campaign_id=campaign.pk)
    chosen = list(due.values_list("pk", flat=True)[: min(limit, 20)])
    if not chosen:
        return StageReport(0)
    work.work_off(due.filter(pk__in=chosen), now, limit=len(chosen))
    ended = ours.filter(pk__in=chosen)
    done, failed = (ended.filter(status=status).count() for status in ("done", "failed"))
    cost = ended.aggregate(sum=Sum("cost"))["sum"]
    left = work.waiting(now).filter(campaign_id=campaign.pk).count()
    return StageReport(done, failed, left, cost or Decimal(0))
