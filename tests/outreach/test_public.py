import pytest
from django.db import DatabaseError

from campaigns import clock
from leads.models import Suppression
from outreach.models import Event, Link, RawDelivery
from outreach.services import hits, inbox, signing
from tests.factories import EnrollmentFactory, MessageFactory

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 Safari/605.1.15"


def path(url):
    return "/" + url.split("/", 3)[3]


@pytest.fixture
def link():
    return Link.objects.create(url="https://shop.example/offer?a=1&b=2", digest="d1")


@pytest.fixture
def message():
    enrollment = EnrollmentFactory()
    return MessageFactory(enrollment=enrollment, lead=enrollment.lead, campaign=enrollment.campaign)


def test_an_open_is_noted_once_a_minute(client, message):
    for _ in range(3):
        answer = client.get(path(signing.open_url(message.uid)), headers={"user-agent": BROWSER})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
        assert "no-store" in answer["Cache-Control"]
    assert RawDelivery.objects.get().provider == hits.NAME


def test_a_forged_pixel_is_still_a_picture_but_is_not_noted(client, message):
    answer = client.get(f"/t/o/{message.uid}.AAAAAAAAAAAAAAAA.gif")
    assert answer.status_code == 200
    assert not RawDelivery.objects.exists()


def test_the_picture_is_served_even_when_nothing_can_be_stored(client, message, monkeypatch):
    def fail(*args):
        raise DatabaseError("disk full")

    monkeypatch.setattr(hits, "opened", fail)
    assert client.get(path(signing.open_url(message.uid))).status_code == 200


def test_a_click_leads_to_the_stored_link_and_is_counted_by_the_drain(client, message, link):
    answer = client.get(path(signing.click_url(message.uid, link.pk)), headers={"user-agent": BROWSER})
    assert (answer.status_code, answer["Location"]) == (302, link.url)
    assert answer["Referrer-Policy"] == "no-referrer"
    inbox.drain(clock.now())
    assert (Event.objects.get().kind, Event.objects.get().data["url"]) == ("clicked", link.url)


def test_a_scanner_that_asks_for_headers_is_a_machine(client, message, link):
    client.head(path(signing.click_url(message.uid, link.pk)), headers={"user-agent": BROWSER})
    inbox.drain(clock.now())
    assert Event.objects.get().origin == "bot"


@pytest.mark.parametrize("tail", ["x/", "a.1.AAAAAAAAAAAAAAAA/", "%0d%0aLocation:x/", "%00/"])
def test_a_changed_link_gets_a_friendly_page(client, tail):
    answer = client.get(f"/t/c/{tail}")
    assert answer.status_code == 404
    assert "does not work any more" in answer.content.decode()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "ftp://x.example", "https://a.example/\r\nX: y"]
)
def test_a_click_never_leaves_for_anything_but_the_web(client, message, url):
    link = Link.objects.create(url=url, digest=url)
    answer = client.get(path(signing.click_url(message.uid, link.pk)))
    assert answer.status_code == 404
    assert "Location" not in answer


def test_a_link_of_one_message_cannot_be_used_for_another_url(client, message, link):
    other = Link.objects.create(url="https://other.example", digest="d2")
    uid, _, rest = path(signing.click_url(message.uid, link.pk)).partition(f".{link.pk}.")
    assert client.get(f"{uid}.{other.pk}.{rest}").status_code == 404


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_unsubscribe_page_does_nothing(client, message, method):
    for _ in range(50):
        answer = getattr(client, method)(path(signing.unsubscribe_url(message.uid)))
        assert answer.status_code == 200
    assert not Suppression.objects.exists()
    assert not Event.objects.exists()


def test_the_page_asks_before_it_acts_and_hides_the_address(client, message):
    page = client.get(path(signing.unsubscribe_url(message.uid))).content.decode()
    assert 'method="post"' in page
    assert message.to_address not in page
    assert message.to_address[0] + "•••@" in page


def test_one_click_works_without_cookie_or_csrf_and_twice(message):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(path(signing.unsubscribe_url(message.uid)), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
    message.enrollment.refresh_from_db()
    assert message.enrollment.status == "stopped"
    assert Suppression.objects.filter(lifted_at=None, level="person").count() == 1
    assert Event.objects.filter(kind="unsubscribed").count() == 1


def test_a_no_said_again_counts_even_if_somebody_lifted_the_first_one(client, message):
    address = path(signing.unsubscribe_url(message.uid))
    client.post(address)
    Suppression.objects.update(lifted_at=clock.now())
    client.post(address)
    assert Suppression.objects.filter(lifted_at=None, level="person").count() == 1


def test_a_forged_unsubscribe_link_acts_on_nobody(client, message):
    answer = client.post(f"/u/{message.uid}.AAAAAAAAAAAAAAAA/")
    assert answer.status_code == 404
    assert not Suppression.objects.exists()


def test_the_links_we_sign_are_the_addresses_we_serve(message, link):
    from django.urls import reverse

    assert path(signing.open_url("u")).startswith(reverse("outreach:open", args=["u"]).removesuffix(".gif"))
    assert path(signing.click_url("u", 1)).startswith(reverse("outreach:click", args=["u"]).removesuffix("/"))
    assert path(signing.unsubscribe_url("u")).startswith(reverse("outreach:unsubscribe", args=["u"])[:-1])
