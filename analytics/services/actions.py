"""What a recommendation does when it is applied, how it is checked, and how it is put back.

PAUSE and SCALE_UP act on the campaign; the other actions are work for people: applying one says that
somebody takes it on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Round

from analytics.models import Recommendation
from campaigns import clock
from campaigns.models import Campaign, CampaignStatus, User
from campaigns.services import audit, lifecycle


class ActionRefused(Exception):
    """The campaign has changed since; ``apply`` and ``undo`` change nothing then."""

    code = "action_refused"
    status = 409


@dataclass(frozen=True)
class Action:
    """Three small functions: do it (returning what undo needs), check it, put it back."""

    perform: Callable[[Recommendation, User | None], dict[str, Any]]
    verify: Callable[[Recommendation], bool]
    revert: Callable[[Recommendation, User | None], None]


def perform(recommendation: Recommendation, by: User | None) -> dict[str, Any]:
    """Do what the recommendation says; return what undo needs."""
    action = ACTIONS.get(recommendation.action)
    return action.perform(recommendation, by) if action else {}


def verify(recommendation: Recommendation) -> bool:
    """Read back whether it took effect."""
    action = ACTIONS.get(recommendation.action)
    return action.verify(recommendation) if action else True


def revert(recommendation: Recommendation, by: User | None) -> None:
    """Put back what was changed, if nobody has changed it since."""
    action = ACTIONS.get(recommendation.action)
    if action:
        action.revert(recommendation, by)


def _pause(recommendation: Recommendation, by: User | None) -> dict[str, Any]:
    campaign = _fresh(recommendation)
    if campaign.status != CampaignStatus.ACTIVE:
        raise ActionRefused(f"The campaign is {campaign.get_status_display().lower()} already.")
    lifecycle.pause(campaign, by, recommendation.reason)
    return {"status": CampaignStatus.ACTIVE.value}


def _is_paused(recommendation: Recommendation) -> bool:
    return _fresh(recommendation).status == CampaignStatus.PAUSED


def _resume(recommendation: Recommendation, by: User | None) -> None:
    campaign = _fresh(recommendation)
    if campaign.status != CampaignStatus.PAUSED:
        raise ActionRefused(f"The campaign is {campaign.get_status_display().lower()} now.")
    lifecycle.start(campaign, by, "pause undone")


def _add_money(recommendation: Recommendation, by: User | None) -> dict[str, Any]:
    campaign = _fresh(recommendation)
    after = campaign.budget + Decimal(str(recommendation.evidence["add"]))
    _set_budget(campaign, after, by, recommendation.reason)
    return {"budget": str(campaign.budget), "after": str(after)}


def _has_money(recommendation: Recommendation) -> bool:
    return _fresh(recommendation).budget == Decimal(recommendation.before["after"])


def _take_money(recommendation: Recommendation, by: User | None) -> None:
    campaign, kept = _fresh(recommendation), recommendation.before
    if campaign.budget != Decimal(kept["after"]):
        raise ActionRefused(f"The budget was changed to ${campaign.budget:,.2f} since; change it by hand.")
    _set_budget(campaign, Decimal(kept["budget"]), by, "more budget undone")


def _set_budget(campaign: Campaign, to: Decimal, by: User | None, reason: str) -> None:
    """Change the budget if it is still what we read and covers what is spent and held."""
    row = Campaign.objects.filter(pk=campaign.pk, budget=campaign.budget)
    covered = row.annotate(used=Round(F("spent") + F("held") - F("overspent"), 6)).filter(used__lte=to)
    if not covered.update(budget=to, updated_at=clock.now()):
        raise ActionRefused(f"More than ${to:,.2f} is spent or held, or the budget was changed just now.")
    audit.record(
        by,
        "budget",
        campaign,
        reason=reason,
        before={"budget": str(campaign.budget)},
        after={"budget": str(to)},
    )


def _fresh(recommendation: Recommendation) -> Campaign:
    return Campaign.objects.get(pk=recommendation.campaign_id)


ACTIONS = {
    "PAUSE": Action(_pause, _is_paused, _resume),
    "SCALE_UP": Action(_add_money, _has_money, _take_money),
}
