"""Make a new draft from an old plan: what was planned is copied, what happened is not."""

from campaigns.models import Campaign, User
from campaigns.services import lifecycle

PLAN = (
    "type", "team", "vertical", "location", "prospect_count", "channels", "minimum_score", "audience",
    "source", "pipeline", "goal_kind", "goal_target", "agent_config", "thresholds",
    "postal_address", "budget",
)  # fmt: skip


def clone(campaign: Campaign, by: User, name: str = "") -> Campaign:
    """Deploy a draft with the plan of ``campaign``, owned by the person who copies it."""
    plan = {field: getattr(campaign, field) for field in PLAN}
    return lifecycle.deploy({**plan, "name": (name or f"{campaign.name} (copy)")[:120]}, by=by)
