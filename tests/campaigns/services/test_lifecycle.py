"""Campaigns move along their states by one writer, with an audit trail."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import AuditEntry, Campaign, CampaignStatus
from campaigns.services import audit, estimates, lifecycle, pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground_floor_only(settings: Any) -> None:
    settings.PREFLIGHT_CHECKS = [path for path in settings.PREFLIGHT_CHECKS if path.startswith("campaigns.")]
    settings.CAMPAIGN_HOOKS = {}
    estimates.seed_prices()


@pytest.fixture
def campaign() -> Campaign:
    data = {
        "name": "Austin dental",
        "prospect_count": 50,
        "budget": Decimal(10),
        "postal_address": "1 Main St",
    }
    return lifecycle.deploy(data, by=None)


def test_a_deployed_campaign_is_a_draft_with_its_estimate(campaign: Campaign) -> None:
    assert (campaign.status, campaign.estimate) == (CampaignStatus.DRAFT, Decimal("5.42"))


def test_launch_activates_and_queues_one_run(campaign: Campaign) -> None:
    run = lifecycle.launch(campaign, by=None, limit=5)
    assert (campaign.status, campaign.send_limit, run.status) == (CampaignStatus.ACTIVE, 5, "queued")
    assert lifecycle.launch(campaign, by=None) == run


def test_a_budget_below_the_estimate_refuses_the_launch_and_says_by_how_much(campaign: Campaign) -> None:
    Campaign.objects.update(budget=Decimal(5))
    campaign.refresh_from_db()
    with pytest.raises(lifecycle.LaunchRefused, match=r"\$0\.42 short"):
        lifecycle.launch(campaign, by=None)
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.DRAFT


def test_a_launch_without_postal_address_is_refused(campaign: Campaign) -> None:
    campaign.postal_address = " "
    with pytest.raises(lifecycle.LaunchRefused, match="postal address"):
        lifecycle.launch(campaign, by=None)


def test_every_move_is_written_down_with_its_reason(campaign: Campaign) -> None:
    lifecycle.start(campaign, None)
    lifecycle.pause(campaign, None, "negative ROI")
    entry = audit.history(campaign).first()
    assert entry is not None
    assert (entry.verb, entry.reason, entry.after) == ("pause", "negative ROI", {"status": "paused"})


def test_a_move_the_state_does_not_allow_is_refused_and_changes_nothing(campaign: Campaign) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(lifecycle.LifecycleError, match="draft cannot be paused"):
        lifecycle.pause(campaign)
    assert AuditEntry.objects.count() == before


def test_stopping_cancels_the_run_and_archiving_puts_away(campaign: Campaign) -> None:
    run = lifecycle.launch(campaign, by=None)
    lifecycle.stop(campaign)
    run.refresh_from_db()
    assert (run.status, pipeline.alive(campaign)) == ("cancelled", None)
    lifecycle.archive(campaign)
    assert campaign.status == CampaignStatus.ARCHIVED


def test_releasing_a_canary_lifts_its_limit(campaign: Campaign) -> None:
    lifecycle.launch(campaign, by=None, limit=5)
    lifecycle.release(campaign, by=None)
    assert campaign.send_limit is None
