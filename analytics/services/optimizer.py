"""The optimiser: hourly and on demand, over one campaign or all, in a fixed number of queries.

Modes of a campaign (``thresholds["optimiser_mode"]``): ``off``; ``observe`` only writes down what it would
say; ``recommend`` (the usual) proposes; ``auto`` also applies what a rule allows, after grace and with
enough people written to. Automatic pauses stop at a quarter of the live campaigns a day, so that one bad
feed cannot silence the house.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Avg, Q

from analytics.models import Recommendation, RecommendationStatus
from analytics.services import actions, metrics, recommendations, rules, thresholds
from analytics.services.figures import Figures
from analytics.services.rules import Case, Finding
from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, Revenue, User

DAY = timedelta(days=1)
LIVE = (CampaignStatus.ACTIVE,)


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Look at all active campaigns; return how many new recommendations there are (0 when called again)."""
    active = Campaign.objects.filter(Q(status__in=LIVE) | Q(recommendations__status="open")).distinct()
    ids = list(active.order_by("id").values_list("id", flat=True))
    return sum(len(_look_at(ids[start : start + limit], now)) for start in range(0, len(ids), limit))


def run(campaign: Campaign | None = None, now: datetime | None = None) -> list[Recommendation]:
    """Look at one campaign (or all) now; return the new recommendations."""
    now = now or clock.now()
    ids = [campaign.pk] if campaign else Campaign.objects.live().values_list("id", flat=True)
    return _look_at(list(ids), now)


def run_for(actor: User) -> list[Recommendation]:
    """Look at every campaign this person may see; return the new recommendations."""
    ids = Campaign.objects.visible_to(actor).live().values_list("id", flat=True)
    return _look_at(list(ids), clock.now())


def _look_at(ids: Sequence[int], now: datetime) -> list[Recommendation]:
    campaigns = Campaign.objects.in_bulk(ids)
    figures = metrics.campaign_figures(ids) if ids else {}
    average = _usual_sale() if ids else None
    found: list[tuple[int, str, Finding]] = []
    for pk, campaign in campaigns.items():
        case = _case(campaign, figures[pk], average, now)
        if case.limits.optimiser_mode != "off" and campaign.status in LIVE:
            found += [(pk, case.limits.optimiser_mode, finding) for finding in rules.judge(case)]
    recommendations.expire({(pk, finding.action) for pk, _, finding in found}, ids, now)
    new = recommendations.propose(found, now)
    automatic = {(pk, f.action) for pk, mode, f in found if mode == "auto" and f.may_be_automatic}
    _act([one for one in _open(ids) if (one.campaign_id, one.action) in automatic], now)
    return new


def _open(ids: Sequence[int]) -> list[Recommendation]:
    """Return all open advice, the older first: what came too early to be applied may be ripe now."""
    found = Recommendation.objects.filter(status=RecommendationStatus.OPEN, campaign__in=ids)
    return list(found.select_related("campaign").order_by("id")) if ids else []


def _act(chosen: Sequence[Recommendation], now: datetime) -> None:
    """Apply what may be applied without asking, within the day's allowance; what is refused stays open."""
    if not chosen:
        return
    today = Recommendation.objects.filter(
        status=RecommendationStatus.APPLIED, decided_by=None, decided_at__gt=now - DAY
    ).count()
    live = Campaign.objects.filter(status__in=LIVE).count()
    for one in chosen[: max(0, max(1, live // 4) - today)]:
        try:
            recommendations.apply(one)
        except (actions.ActionRefused, recommendations.RecommendationError):
            continue  # somebody was faster


def _case(campaign: Campaign, figures: Figures, average: float | None, now: datetime) -> Case:
    limits = thresholds.of(campaign)
    value, source = _deal_value(figures, average, limits)
    launched = campaign.launched_at or campaign.created_at
    return Case(campaign, figures, limits, value, source, now - launched >= limits.grace_days * DAY)


def _deal_value(figures: Figures, average: float | None, limits: thresholds.Thresholds) -> tuple[float, str]:
    """Return what one sale brings: this campaign's own average, the house's, or the named assumption."""
    if figures.sales and figures.revenue > 0:
        return float(figures.revenue) / figures.sales, "this campaign's average"
    if average:
        return average, "the average of all campaigns"
    return limits.deal_value, "assumed, nothing sold yet"


def _usual_sale() -> float | None:
    average = Revenue.objects.filter(amount__gt=0).aggregate(average=Avg("amount"))["average"]
    return float(average) if average else None
