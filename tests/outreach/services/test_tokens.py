import pytest

from outreach.models import Sender
from outreach.services import tokens
from tests.factories import CampaignFactory, LeadFactory, ProspectFactory
from tests.outreach import world


def test_a_misspelt_token_is_refused_with_a_hint():
    assert tokens.problems("Hi {{firstname}}") == [
        "{{firstname}} is not a token. Did you mean {{first_name}}?"
    ]


def test_secrets_are_no_tokens():
    assert "is not a token" in tokens.problems("{{ settings.SECRET_KEY }}")[0]


def test_custom_fields_and_known_tokens_are_fine():
    assert tokens.problems("{{custom.chairs}} {{contact_name}} {{company|you}} {{sender_name}}") == []


@pytest.mark.parametrize("source", ["Hi {{first_name|}},", 'Hi {{first_name | default: ""}},'])
def test_an_empty_default_is_refused(source):
    assert "must have words" in tokens.problems(source)[0]


def test_a_value_brings_no_line_break_into_a_letter():
    lead = LeadFactory.build(first_name="Ann\r\nBcc: x@evil.example", company=None, custom={"a": "1\x00"})
    found = tokens.values_of(lead, Sender(name="Maya", email="maya@mail.example"))
    assert found["first_name"] == "Ann Bcc: x@evil.example"
    assert found["custom.a"] == "1"


@pytest.mark.django_db
def test_missing_tokens_are_counted_over_the_audience(django_assert_num_queries):
    campaign = CampaignFactory(source="")
    body = "Hi {{first_name}}, {{city|here}} {{custom.chairs}}"
    version = world.sequence(campaign=campaign, body=body).versions.get()
    for first_name, custom in (("", {}), ("Ann", {"chairs": 6}), ("Bo", {}), ("Cy", {"chairs": ""})):
        ProspectFactory(campaign=campaign, lead=LeadFactory(first_name=first_name, custom=custom))
    ProspectFactory(campaign=campaign, lead=LeadFactory(company=None, custom={"chairs": 2}))
    with django_assert_num_queries(2):
        found = tokens.missing_tokens(version, campaign)
    assert found == [("company", 1), ("custom.chairs", 3), ("first_name", 1)]


@pytest.mark.django_db
def test_missing_tokens_are_counted_over_people_who_are_still_to_come():
    campaign = CampaignFactory(
        source="", audience={"criteria": {"field": "city", "op": "eq", "value": "Graz"}}
    )
    version = world.sequence(campaign=campaign, body="{{custom.chairs}}").versions.get()
    ProspectFactory(campaign=campaign, lead=LeadFactory(city="Graz", custom={"chairs": 6}))
    for custom in ({}, {"chairs": 4}):
        LeadFactory(city="Graz", custom=custom)
    assert tokens.missing_tokens(version, campaign) == [("custom.chairs", 1)]


@pytest.mark.django_db
def test_nobody_from_a_directory_has_a_custom_field():
    campaign = CampaignFactory(source="directory", prospect_count=40)
    version = world.sequence(campaign=campaign, body="{{first_name}} {{custom.chairs}}").versions.get()
    assert tokens.missing_tokens(version, campaign) == [("custom.chairs", 40)]
