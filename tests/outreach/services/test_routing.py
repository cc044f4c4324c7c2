from collections import Counter
from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.services import bulk
from leads.models import Lead, Prospect
from outreach.models import Enrollment, RoutingDecision
from outreach.services import assigning, routing
from tests.factories import CampaignFactory, ProspectFactory, SenderFactory, TeamFactory, UserFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return CampaignFactory(team=TeamFactory(name="Austin"))


def route(campaign, limit=100, now=MONDAY):
    return routing.stage(campaign, limit=limit, now=now)


def test_people_are_spread_evenly_over_senders_and_owners(campaign):
    for number in range(3):
        SenderFactory()
        UserFactory(username=f"rep{number}", role="rep", team=campaign.team)
    world.sequence(campaign=campaign)
    world.qualified(10, campaign)
    assert route(campaign).done == 10
    for name in ("sender_id", "prospect__owner_id"):
        loads = Counter(Enrollment.objects.values_list(name, flat=True)).values()
        assert len(loads) == 3
        assert max(loads) - min(loads) <= 1
    assert set(Prospect.objects.values_list("stage", flat=True)) == {"routed"}
    assert not Lead.objects.filter(owner=None).exists()


def test_those_away_full_or_of_other_teams_get_nobody(campaign):
    SenderFactory()
    world.sequence(campaign=campaign)
    UserFactory(username="away", role="rep", team=campaign.team, is_away=True)
    UserFactory(username="stranger", role="rep", team=TeamFactory(name="Boston"))
    small = UserFactory(username="small", role="rep", team=campaign.team, capacity=2)
    world.qualified(3, campaign)
    route(campaign)
    owners = Counter(Prospect.objects.values_list("owner_id", flat=True))
    assert owners == {small.pk: 2, None: 1}
    assert RoutingDecision.objects.get(owner=None).reason == "No owner: every rep is away or full."


def test_an_owner_keeps_the_lead(campaign):
    SenderFactory()
    world.sequence(campaign=campaign)
    mine, other = (UserFactory(username=name, role="rep", team=campaign.team) for name in ("mine", "other"))
    world.qualified(2, campaign, owner=mine)
    route(campaign)
    assert set(Prospect.objects.values_list("owner_id", flat=True)) == {mine.pk}
    assert not Prospect.objects.filter(owner=other).exists()


def test_the_first_sequence_whose_rule_fits_is_taken_own_ones_first(campaign):
    SenderFactory()
    everybody = world.sequence()
    dentists = world.sequence(campaign=campaign, match={"field": "industry", "op": "eq", "value": "Dental"})
    world.qualified(1, campaign, industry="Dental")
    world.qualified(1, campaign, industry="Law")
    route(campaign)
    found = dict(Enrollment.objects.values_list("lead__industry", "version__sequence"))
    assert found == {"Dental": dentists.pk, "Law": everybody.pk}


def test_a_full_sequence_passes_people_on(campaign):
    SenderFactory()
    first = world.sequence(campaign=campaign, capacity=2)
    second = world.sequence(campaign=campaign)
    world.qualified(5, campaign)
    route(campaign)
    found = Counter(Enrollment.objects.values_list("version__sequence", flat=True))
    assert found == {first.pk: 2, second.pk: 3}


@pytest.mark.parametrize(
    ("mode", "same_campaign", "may"),
    [
        ("lead", False, False),
        ("lead", True, False),
        ("campaign", False, True),
        ("campaign", True, False),
        ("sequence", False, True),
        ("sequence", True, True),
    ],
)
def test_three_modes_of_exclusivity(campaign, mode, same_campaign, may):
    SenderFactory()
    elsewhere = campaign if same_campaign else CampaignFactory()
    earlier = world.sequence(campaign=elsewhere, exclusivity="sequence")
    prospect = world.qualified(1, elsewhere)[0]
    route(elsewhere)
    earlier.is_active = False
    earlier.save()
    world.sequence(campaign=campaign, exclusivity=mode)
    if same_campaign:
        Prospect.objects.update(stage="qualified")
    else:
        ProspectFactory(lead=prospect.lead, campaign=campaign, stage="qualified")
    assert route(campaign).done == int(may)


def test_an_exclusive_sequence_bears_no_other(campaign):
    SenderFactory()
    other = CampaignFactory()
    world.sequence(campaign=other, exclusivity="lead")
    prospect = world.qualified(1, other)[0]
    route(other)
    world.sequence(campaign=campaign, exclusivity="sequence")
    ProspectFactory(lead=prospect.lead, campaign=campaign, stage="qualified")
    report = route(campaign)
    assert (report.done, report.failed, report.left) == (0, 1, 0)
    assert RoutingDecision.objects.get(sequence=None).reason == "Is already in another sequence."


def test_who_was_refused_is_not_tried_again_until_tomorrow(campaign):
    SenderFactory()
    world.qualified(2, campaign)
    assert route(campaign).failed == 2
    assert route(campaign) == routing.StageReport(done=0, failed=0, left=0)
    world.sequence(campaign=campaign)
    assert route(campaign, now=MONDAY + timedelta(days=2)).done == 2


def test_a_slice_takes_six_statements_however_many_people(campaign):
    SenderFactory()
    UserFactory(username="rep", role="rep", team=campaign.team, capacity=1000)
    world.sequence(campaign=campaign)
    world.qualified(60, campaign)
    for limit, left in ((40, 20), (100, 0)):
        with world.statements() as found:
            assert route(campaign, limit=limit).left == left
        assert len(found) == 6 + bulk.is_postgres()  # there it takes a lock besides


def test_the_first_letter_waits_for_the_persons_morning(campaign):
    SenderFactory()
    world.sequence(campaign=campaign)
    world.qualified(1, campaign, time_zone="America/New_York")
    route(campaign)
    assert Enrollment.objects.get().due_at > MONDAY + timedelta(hours=3)


def test_a_person_decides_and_what_was_before_stops(campaign, manager):
    SenderFactory()
    world.sequence(campaign=campaign)
    prospect = world.qualified(1, campaign)[0]
    route(campaign)
    wanted = world.sequence(campaign=campaign)
    with clock.at(MONDAY):
        made = assigning.assign(prospect, wanted, manager, reason="asked for it")
    assert Enrollment.objects.exclude(pk=made.pk).get().status == "stopped"
    decision = RoutingDecision.objects.latest("pk")
    assert (decision.decided_by, decision.rule, decision.reason) == (manager, "by hand", "asked for it")


def test_nobody_is_put_twice_through_the_same_version(campaign, manager):
    SenderFactory()
    sequence = world.sequence(campaign=campaign)
    prospect = world.qualified(1, campaign)[0]
    route(campaign)
    with pytest.raises(assigning.AssignmentRefused, match="already"):
        assigning.assign(prospect, sequence, manager)
