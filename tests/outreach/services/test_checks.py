"""A text is looked over the way a careful colleague would."""

import pytest

from outreach.services import checks
from tests import factories

GOOD = "Hi {{first_name|there}}, shall we talk about {{company|your company}} on Monday?"


def states(*args, **facts):
    return [one.state for one in checks.check(*args, **facts)]


def test_a_plain_short_text_is_fine():
    assert states("A question", GOOD) == ["ok"] * 4


@pytest.mark.parametrize(
    ("subject", "body", "why"),
    [
        ("x" * 61, GOOD, "The subject is long"),
        ("A question", "word " * 161, "161 words"),
        ("BUY THIS NOW", GOOD, "read as advertising"),
        ("A question", "https://a.example https://b.example https://c.example", "3 links"),
        ("", GOOD, "The subject is missing"),
        ("A question", "", "The text is missing"),
        ("A question", "Hi {{frist_name}}", "is not a token"),
    ],
)
def test_what_is_wrong_is_said(subject, body, why):
    assert any(why in one.text for one in checks.check(subject, body) if one.state != "ok")


def test_only_tokens_of_this_text_are_counted_as_missing():
    found = checks.check("A question", "Hi {{first_name}}", [("first_name", 3), ("city", 9)], 20)
    assert [one.text.split(":")[0] for one in found if one.state == "warn"] == [
        "{{first_name}} is empty for 3 of 20 people"
    ]


def test_without_postal_address_nothing_may_leave():
    campaign = factories.CampaignFactory.build(postal_address="")
    assert states("A question", GOOD, campaign=campaign)[-1] == "bad"


def test_a_token_counts_as_one_word():
    assert checks.words("Hi {{ first_name | default: 'dear reader' }}, {% if city %}well{% endif %}") == 3
