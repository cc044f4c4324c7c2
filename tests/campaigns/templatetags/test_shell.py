"""The shell knows where one is, what waits, and how to take an act back."""

from django.contrib.messages.storage.base import Message
from django.template import Context
from django.template.loader import render_to_string
from django.test import RequestFactory

from campaigns.templatetags import navigation, shell


def page(cookies=(), **values):
    request = RequestFactory().get("/leads/")
    request.COOKIES.update(cookies)
    return render_to_string("base.html", {"request": request, "csrf_token": "token", **values})


def test_the_place_one_is_in_is_marked_once_per_menu():
    html = page(nav="leads")
    assert html.count('aria-current="page"') == 2


def test_counts_that_wait_on_a_person_get_the_warm_badge():
    html = page(nav_counts={"inbox": 5, "campaigns": 6})
    assert '<span class="badge">5' in html
    assert '<span class="count">6</span>' in html


def test_the_kept_theme_is_on_the_page_before_the_first_paint():
    assert 'data-theme="dark"' in page({"theme": "dark"}.items())
    assert 'data-theme="auto"' in page({"theme": '"><script>'}.items())


def test_a_message_brings_its_undo():
    message = Message(25, "Campaign paused", extra_tags="undo:/campaigns/7/resume/")
    html = page(messages=[message])
    assert 'action="/campaigns/7/resume/"' in html
    assert "Campaign paused" in html


def test_an_undo_never_leaves_the_house():
    assert shell.undo_url(Message(25, "x", extra_tags="undo:https://elsewhere.example/")) == ""
    assert shell.undo_url(Message(25, "x", extra_tags="undo://elsewhere.example/")) == ""


def test_simulated_mail_is_named_so():
    assert "Simulated" in page(demo_mode=True)
    assert "Simulated" not in page()


def test_no_page_needs_inline_scripts_or_handlers():
    html = page(nav="today")
    assert "<style" not in html
    assert " onclick=" not in html
    assert all("src=" in tag.split(">")[0] for tag in html.split("<script")[1:])


def test_every_place_has_its_own_key_and_icon():
    places = [place for group in navigation.GROUPS for place in group.places]
    assert len({place.key for place in places}) == len(places)
    assert {place.slug for place in navigation.on_phone()} == set(navigation.ON_PHONE)


def test_the_phone_keeps_every_other_place_behind_more():
    shown = [*shell.nav_phone(Context()), *shell.nav_phone(Context(), "more")]
    assert {item["place"].url for item in shown} >= {p.url for g in navigation.GROUPS for p in g.places}
