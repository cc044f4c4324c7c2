import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import connection

from campaigns import clock
from conversations.models import Conversation, Turn
from conversations.services import hearing, inbound
from leads.models import Activity, Deal, Prospect, Suppression, Task
from outreach.models import Enrollment, Event, Message, RawDelivery, Tally
from outreach.services import mailroom, signing
from tests import factories

pytestmark = pytest.mark.django_db
YES = "Sounds good. Send me a calendar link please, happy to take a look."
NO = "Thanks, but we are not interested."
STOP = "Please remove me from your list and stop emailing me."
AWAY = "I am out of the office until {0:%d %B %Y} with limited access to mail."


@pytest.fixture
def sent(rep):
    """A first letter that left; the second one waits."""
    enrollment = factories.EnrollmentFactory(
        position=2, prospect__stage="contacted", prospect__owner=rep, prospect__campaign__owner=rep
    )
    facts = {"enrollment": enrollment, "lead": enrollment.lead, "campaign": enrollment.campaign}
    step = factories.StepFactory(version=enrollment.version)
    first = factories.MessageFactory(step=step, sender=enrollment.sender, **facts)
    later = factories.StepFactory(version=enrollment.version, position=2)
    factories.MessageFactory(step=later, status="queued", sent_at=None, **facts)
    return first


