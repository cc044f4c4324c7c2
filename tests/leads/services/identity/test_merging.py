"""Merge and undo: what follows, which of two goes on, and that every row comes back."""

import pytest
from django.db import connection

from campaigns import clock
from conversations.models import Conversation
from leads.models import (
    Consent,
    Deal,
    Lead,
    LeadKey,
    MatchRun,
    Merge,
    Note,
    Prospect,
    Suppression,
)
from leads.services import contactability, rulebook
from leads.services.identity import choosing, keys, merging
from leads.services.identity.merging import MergeRefused
from outreach.models import Enrollment, Message
from tests.factories import (
    CampaignFactory,
    ConversationFactory,
    DealFactory,
    EnrollmentFactory,
    LeadFactory,
    MessageFactory,
    ProspectFactory,
    SequenceVersionFactory,
)
from tests.leads.services.identity.worlds import all_rows, pair_with_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def card() -> None:
    rulebook.active("scoring")


@pytest.mark.parametrize("seed", range(6))
def test_nothing_but_the_old_record_itself_is_left_behind(seed: int) -> None:
    kept, gone = pair_with_everything(seed)

    merging.merge(kept, gone)

    assert not Note.objects.filter(lead=gone).exists()
    assert not Message.objects.filter(lead=gone).exists()
    assert not Enrollment.objects.filter(lead=gone).exists()
    assert not Deal.objects.filter(lead=gone).exists()
    assert not gone.tasks.exists()
    assert not gone.activities.exists()
    assert not gone.files.exists()
    living = Enrollment.objects.filter(lead=kept, status__in=("active", "paused"))
    assert living.count() <= 1
    assert not Message.objects.filter(
        lead=kept, enrollment__status="stopped", status__in=("queued", "draft", "approved")
    ).exists()


def test_the_survivor_fills_its_gaps_and_keeps_what_it_has() -> None:
    kept = LeadFactory(title="Owner", city="", phone="", tags=["a"], custom={"plan": "Pro"})
    gone = LeadFactory(title="Chef", city="Austin", phone="+447700900123", tags=["b"], custom={"seats": 4})

    merging.merge(kept, gone)

    kept.refresh_from_db()
    assert (kept.title, kept.city, kept.phone) == ("Owner", "Austin", "+447700900123")
    assert kept.tags == ["a", "b"]
    assert kept.custom == {"plan": "Pro", "seats": 4}


def test_a_person_may_choose_field_by_field() -> None:
    kept, gone = LeadFactory(title="Owner", first_name="Jon"), LeadFactory(title="Chef", first_name="John")

    merging.merge(kept, gone, choices={"title": "gone", "first_name": "kept"})

    kept.refresh_from_db()
    assert (kept.title, kept.first_name) == ("Chef", "Jon")


def test_the_other_address_still_leads_to_the_person() -> None:
    kept, gone = LeadFactory(email="one@x.example"), LeadFactory(email="two@x.example", phone="+447700900123")

    merging.merge(kept, gone)

    assert keys.find("email", "Two+news@x.example") == kept
    assert keys.find("phone", "+44 7700 900123") == kept
    assert keys.find("email", "one@x.example") == kept


def test_a_chosen_address_changes_hands_and_the_old_one_stays_known() -> None:
    kept, gone = LeadFactory(email="one@x.example"), LeadFactory(email="two@x.example")

    merging.merge(kept, gone, choices={"email": "gone"})

    kept.refresh_from_db(), gone.refresh_from_db()
    assert (kept.email_key, gone.email_key) == ("two@x.example", "")
    assert LeadKey.objects.get(kind="email", value="one@x.example").lead == kept
    assert keys.find("email", "one@x.example") == kept


def test_the_oldest_identified_record_stays() -> None:
    visitor = LeadFactory(email="", created_at=clock.now().replace(year=2020))
    first, second = LeadFactory(), LeadFactory()

    assert choosing.survivor([second, visitor, first]) == first


def test_the_strictest_word_counts() -> None:
    kept, gone = LeadFactory(), LeadFactory(do_not_call=True, phone="+447700900123")
    Consent.objects.create(lead=gone, channel="email", is_granted=False, source="a form")
    Consent.objects.create(lead=kept, channel="email", is_granted=True, source="a form")
    assert contactability.may_contact([kept.pk], "email") == {}

    merging.merge(kept, gone)

    assert "refused" in contactability.may_contact([kept.pk], "email")[kept.pk]
    assert "called" in contactability.may_contact([kept.pk], "call")[kept.pk]


