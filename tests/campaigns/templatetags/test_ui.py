"""Each tag makes the markup that the design names."""

from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory

SPRITE = Path(settings.BASE_DIR) / "static" / "vendor" / "icons.svg"


def show(source, **values):
    return Template("{% load ui shell %}" + source).render(Context(values))


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in show('{% icon "mail" %}')
    assert 'role="img" aria-label="Close"' in show('{% icon "x" "" "Close" %}')


def test_every_icon_that_templates_name_is_in_the_sprite():
    import re

    sprite = SPRITE.read_text()
    folders = [Path(settings.BASE_DIR) / "templates"]
    named = {
        name
        for folder in folders
        for page in folder.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', page.read_text())
    }
    assert named
    assert not {name for name in named if f'id="{name}"' not in sprite}


@pytest.mark.parametrize(
    ("value", "word", "tone"), [(80, "Hot", "madder"), (79, "Warm", "indigo"), (59, "Cool", "ink")]
)
def test_a_score_says_its_band_in_words_and_colour(value, word, tone):
    html = show("{% score value %}", value=value)
    assert f"t-{tone}" in html
    assert f", {word}" in html


def test_a_score_fills_five_threads_of_twenty():
    html = show("{% score 86 %}")
    assert html.count('class="on"') == 4
    assert "--f:30%" in html
    assert html.count("<i ") == 5


def test_a_lead_without_a_score_says_so():
    assert "Not scored" in show("{% score value %}", value=None)


def test_a_falling_cost_is_good_news():
    assert "delta good" in show('{% delta -9 "%" better="down" %}')
    assert "delta bad" in show("{% delta -2 %}")
    assert show("{% delta 0 %}") == ""


def test_a_chip_finds_its_colour_and_keeps_text_safe():
    assert 'class="chip dot t-fern"' in show('{% chip "Replied" %}')
    assert "&lt;b&gt;" in show("{% chip text %}", text="<b>")


def test_a_badge_stays_away_at_zero():
    assert show("{% badge 0 %}") == ""
    assert "5" in show("{% badge 5 %}")


def test_a_channel_never_changes_icon_or_colour():
    html = show('{% channel_icon "email" %}')
    assert "#mail" in html
    assert "t-indigo" in html
    assert "no SMS" in show('{% channel_icon "sms" "off" %}')


def test_progress_carries_real_counts():
    html = show("{% progress 64 100 %}")
    assert 'aria-valuenow="64"' in html
    assert "width:64.0%" in html
    assert "width:0.0%" in show("{% progress 0 0 %}")


def test_percent_of_nothing_is_a_dash():
    assert show("{% percent 3 of=0 %}") == "–"
    assert show("{% percent 1 of=4 %}") == "25.0\u00a0%"


def test_a_changed_filter_starts_at_the_first_page():
    request = RequestFactory().get("/leads/?q=dental&page=3")
    assert show('{% query_string sort="-score" %}', request=request) == "?q=dental&amp;sort=-score"
    assert show("{% query_string page=4 %}", request=request) == "?q=dental&amp;page=4"
    assert show("{% query_string q=None %}", request=request) == "?"


class Budget(forms.Form):
    amount = forms.DecimalField(label="Budget", help_text="For the whole campaign")
    autopilot = forms.BooleanField(required=False)


def test_a_wrong_field_keeps_its_value_and_says_why():
    html = show('{% field form.amount prefix="$" %}', form=Budget({"amount": "much"}))
    assert 'value="much"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_amount_error"' in html
    assert "Enter a number." in html
    assert "For the whole campaign" in html


def test_a_yes_or_no_field_puts_its_label_behind_the_box():
    html = show("{% field form.autopilot switch=True %}", form=Budget())
    assert html.index("<input") < html.index("<label")
    assert 'class="switch"' in html
