"""At the same moment: two people merge one pair, a reply or a send meets a merge."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from campaigns import clock
from campaigns.models import User
from conversations.models import Conversation
from conversations.services import threads
from leads.models import Lead, Merge
from leads.services import rulebook
from leads.services.identity import following, merging, redirects
from leads.services.identity.merging import MergeRefused
from outreach.models import Enrollment, Message
from outreach.services import due
from tests.factories import (
    CampaignFactory,
    EnrollmentFactory,
    LeadFactory,
    MessageFactory,
    ProspectFactory,
    SequenceVersionFactory,
    StepFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair() -> tuple[Lead, Lead]:
    """Two records of one person."""
    rulebook.active("scoring")
    return LeadFactory(), LeadFactory()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment; return what came of each, errors included."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results


@pytest.mark.parametrize("is_reversed", [False, True], ids=["same way", "other way round"])
def test_of_two_who_merge_the_same_pair_one_wins_and_the_other_is_told(
    pair: tuple[Lead, Lead], is_reversed: bool
) -> None:
    one, other = pair
    people: list[User] = [UserFactory(), UserFactory()]
    second = (other, one) if is_reversed else (one, other)

    told = at_once(
        lambda: merging.merge(one, other, by=people[0]), lambda: merging.merge(*second, by=people[1])
    )

    refused = [answer for answer in told if isinstance(answer, MergeRefused)]
    assert (Merge.objects.count(), len(refused)) == (1, 1)
    assert "already" in str(refused[0])


def test_a_merge_and_a_merge_of_its_survivor_end_at_one_person(pair: tuple[Lead, Lead]) -> None:
    one, other = pair
    third = LeadFactory()

    told = at_once(lambda: merging.merge(one, other), lambda: merging.merge(third, one))

    assert all(isinstance(answer, Merge | MergeRefused) for answer in told), told
    roots = set(Lead.objects.filter(merged_into=None).values_list("pk", flat=True))
    for lead in Lead.objects.exclude(merged_into=None):
        assert lead.merged_into_id in roots


def test_a_reply_in_the_moment_of_a_merge_is_heard_once_and_by_the_survivor(pair: tuple[Lead, Lead]) -> None:
    kept, gone = pair
    campaign = CampaignFactory()

    def reply() -> None:
        with transaction.atomic():
            lead_id = redirects.resolve_locked(gone.pk)
            thread = threads.open_thread(lead_id, campaign.pk)
            threads.say(thread, "Yes, please", author="lead", external_id="mail-1")

    told = at_once(lambda: merging.merge(kept, gone), reply)

    assert not [answer for answer in told if isinstance(answer, Exception)], told
    following.sweep(clock.now() + 2 * following.WAIT)
    talk = Conversation.objects.get(turns__external_id="mail-1")
    assert (talk.lead, talk.turns.count()) == (kept, 1)


def test_a_send_in_the_moment_of_a_merge_goes_out_once(pair: tuple[Lead, Lead]) -> None:
    kept, gone = pair
    version = SequenceVersionFactory()
    step, campaign = StepFactory(version=version), CampaignFactory()
    rows = [
        EnrollmentFactory(
            prospect=ProspectFactory(lead=lead, campaign=campaign, stage="routed"), version=version
        )
        for lead in pair
    ]
    for row in rows:
        MessageFactory(
            lead=row.lead, campaign=campaign, enrollment=row, step=step, status="queued", sent_at=None
        )

    def claim() -> int:
        return Message.objects.filter(status="queued", lead=gone).update(status="claimed")

    told = at_once(lambda: merging.merge(kept, gone), claim)

    assert not [answer for answer in told if isinstance(answer, Exception)], told
    living = Enrollment.objects.filter(status="active")
    assert (living.count(), living.get().lead) == (1, kept)
    assert Message.objects.filter(status="queued").count() <= 1
    assert not Message.objects.filter(lead=gone).exists()


def test_nothing_is_planned_for_a_record_that_is_merged_away(pair: tuple[Lead, Lead]) -> None:
    kept, gone = pair
    row = EnrollmentFactory(prospect=ProspectFactory(lead=gone))
    StepFactory(version=row.version)
    merging.merge(kept, gone)
    Enrollment.objects.filter(pk=row.pk).update(lead=gone)  # as if it had been routed a moment too late

    with transaction.atomic():
        found = due.take(clock.now(), 10)

    assert [one.is_blocked for one in found] == [True]