def test_a_suppressed_address_closes_the_whole_person() -> None:
    kept, gone = LeadFactory(email="one@x.example"), LeadFactory(email="two@x.example")
    contactability.suppress_lead(gone, "unsubscribed")

    merging.merge(kept, gone)

    assert Suppression.objects.filter(value=f"lead:{kept.pk}", lifted_at=None).exists()
    assert contactability.may_contact([kept.pk], "email")[kept.pk]


def test_a_bounced_address_is_no_wish_of_the_person() -> None:
    kept, gone = LeadFactory(email="one@x.example"), LeadFactory(email="two@x.example")
    contactability.suppress("address", "two@x.example", "bounced")

    merging.merge(kept, gone)

    assert contactability.may_contact([kept.pk], "email") == {}


def test_of_two_prospects_the_further_one_goes_on() -> None:
    campaign = CampaignFactory()
    kept = ProspectFactory(campaign=campaign, stage="scored")
    gone = ProspectFactory(campaign=campaign, stage="replied")

    merging.merge(kept.lead, gone.lead)

    assert Prospect.objects.get(campaign=campaign, lead=kept.lead).pk == gone.pk
    assert Prospect.objects.get(campaign=campaign, lead=gone.lead).pk == kept.pk


def test_nobody_is_in_two_sequences_after_a_merge() -> None:
    campaign, version = CampaignFactory(), SequenceVersionFactory()
    ahead = EnrollmentFactory(prospect=ProspectFactory(campaign=campaign, stage="contacted"), position=2)
    behind = EnrollmentFactory(
        prospect=ProspectFactory(campaign=CampaignFactory(), stage="routed"), version=version
    )
    waiting = MessageFactory(
        lead=behind.lead, campaign=behind.campaign, enrollment=behind, status="queued", sent_at=None
    )

    merging.merge(behind.lead, ahead.lead)

    ahead.refresh_from_db(), behind.refresh_from_db(), waiting.refresh_from_db()
    assert (ahead.status, ahead.lead, ahead.exclusivity_key) == (
        "active",
        behind.lead,
        f"lead:{behind.lead_id}",
    )
    assert (behind.status, behind.stop_reason) == ("stopped", "merged")
    assert waiting.status == "cancelled"


def test_two_threads_of_one_campaign_become_one_in_the_order_of_time() -> None:
    campaign = CampaignFactory()
    kept, gone = LeadFactory(), LeadFactory()
    own = ConversationFactory(lead=kept, campaign=campaign, status="waiting", turns_count=1)
    theirs = ConversationFactory(lead=gone, campaign=campaign, status="escalated", turns_count=1)
    now = clock.now()
    own.turns.create(number=1, author="staff", body="second", said_at=now)
    theirs.turns.create(number=1, author="lead", body="first", said_at=now.replace(year=2020))

    merging.merge(kept, gone)

    one = Conversation.objects.get(lead=kept, campaign=campaign)
    assert [(turn.number, turn.body) for turn in one.turns.all()] == [(1, "first"), (2, "second")]
    assert (one.turns_count, one.status) == (2, "escalated")


def test_of_two_open_deals_the_less_advanced_is_closed_as_a_duplicate() -> None:
    campaign = CampaignFactory()
    mine = DealFactory(campaign=campaign, stage="open")
    theirs = DealFactory(campaign=campaign, stage="proposal")

    merging.merge(mine.lead, theirs.lead)

    mine.refresh_from_db(), theirs.refresh_from_db()
    assert (mine.stage, theirs.stage, theirs.lead) == ("lost", "proposal", mine.lead)
    assert "merged" in mine.lost_reason


@pytest.mark.parametrize("what", ["itself", "merged", "erased"])
def test_what_cannot_be_merged_is_refused_in_words(what: str) -> None:
    kept, gone, third = LeadFactory(), LeadFactory(), LeadFactory()
    if what == "merged":
        merging.merge(third, gone)
    if what == "erased":
        Lead.objects.filter(pk=gone.pk).update(erased_at=clock.now())

    with pytest.raises(MergeRefused, match=r"itself|already|erased"):
        merging.merge(kept, kept if what == "itself" else gone)
    assert Merge.objects.count() == (what == "merged")


def test_the_survivor_is_compared_again() -> None:
    kept, gone = LeadFactory(), LeadFactory()

    merging.merge(kept, gone)

    assert MatchRun.objects.get().lead_ids == [kept.pk]


def test_a_merge_that_breaks_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, gone = pair_with_everything(3)
    before = all_rows()
    monkeypatch.setattr("leads.services.identity.merging.timeline.record", _break)

    with pytest.raises(RuntimeError):
        merging.merge(kept, gone)

    assert all_rows() == before
    assert not connection.needs_rollback


def _break(*args: object, **facts: object) -> None:
    raise RuntimeError("killed")
