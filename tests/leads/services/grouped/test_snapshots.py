"""Snapshots: who was in a segment then, who joined and left since, and a launch that keeps its audience."""

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Prospect, Snapshot
from leads.services import audience
from leads.services.grouped import snapshots
from tests.factories import CampaignFactory, LeadFactory, SegmentFactory

pytestmark = pytest.mark.django_db
AUSTIN = {"field": "city", "op": "eq", "value": "Austin"}


def test_a_snapshot_keeps_who_was_in_it_and_compares_with_now(manager: User) -> None:
    stays, leaves = LeadFactory.create_batch(2, city="Austin", team=manager.team)
    LeadFactory(city="Austin")  # of nobody this manager sees
    kept = snapshots.take(SegmentFactory(criteria=AUSTIN, owner=manager), manager)
    leaves.city = "Boston"
    leaves.save()
    joins = LeadFactory(city="Austin", team=manager.team)
    change = snapshots.compare(kept, manager)
    assert (kept.count, set(snapshots.members(kept))) == (2, {stays, leaves})
    assert (list(change.joined), list(change.left), change.stayed) == ([joins], [leaves], 1)
    assert kept.sentence == "city is «Austin»"


def test_a_launch_keeps_its_audience_as_it_was() -> None:
    segment = SegmentFactory(criteria=AUSTIN)
    campaign = CampaignFactory(audience={"segment": segment.pk}, launched_at=clock.now())
    first, second = LeadFactory.create_batch(2, city="Austin")
    assert audience.enroll(campaign, 1, clock.now()) == 1
    late = LeadFactory(city="Austin")
    second.city = "Boston"
    second.save()
    assert audience.waits(campaign)
    assert audience.enroll(campaign, 10, clock.now()) == 1
    assert set(Prospect.objects.values_list("lead", flat=True)) == {first.pk, second.pk}
    assert late.pk not in Prospect.objects.values_list("lead", flat=True)
    assert not audience.waits(campaign)
    kept = Snapshot.objects.get()
    assert (kept.campaign, kept.segment, kept.count) == (campaign, segment, 2)


def test_a_second_worker_finds_the_snapshot_of_the_first() -> None:
    campaign = CampaignFactory(audience={"criteria": AUSTIN}, launched_at=clock.now())
    LeadFactory(city="Austin")
    ones = [snapshots.keep_launch(campaign, audience.people(campaign), "") for _ in range(2)]
    assert ones[0] == ones[1]
    assert Snapshot.objects.count() == 1


def test_before_its_launch_an_audience_is_still_what_the_segment_says() -> None:
    campaign = CampaignFactory(audience={"criteria": AUSTIN}, launched_at=None)
    LeadFactory(city="Austin")
    assert audience.waiting(campaign).count() == 1
    assert audience.enroll(campaign, 5, clock.now()) == 1
    assert not Snapshot.objects.exists()
