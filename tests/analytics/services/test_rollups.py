from datetime import timedelta

import pytest

from analytics.services import rollups
from campaigns import clock
from outreach.models import Event, Tally
from tests import factories

pytestmark = pytest.mark.django_db


def test_counters_are_rebuilt_from_messages_and_events():
    step, now = factories.StepFactory(), clock.now()
    variant = factories.VariantFactory(step=step)
    message = factories.MessageFactory(step=step, variant_id=variant.pk, status="delivered")
    _happen(message, "delivered")
    _happen(message, "opened", origin="bot")
    _happen(message, "opened", origin="human")
    _happen(message, "opened", origin="human", occurred_at=now + timedelta(days=3))
    _happen(message, "replied", data={"positive": True})
    rollups.rebuild_tallies(message.campaign)
    tally = Tally.objects.get()
    assert (tally.sent, tally.delivered, tally.opened, tally.replied, tally.positive) == (1, 1, 1, 1, 1)
    assert (tally.step_id, tally.variant_id, tally.day) == (step.pk, variant.pk, now.date())


def test_bounced_and_dropped_count_once_per_message():
    message = factories.MessageFactory(status="bounced")
    _happen(message, "dropped")
    _happen(message, "bounced")
    assert rollups.totals(rollups.from_rows(message.campaign_id))["bounced"] == 1


def test_rebuilding_twice_changes_nothing():
    message = factories.MessageFactory()
    rollups.rebuild_tallies(message.campaign)
    rollups.rebuild_tallies(message.campaign)
    assert rollups.stored(message.campaign_id) == rollups.from_rows(message.campaign_id)


def _happen(message, kind, **facts):
    number = Event.objects.count()
    return Event.objects.create(
        message=message,
        kind=kind,
        provider="test",
        provider_event_id=str(number),
        **{"origin": "human", **facts},
    )
