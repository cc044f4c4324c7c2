import json
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from outreach.models import Event, RawDelivery
from outreach.providers.events import DeliveryEvent, dumps
from outreach.services import inbox, tracking
from tests.factories import MessageFactory, RawDeliveryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def sendgrid_row(message, *kinds, **facts):
    rows = [
        {
            "event": kind,
            "timestamp": NOW.timestamp(),
            "sg_event_id": f"{kind}-{message.uid}",
            "uid": message.uid,
        }
        for kind in kinds
    ]
    return RawDeliveryFactory(provider="sendgrid", kind="events", body=json.dumps(rows), **facts)


def test_raw_events_become_events():
    row = sendgrid_row(MessageFactory(), "processed", "delivered", "open")
    assert inbox.drain(NOW) == 1
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["delivered", "opened"]
    row.refresh_from_db()
    assert (row.status, row.processed_at) == ("done", NOW)
    assert inbox.drain(NOW) == 0


def test_a_repeated_batch_changes_nothing():
    message = MessageFactory()
    sendgrid_row(message, "delivered")
    sendgrid_row(message, "delivered")
    inbox.drain(NOW)
    assert Event.objects.count() == 1


def test_a_poison_row_is_set_aside_after_three_tries_and_the_others_go_on():
    poison = RawDeliveryFactory(provider="sendgrid", kind="events", body="[{")
    good = sendgrid_row(MessageFactory(), "delivered")
    for minute in range(5):
        inbox.drain(NOW + timedelta(minutes=minute))
    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.status, poison.attempts) == ("failed", 3)
    assert "Expecting" in poison.error
    assert good.status == "done"


def test_a_row_that_kills_its_worker_is_set_aside_and_takes_nobody_with_it():
    deadly, innocent = sendgrid_row(MessageFactory(), "delivered"), sendgrid_row(MessageFactory(), "open")

    really = tracking.record_events

    def die_on(events, now):
        if any(event.message_uid in deadly.body for event in events):
            raise SystemExit
        return really(events, now)

    with mock.patch("outreach.services.inbox.tracking.record_events", die_on):
        for hour in range(5):
            with pytest.raises(SystemExit) if hour < 3 else mock.MagicMock():
                while inbox.drain(NOW + timedelta(hours=hour)):
                    pass
    deadly.refresh_from_db()
    innocent.refresh_from_db()
    assert (deadly.status, innocent.status) == ("failed", "done")


def test_unmatched_news_is_matched_when_the_message_appears():
    uid = "ab" * 16
    tracking.record_events([DeliveryEvent(uid, "delivered", "sendgrid", "e1", NOW)], NOW)
    assert inbox.drain(NOW + timedelta(seconds=30)) == 0
    assert inbox.drain(NOW + timedelta(minutes=2)) == 1
    assert RawDelivery.objects.get().status == "unmatched"
    message = MessageFactory(uid=uid, sent_at=NOW)
    assert inbox.drain(NOW + timedelta(minutes=4)) == 1
    message.refresh_from_db()
    assert (message.status, RawDelivery.objects.get().status) == ("delivered", "done")


def test_unmatched_news_is_let_go_after_three_days():
    tracking.record_events([DeliveryEvent("ab" * 16, "opened", "sendgrid", "e1", NOW)], NOW)
    assert inbox.drain(NOW + timedelta(days=4)) == 0


def test_a_row_under_lease_is_left_alone_until_the_lease_ends():
    row = sendgrid_row(MessageFactory(), "delivered", lease_until=NOW + timedelta(minutes=1), attempts=1)
    assert inbox.drain(NOW) == 0
    assert inbox.drain(NOW + timedelta(minutes=2)) == 1
    row.refresh_from_db()
    assert row.status == "done"


def test_an_unknown_provider_is_named_on_the_row():
    row = RawDeliveryFactory(provider="pigeon", kind="events", body=dumps([]))
    inbox.drain(NOW)
    row.refresh_from_db()
    assert "pigeon" in row.error


def test_a_replay_puts_failed_rows_back_in_the_line():
    row = sendgrid_row(MessageFactory(), "delivered", status="failed", attempts=3, error="broken")
    assert inbox.replay(RawDelivery.objects.all()) == 1
    assert inbox.drain(NOW) == 1
    row.refresh_from_db()
    assert row.status == "done"


def test_an_uncertain_message_is_settled_by_news_about_it():
    message = MessageFactory(status="uncertain", sent_at=None)
    sendgrid_row(message, "delivered")
    inbox.drain(NOW)
    message.refresh_from_db()
    assert message.status == "delivered"
