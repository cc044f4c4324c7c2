"""Slices of those who wait at a stage."""

import pytest

from leads.models import Prospect, ProspectStage
from leads.services import slices
from tests.factories import CampaignFactory, LeadFactory

pytestmark = pytest.mark.django_db


def test_a_slice_holds_the_oldest_of_one_stage_of_one_campaign() -> None:
    mine, other = CampaignFactory(), CampaignFactory()
    stages = (ProspectStage.NEW, ProspectStage.SCORED, ProspectStage.QUALIFIED)
    made = [
        Prospect.objects.create(campaign=campaign, lead=LeadFactory(), stage=stage)
        for _ in range(3)
        for campaign in (mine, other)
        for stage in stages
    ]
    waiting = [one.pk for one in made if one.campaign_id == mine.pk and one.stage == ProspectStage.SCORED]
    piece = slices.take(mine, ProspectStage.SCORED, 2)
    assert (piece.first_id, piece.last_id, piece.size) == (waiting[0], waiting[1], 2)
    assert slices.take(mine, ProspectStage.SCORED, 9).last_id == waiting[2]
    assert slices.take(CampaignFactory(), ProspectStage.SCORED, 9).size == 0