def write(message, text, *, message_id="<1@customer.example>", sender=None, headers=None):
    """Bring the answer to a message to the mail room's door."""
    mail = EmailMessage()
    mail["From"] = sender or message.lead.email
    mail["To"] = signing.reply_address(message.uid, message.sender.reply_domain)
    mail["Subject"] = f"Re: {message.subject}"
    mail["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    return mailroom.accept(mail.as_bytes())


def drained():
    handled = inbound.drain(clock.now())
    while handled and inbound.drain(clock.now()):
        pass
    return handled


def test_an_interested_answer_sets_everything_off(sent, rep):
    write(sent, YES)
    assert drained() == 1
    conversation, turn = Conversation.objects.get(), Turn.objects.get()
    assert (conversation.lead, conversation.campaign, conversation.assignee) == (
        sent.lead,
        sent.campaign,
        rep,
    )
    assert (turn.body, turn.intent, turn.message_id, conversation.response_counted) == (
        YES,
        "interested",
        sent.pk,
        True,
    )
    assert (Enrollment.objects.get().status, Message.objects.latest("id").status) == ("stopped", "cancelled")
    assert (Prospect.objects.get().stage, Deal.objects.get().lead) == ("graduated", sent.lead)
    assert RawDelivery.objects.get().status == "done"


def test_the_owner_gets_one_task_with_the_words_in_its_brief(sent, rep):
    write(sent, YES)
    drained()
    write(sent, "And what does it cost?", message_id="<2@customer.example>")
    drained()
    task = Task.objects.get()
    assert (task.owner, task.priority, task.conversation_id) == (rep, 1, Conversation.objects.get().pk)
    assert YES in task.brief


def test_a_reply_is_counted_once_per_customer_and_campaign(sent):
    for n in range(3):
        write(sent, YES, message_id=f"<{n}@customer.example>")
    drained()
    assert Turn.objects.count() == 3
    assert Event.objects.filter(kind="replied", origin="human").count() == 1
    tally = Tally.objects.get(replied__gt=0)
    assert (tally.replied, tally.positive) == (1, 1)


def test_the_same_mail_again_is_no_news(sent):
    write(sent, YES)
    drained()
    RawDelivery.objects.update(status="new", attempts=0)  # a replay by hand
    drained()
    assert (Turn.objects.count(), Event.objects.count(), Task.objects.count()) == (1, 1, 1)


def test_asking_for_no_more_mail_silences_every_channel_at_once(sent):
    write(sent, STOP)
    drained()
    entry = Suppression.objects.get()
    assert (entry.value, entry.channel, entry.reason) == (f"lead:{sent.lead_id}", "", "unsubscribed")
    assert (Conversation.objects.get().status, Task.objects.count()) == ("ended", 0)
    assert Tally.objects.get(unsubscribed__gt=0).replied == 1


def test_a_no_is_counted_but_not_as_positive(sent):
    write(sent, NO)
    drained()
    assert Prospect.objects.get().stage == "replied"
    assert (Tally.objects.get(replied=1).positive, Deal.objects.count(), Task.objects.count()) == (0, 0, 0)


def test_not_now_is_a_task_for_the_day_they_named(sent):
    write(sent, "Not right now. Please get back to me on 15 March 2027.")
    with clock.at(datetime(2026, 11, 20, 9, tzinfo=UTC)):
        drained()
    task = Task.objects.get()
    assert (task.kind, task.due_at.date().isoformat()) == ("follow_up", "2027-03-15")


def test_who_is_away_is_left_in_peace_until_they_are_back(sent):
    back = clock.now() + timedelta(days=9)
    write(sent, AWAY.format(back), headers={"Auto-Submitted": "auto-replied"})
    drained()
    assert not Conversation.objects.exists()
    assert not Event.objects.exists()
    enrollment, waiting = Enrollment.objects.get(), Message.objects.latest("id")
    day_after = back.date() + timedelta(days=1)
    assert (enrollment.status, enrollment.due_at.date()) == ("active", day_after)
    assert (waiting.status, waiting.due_at.date()) == ("queued", day_after)
    assert Activity.objects.get(kind="out_of_office").data["until"] == day_after.isoformat()


def test_an_automatic_answer_is_only_a_line_in_the_timeline(sent):
    write(sent, "We have received your message.", headers={"Auto-Submitted": "auto-replied"})
    drained()
    assert (Conversation.objects.count(), Enrollment.objects.get().status) == (0, "active")
    assert Activity.objects.filter(kind="auto_reply").count() == 1


def test_a_bounce_by_mail_is_an_event(sent):
    write(
        sent, "550 5.1.1 user unknown: the mail could not be delivered.",
        sender="Mail Delivery Subsystem <mailer-daemon@mx.example>",
    )  # fmt: skip
    RawDelivery.objects.update(provider="mail")
    drained()
    sent.refresh_from_db()
    assert (sent.status, Conversation.objects.count()) == ("bounced", 0)


def test_mail_from_nobody_we_know_is_kept_and_shown():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = (
        "zed@nowhere.example",
        "info@us.example",
        "<z@nowhere.example>",
    )
    mail.set_content("Hello?")
    mailroom.accept(mail.as_bytes())
    assert drained() == 1
    assert RawDelivery.objects.get().status == "unmatched"
    assert inbound.drain(clock.now()) == 0


def test_a_poisoned_mail_is_set_aside_after_three_tries_and_others_go_on(sent, monkeypatch):
    bad = write(sent, YES, message_id="<bad@customer.example>")
    write(sent, YES, message_id="<good@customer.example>")
    hear = hearing.hear

    def poisoned(row):
        if row.pk == bad.pk:
            raise ValueError("poison")
        return hear(row)

    monkeypatch.setattr(hearing, "hear", poisoned)
    now = clock.now()
    for hours in range(5):
        while inbound.drain(now + timedelta(hours=hours)):
            pass
    bad.refresh_from_db()
    assert (bad.status, bad.attempts, bad.error) == ("failed", 3, "ValueError: poison")
    assert Turn.objects.count() == 1


def test_a_mail_that_killed_its_reader_three_times_is_set_aside(sent):
    row = write(sent, YES)
    RawDelivery.objects.update(attempts=3, lease_until=clock.now() - timedelta(seconds=1), lease_token="dead")
    assert inbound.drain(clock.now()) == 0
    row.refresh_from_db()
    assert (row.status, Turn.objects.count()) == ("failed", 0)


def test_a_failure_half_way_leaves_nothing_behind(sent, monkeypatch):
    write(sent, YES)
    monkeypatch.setattr("conversations.services.answers._follow_up", lambda *_: 1 / 0)
    inbound.drain(clock.now())
    assert (Conversation.objects.count(), Turn.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert Enrollment.objects.get().status == "active"
    monkeypatch.undo()
    assert inbound.drain(clock.now() + timedelta(minutes=5)) == 1
    assert Turn.objects.count() == 1


def test_a_mail_without_words_is_still_an_answer(sent):
    write(sent, "\n")
    drained()
    assert Turn.objects.get().body.startswith("(")


def test_a_known_person_without_our_address_is_matched_by_theirs(sent):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = sent.lead.email, "info@us.example", "<n@customer.example>"
    mail.set_content(YES)
    mailroom.accept(mail.as_bytes())
    drained()
    assert Conversation.objects.get().campaign == sent.campaign


def test_time_is_that_of_the_arrival(sent):
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with clock.at(moment):
        write(sent, YES)
    drained()
    assert Turn.objects.get().said_at == Conversation.objects.get().waiting_since == moment


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_mail_without_doubling_any():
    messages = [factories.MessageFactory() for _ in range(6)]
    for n, message in enumerate(messages):
        factories.ProspectFactory(campaign=message.campaign, lead=message.lead, stage="contacted")
        write(message, YES, message_id=f"<{n}@customer.example>")

    def work():
        while inbound.drain(clock.now(), limit=2):
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert RawDelivery.objects.filter(status="done").count() == 6
    assert Turn.objects.count() == Conversation.objects.filter(response_counted=True).count() == 6
    assert Event.objects.filter(kind="replied").count() == 6
