"""Workers are killed while they score, route and send; nothing is lost, doubled or left unpaid.

The whole proof is ``manage.py crash --messages 2000 --kills 10``, on SQLite and on PostgreSQL.
"""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.models import Cost
from config.crash import harness, verdict
from outreach.models import Message
from outreach.providers import post_office
from tests.journeys.commands import told
from tests.outreach import world
from tests.outreach.letters import letter


@pytest.mark.crash
def test_four_kills_lose_and_double_nothing():
    code, found = told("crash", "--messages", 300, "--kills", 4, "--workers", 2)
    assert (code, found["clean"], found["reconciled"]) == (0, True, True)
    assert [found[name] for name in ("lost", "doubled", "unpaid", "overpaid", "uncertain")] == [0] * 5
    ended = [found[name] for name in ("sent", "failed", "suppressed", "skipped")]
    assert sum(ended) == found["audience"] > 500
    assert {"score", "route", "send"} >= set(found["killed_in"])
    assert found["deaths"] >= 6  # two whole crews, and two at the letters


def test_kills_are_spread_over_the_stages_and_the_sending():
    assert harness.moments(4) == [("score", 0.5), ("route", 0.5), ("send", 1 / 3), ("send", 2 / 3)]
    places = [place for place, _ in harness.moments(10)]
    assert [places.count(place) for place in harness.PLACES] == [2, 2, 2, 4]


@pytest.fixture
def campaign(db):
    """Three people who got both letters of a sequence."""
    found = world.campaign(people=3, steps=2, prospect_count=3)
    for day in range(4):
        with clock.at(world.MONDAY + timedelta(days=day)):
            world.nurture.stage(found, limit=1000, now=clock.now())
            world.send(clock.now())
    return found


def test_clean_books_are_called_clean(campaign):
    found = verdict.of(campaign)
    assert (found.audience, found.sent, found.is_clean) == (6, 6, True)


def test_a_letter_that_came_twice_is_seen(campaign):
    twice = Message.objects.first()
    post_office.accept([letter(uid=twice.uid, to=twice.to_address)])
    assert (verdict.of(campaign).doubled, verdict.of(campaign).is_clean) == (1, False)


def test_a_letter_that_never_came_and_one_that_nobody_paid_are_seen(campaign):
    lost, unpaid = Message.objects.all()[:2]
    with post_office._open() as book, book:
        book.execute("DELETE FROM mails WHERE uid = ?", [lost.uid])
    Cost.objects.filter(message_id=unpaid.pk).delete()
    found = verdict.of(campaign)
    assert (found.lost, found.unpaid, found.overpaid, found.is_clean) == (1, 1, 1, False)


def test_somebody_who_stands_still_is_counted_as_lost(campaign):
    campaign.prospects.filter(pk=campaign.prospects.first().pk).update(stage="scored")
    assert verdict.of(campaign).lost == 1
