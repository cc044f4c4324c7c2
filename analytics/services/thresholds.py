"""The limits a campaign is judged by: its own, and the house's for those it does not name."""

from dataclasses import dataclass
from typing import Any

from campaigns.models import Campaign
from campaigns.models.campaign import OPTIMISER_MODES as MODES


@dataclass(frozen=True)
class Thresholds:
    """Every limit with its usual value; a campaign's ``thresholds`` overrides any of them."""

    cost_per_lead: float = 20.0
    qualification_rate: float = 0.30
    reply_rate: float = 0.05
    success_rate: float = 0.05
    scale_up_roi: float = 300.0
    loss_certainty: float = 0.90
    deal_value: float = 100.0
    minimum_sample: int = 30
    grace_days: int = 7
    optimiser_mode: str = "recommend"


def of(campaign: Campaign) -> Thresholds:
    """Return the limits of a campaign; an unreadable value counts as not named."""
    usual = Thresholds()
    named = campaign.thresholds if isinstance(campaign.thresholds, dict) else {}
    chosen = {name: _read(named.get(name), getattr(usual, name)) for name in usual.__dataclass_fields__}
    if chosen["optimiser_mode"] not in MODES:
        chosen["optimiser_mode"] = usual.optimiser_mode
    return Thresholds(**chosen)


def _read(value: Any, usual: Any) -> Any:
    if value is None or isinstance(value, bool):
        return usual
    try:
        return type(usual)(value)
    except (TypeError, ValueError):
        return usual
