import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from analytics.services import reconcile, rollups
from campaigns import clock
from campaigns.models import Campaign, Hold
from campaigns.services import ledger
from leads.models import ImportJob
from outreach.models import Event, Message, Tally
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    """One person, routed, written to, answered; everything booked."""
    enrollment = factories.EnrollmentFactory(position=1, prospect__stage="replied")
    made = enrollment.campaign
    message = factories.MessageFactory(enrollment=enrollment, campaign=made, lead=enrollment.lead)
    now = clock.now()
    held = ledger.hold(made.pk, Decimal("1"), "send_email", now)
    charge = ledger.Charge(
        "offline", "send_email", Decimal(1), Decimal("0.5"), "send:1", message_id=message.pk
    )
    ledger.settle(held, [charge], now)
    Event.objects.create(
        message=message, kind="replied", provider="mail", provider_event_id="1", origin="human"
    )
    factories.ConversationFactory(lead=enrollment.lead, campaign=made, response_counted=True)
    rollups.rebuild_tallies(made)
    return made


def wrong(campaign=None):
    return [check.name for check in reconcile.differences(reconcile.checks(campaign))]


def test_a_sound_campaign_holds_every_proof(campaign):
    assert len(reconcile.checks()) >= 18
    assert wrong() == []


def test_a_lost_ledger_row_shows(campaign):
    Campaign.objects.update(spent=Decimal("0.4"))
    Hold.objects.create(campaign=campaign, operation="x", amount=Decimal("2"), lease_until=clock.now())
    assert wrong(campaign) == ["spent is the sum of costs", "held is the sum of open holds"]


def test_an_unpaid_message_and_a_missing_receipt_show(campaign):
    Message.objects.create(uid="x", campaign=campaign, lead=Message.objects.get().lead, status="sent")
    assert {"sent messages with a receipt", "sent messages in the ledger"} <= set(wrong(campaign))


def test_a_counter_that_drifted_shows(campaign):
    Tally.objects.update(sent=2)
    assert wrong(campaign) == ["sent: counters and rows", "counters by step, text and day"]


def test_a_step_planned_without_message_shows(campaign):
    Message.objects.get().enrollment.__class__.objects.update(position=2)
    assert "planned steps as messages" in wrong(campaign)


def test_a_person_without_sequence_shows(campaign):
    factories.ProspectFactory(campaign=campaign, stage="routed")
    assert wrong(campaign) == ["routed people with a sequence"]


def test_an_answer_that_was_not_counted_shows(campaign):
    factories.ConversationFactory(campaign=campaign, response_counted=True)
    assert wrong(campaign) == ["answers counted as replies"]


def test_a_swallowed_import_row_shows():
    ImportJob.objects.create(
        file_name="a.csv", path="a", sha256="0", status="done", total=3, created=1, rejected=1
    )
    assert wrong() == ["rows seen and stored of a.csv"]


def test_the_command_exits_with_one_on_a_difference(campaign):
    Tally.objects.update(sent=2)
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("reconcile", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (exit_.value.code, answer["ok"], len(answer["differences"])) == (1, False, 2)


def test_the_command_says_that_all_is_well(campaign):
    out = StringIO()
    call_command("reconcile", stdout=out)
    assert "proofs hold" in out.getvalue()


def test_the_report_command_prints_json_and_text(campaign):
    out = StringIO()
    call_command("report", campaign.name, "--type", "cost", "--json", stdout=out)
    assert json.loads(out.getvalue())["metrics"]["cost"] == "0.50"
    call_command("report", str(campaign.pk), stdout=out)
    assert "Cost per lead" in out.getvalue()
