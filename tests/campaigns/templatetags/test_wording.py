"""Figures and times are written the same way everywhere."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from campaigns import clock
from campaigns.templatetags import wording

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.42"), "$1.42"),
        (Decimal("99.999"), "$100.00"),
        (Decimal("13400.4"), "$13,400"),
        (Decimal("-38"), "−$38.00"),
        (0, "$0.00"),
        (None, "–"),
    ],
)
def test_money_shows_cents_only_under_a_hundred(value, text):
    assert wording.money(value) == text


def test_money_shows_cents_when_the_ledger_asks_for_them():
    assert wording.money(Decimal("1151.8"), cents=True) == "$1,151.80"


def test_money_names_a_currency_that_has_no_sign():
    assert wording.money(5000, "chf") == "CHF\u00a05,000"


def test_percent_takes_a_share_and_keeps_a_space():
    assert wording.percent(0.342) == "34.2\u00a0%"
    assert wording.percent(-0.5, 0) == "−50\u00a0%"
    assert wording.percent(None) == "–"


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (timedelta(seconds=10), "now"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=2, minutes=5), "2 h"),
        (timedelta(hours=26), "Yesterday"),
        (timedelta(days=8), "8 d"),
        (timedelta(days=30), "21 Oct"),
        (timedelta(days=400), "16 Oct 2025"),
        (timedelta(minutes=-30), "in 30 min"),
    ],
)
def test_ago_says_it_in_a_word_or_two(back, text):
    assert wording.ago(NOON - back, NOON) == text


def test_ago_follows_the_virtual_clock():
    with clock.at(NOON):
        assert wording.ago(NOON - timedelta(minutes=41)) == "41 min"


def test_initials_leave_titles_out():
    assert wording.initials("Dr. Anil Deshmukh") == "AD"
    assert wording.initials("Plato") == "PL"
    assert wording.initials("") == "?"


def test_a_person_keeps_the_same_colour():
    assert wording.avatar_tone("Elena Vasquez") == wording.avatar_tone("Elena Vasquez")
    assert len({wording.avatar_tone(n) for n in range(100)}) == len(wording.AVATAR_TONES)


def test_a_status_has_one_colour_however_it_is_spelled():
    assert wording.tone_of("In sequence") == wording.tone_of("in_sequence") == "indigo"
    assert wording.tone_of("no such word") == "ink"
