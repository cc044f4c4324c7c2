import itertools
from datetime import UTC, datetime, timedelta

import pytest

from leads.models import Activity, Suppression
from outreach.models import Event, RawDelivery, Tally
from outreach.providers.events import DeliveryEvent
from outreach.services import tracking
from tests.factories import EnrollmentFactory, MessageFactory, VariantFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 Safari/605.1.15"


def sent(**facts):
    variant = VariantFactory()
    enrollment = EnrollmentFactory(version=variant.step.version)
    given = {
        "step": variant.step,
        "variant_id": variant.pk,
        "enrollment": enrollment,
        "lead": enrollment.lead,
        "campaign": enrollment.campaign,
        "sent_at": NOW - timedelta(hours=1),
    }
    return MessageFactory(**given | facts)


def event(message, kind, event_id="", **facts):
    given = {"occurred_at": NOW, "user_agent": BROWSER, "provider": "sendgrid"} | facts
    return DeliveryEvent(message.uid, kind, provider_event_id=event_id or f"{kind}-{message.uid}", **given)


def test_news_is_stored_counted_and_shown_once():
    message = sent()
    news = [
        event(message, "delivered"),
        event(message, "opened"),
        event(message, "clicked", url="https://a.example"),
    ]
    assert tracking.record_events(news, NOW) == 3
    assert tracking.record_events(news, NOW) == 0
    tally = Tally.objects.get()
    assert (tally.delivered, tally.opened, tally.clicked, tally.variant_id) == (1, 1, 1, message.variant_id)
    assert sorted(Activity.objects.values_list("kind", flat=True)) == ["clicked", "opened"]
    message.refresh_from_db()
    assert message.status == "delivered"


def test_the_same_event_twice_in_one_batch_is_one():
    message = sent()
    assert tracking.record_events([event(message, "opened", "x"), event(message, "opened", "x")], NOW) == 1
    assert Tally.objects.get().opened == 1


def test_a_second_open_is_stored_but_not_counted_again():
    message = sent()
    tracking.record_events([event(message, "opened", "a")], NOW)
    assert tracking.record_events([event(message, "opened", "b"), event(message, "opened", "c")], NOW) == 2
    assert Tally.objects.get().opened == 1


@pytest.mark.parametrize("as_one_batch", [True, False])
def test_every_order_of_news_ends_in_the_same_state(as_one_batch):
    ends = set()
    kinds = ("delivered", "opened", "clicked", "bounced", "unsubscribed")
    for order in itertools.permutations(kinds):
        message = sent()
        batches = [order] if as_one_batch else [(kind,) for kind in order]
        for batch in batches:
            tracking.record_events([event(message, kind) for kind in batch], NOW)
        message.refresh_from_db()
        message.lead.refresh_from_db()
        tally = Tally.objects.filter(variant_id=message.variant_id).values_list(
            "delivered", "bounced", "opened", "clicked", "unsubscribed"
        )
        ends.add((message.status, message.enrollment.__class__.objects.get(pk=message.enrollment_id).status,
                  message.lead.last_engaged_at, *tally))  # fmt: skip
    assert ends == {("bounced", "stopped", NOW, (1, 1, 1, 1, 1))}


def test_late_news_about_a_message_that_never_left_does_not_move_it():
    message = sent(status="cancelled")
    tracking.record_events([event(message, "delivered")], NOW)
    message.refresh_from_db()
    assert message.status == "cancelled"


def test_news_before_our_own_receipt_is_applied_once_the_message_is_sent():
    message = sent(status="claimed")
    tracking.record_events([event(message, "delivered")], NOW)
    message.status = "sent"
    message.save()
    tracking.catch_up([message.pk])
    message.refresh_from_db()
    assert message.status == "delivered"


def test_machines_are_stored_with_a_reason_and_move_nothing():
    message = sent()
    tracking.record_events([event(message, "opened", data={"machine": True})], NOW)
    stored = Event.objects.get()
    assert (stored.origin, stored.origin_reason) == ("bot", "the provider marked it as opened by a machine")
    message.lead.refresh_from_db()
    assert message.lead.last_engaged_at is None
    assert not Tally.objects.exists()
    assert not Activity.objects.exists()


