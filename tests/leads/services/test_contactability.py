"""The gate: every reason not to write, in words and as SQL."""

from typing import Any

import pytest

from campaigns.models import AuditEntry
from campaigns.services import bulk
from leads.models import Activity, Lead, Suppression
from leads.services import contactability
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db


def blocked_by_sql(lead: Lead, channel: str) -> bool:
    sql, params = contactability.blocked_sql(channel)
    return bool(bulk.fetch(f"SELECT 1 FROM leads_lead l WHERE l.id = %s AND {sql}", [lead.pk, *params]))


def reason(lead: Lead, channel: str = "email") -> str:
    found = contactability.may_contact([lead.pk], channel).get(lead.pk, "")
    assert blocked_by_sql(lead, channel) == bool(found)
    return found


def test_somebody_without_any_reason_against_may_be_contacted() -> None:
    assert reason(LeadFactory()) == ""
    assert contactability.may_contact([], "email") == {}


@pytest.mark.parametrize(
    ("facts", "channel", "words"),
    [
        ({"do_not_email": True}, "email", "asked not to be e-mailed"),
        ({"email": ""}, "email", "no e-mail address"),
        ({"email_status": "bounced"}, "email", "does not work"),
        ({"phone": ""}, "call", "no phone number"),
        ({"phone": "+447700900123", "do_not_call": True}, "sms", "asked not to be called"),
        ({}, "linkedin", "no LinkedIn profile"),
    ],
)
def test_facts_of_the_lead(facts: dict[str, Any], channel: str, words: str) -> None:
    assert words in reason(LeadFactory(**facts), channel)


def test_every_level_of_the_suppression_list() -> None:
    for level in Suppression.Level.values:
        lead = LeadFactory()
        values = {
            "person": f"lead:{lead.pk}", "address": lead.email.upper(), "domain": "customer.example",
            "company": f"company:{lead.company_id}",
        }  # fmt: skip
        other = LeadFactory(email=f"{level}@else.example")
        contactability.suppress(level, values[level], "asked")
        assert "suppression list" in reason(lead)
        assert reason(other) == ""
        Suppression.objects.all().delete()


def test_an_entry_for_one_channel_leaves_the_others_open() -> None:
    lead = LeadFactory(phone="+447700900123")
    contactability.suppress_lead(lead, "asked", channel="sms")
    assert reason(lead, "sms")
    assert reason(lead, "email") == ""


def test_the_newest_word_on_consent_counts() -> None:
    lead = LeadFactory()
    contactability.record_consent(lead, "email", is_granted=False, source="form")
    assert "refused or withdrawn" in reason(lead)
    contactability.record_consent(lead, "email", is_granted=True, source="phone")
    assert reason(lead) == ""


def test_suppressing_twice_is_one_entry_and_lifting_it_opens_the_way_again() -> None:
    lead, boss = LeadFactory(), UserFactory()
    assert contactability.suppress_lead(lead, "asked", by=boss)
    assert not contactability.suppress_lead(lead, "asked", by=boss)
    assert Activity.objects.filter(lead=lead, kind="suppressed").count() == 1
    assert contactability.lift(Suppression.objects.get(level="person"), boss, "wrote to us again")
    assert reason(lead) == ""
    assert AuditEntry.objects.filter(verb="lift").exists()
    assert contactability.suppress_lead(lead, "asked again")


def test_a_no_holds_for_a_new_record_with_the_same_address() -> None:
    lead = LeadFactory(email="ann@corp.example", email_key="ann@corp.example")
    contactability.suppress_lead(lead, "unsubscribed")
    lead.delete()
    again = LeadFactory(email="ann@corp.example", email_key="ann@corp.example")
    assert reason(again) != ""


def test_a_bounce_marks_the_address_of_everybody_who_has_it() -> None:
    lead = LeadFactory(email="ann@corp.example")
    contactability.suppress("address", "Ann@corp.example", "bounced", "email")
    lead.refresh_from_db()
    assert lead.email_status == "bounced"


def test_many_people_are_asked_about_in_one_statement(django_assert_num_queries: Any) -> None:
    ids = [LeadFactory(do_not_email=n % 2 == 0).pk for n in range(20)]
    with django_assert_num_queries(1):
        assert len(contactability.may_contact(ids, "email")) == 10
