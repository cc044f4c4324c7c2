"""A score follows what happens, and says why it moved."""

import pytest

from campaigns import clock
from leads.models import Activity, Lead, LeadScore
from leads.services import rescoring, scoring, timeline
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    scoring.seed_rules()
    person = LeadFactory()
    scoring.score_leads([person.pk])
    rescoring.drain(clock.now())
    return person


def value(lead):
    return LeadScore.objects.get(lead=lead).value


def test_an_answer_raises_the_score_and_the_timeline_says_by_how_much(lead):
    before = value(lead)
    Lead.objects.filter(pk=lead.pk).update(lifecycle="replied", last_engaged_at=clock.now())
    timeline.record(lead.pk, "replied", "Replied: tell me more", "email")
    rescoring.drain(clock.now())
    gained = value(lead) - before
    assert gained >= 10
    assert scoring.difference(lead)[0][0] > 0
    assert Activity.objects.get(lead=lead, kind="scored").summary.endswith(f"(+{gained})")


def test_an_opened_mail_moves_nothing(lead):
    before = LeadScore.objects.get(lead=lead)
    timeline.record(lead.pk, "opened", "Opened", "email")
    rescoring.drain(clock.now())
    after = LeadScore.objects.get(lead=lead)
    assert (after.value, after.scored_at) == (before.value, before.scored_at)


def test_who_was_never_scored_is_left_alone(lead):
    other = LeadFactory()
    timeline.record(other.pk, "replied", "Replied", "email")
    rescoring.drain(clock.now())
    assert not LeadScore.objects.filter(lead=other).exists()


def test_nothing_new_is_nothing_done(lead, django_assert_num_queries):
    timeline.record(lead.pk, "clicked", "Clicked", "email")
    while rescoring.drain(clock.now()):
        pass
    with django_assert_num_queries(2):
        assert rescoring.drain(clock.now()) == 0


def test_a_long_backlog_is_read_in_pieces(lead):
    for number in range(7):
        timeline.record(lead.pk, "note", f"Note {number}")
    rounds = [rescoring.drain(clock.now(), limit=3) for _ in range(4)]
    assert rounds == [3, 3, 1, 0]