def test_a_click_loses_its_standing_when_the_next_link_is_hit_within_a_second():
    message = sent()
    tracking.record_events([event(message, "clicked", "1", url="https://a.example")], NOW)
    assert Tally.objects.get().clicked == 1
    other = event(message, "clicked", "2", url="https://b.example", occurred_at=NOW + timedelta(seconds=0.8))
    tracking.record_events([other], NOW)
    assert set(Event.objects.values_list("origin", flat=True)) == {"bot"}
    assert Tally.objects.get().clicked == 0


def test_a_later_human_click_counts_again_after_a_burst():
    message = sent()
    burst = [event(message, "clicked", str(n), url=f"https://{n}.example") for n in range(3)]
    tracking.record_events(burst, NOW)
    later = NOW + timedelta(minutes=5)
    tracking.record_events(
        [event(message, "clicked", "real", url="https://1.example", occurred_at=later)], later
    )
    assert Tally.objects.get().clicked == 1


def test_a_hard_bounce_blocks_the_address_and_stops_the_sequence():
    message = sent(to_address="gone@customer.example")
    tracking.record_events([event(message, "bounced", data={"reason": "550 5.1.1 unknown user"})], NOW)
    message.refresh_from_db()
    message.enrollment.refresh_from_db()
    assert (message.status, message.reason) == ("bounced", "550 5.1.1 unknown user")
    assert (message.enrollment.status, message.enrollment.stop_reason) == ("stopped", "bounced")
    assert Suppression.objects.get().value == "gone@customer.example"


def test_a_block_for_now_suppresses_nobody():
    message = sent()
    tracking.record_events([event(message, "blocked", data={"reason": "451 try later"})], NOW)
    message.refresh_from_db()
    assert message.status == "sent"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("kind", ["complained", "unsubscribed"])
def test_a_persons_own_no_stops_everything(kind):
    message = sent()
    tracking.record_events([event(message, kind)], NOW)
    message.enrollment.refresh_from_db()
    assert message.enrollment.status == "stopped"
    assert Suppression.objects.get().reason == kind


def test_older_news_does_not_turn_the_clock_back():
    message = sent()
    tracking.record_events([event(message, "opened", "new", occurred_at=NOW)], NOW)
    tracking.record_events([event(message, "opened", "old", occurred_at=NOW - timedelta(minutes=9))], NOW)
    message.lead.refresh_from_db()
    assert message.lead.last_engaged_at == NOW


def test_a_message_is_found_by_the_providers_id_where_ours_did_not_come_back():
    message = sent(provider_id="esp-77")
    news = DeliveryEvent("", "delivered", "postmark", "e1", NOW, provider_message_id="esp-77")
    assert tracking.record_events([news], NOW) == 1
    message.refresh_from_db()
    assert message.status == "delivered"


def test_news_about_an_unknown_message_waits_in_the_raw_inbox():
    stray = DeliveryEvent("f" * 32, "opened", "sendgrid", "e1", NOW)
    assert tracking.record_events([stray, stray], NOW) == 0
    assert RawDelivery.objects.get().status == "unmatched"


def test_news_that_names_no_message_is_not_ours():
    assert tracking.record_events([DeliveryEvent("", "opened", "sendgrid", "e1", NOW)], NOW) == 0
    assert not RawDelivery.objects.exists()


def test_a_positive_reply_counts_as_reply_and_as_positive():
    message = sent()
    news = event(message, "replied", provider="mail", data={"positive": True})
    tracking.record_events([news], NOW)
    tally = Tally.objects.get()
    assert (tally.replied, tally.positive) == (1, 1)


def test_a_batch_costs_the_same_number_of_statements_at_any_size(django_assert_max_num_queries):
    messages = [sent() for _ in range(30)]
    news = [event(m, kind) for m in messages for kind in ("delivered", "opened")]
    with django_assert_max_num_queries(32):
        assert tracking.record_events(news, NOW) == 60
