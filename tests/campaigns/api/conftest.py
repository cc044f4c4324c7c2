"""The ground floor alone: its own checks, no hooks, the default price list, one harmless stage."""

from datetime import datetime
from typing import Any

import pytest

from campaigns.models import Campaign, Team, User
from campaigns.services import estimates, pipeline
from tests.factories import CampaignFactory


def nothing_waits(campaign: Campaign, *, limit: int, now: datetime) -> pipeline.StageReport:
    """Find nobody waiting."""
    return pipeline.StageReport(done=0)


@pytest.fixture(autouse=True)
def _ground_floor_only(settings: Any, db: None) -> None:
    settings.PREFLIGHT_CHECKS = [path for path in settings.PREFLIGHT_CHECKS if path.startswith("campaigns.")]
    settings.CAMPAIGN_HOOKS = {}
    settings.PIPELINES = {
        "prospecting": [(name, f"{__name__}.nothing_waits") for name in ("harvest", "score")]
    }
    estimates.seed_prices()


@pytest.fixture
def campaign(team: Team, manager: User) -> Campaign:
    """A draft of the team with money and an address."""
    return CampaignFactory(name="Austin dental", status="draft", team=team, owner=manager, budget=100)
