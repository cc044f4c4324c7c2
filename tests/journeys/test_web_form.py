"""A visitor of another site fills in a form that stands there with one line; a rep sees them at once."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest

from leads.models import Consent, Lead, LeadKey, Submission
from tests.factories import WebFormFactory

pytestmark = [pytest.mark.browser]


class Site:
    """Another site on this machine that shows one page."""

    def __init__(self):
        site = self

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, *words):
                """Say nothing."""

        self.page = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def sites():
    """A shop that may show our form, and a thief that may not."""
    found = Site(), Site()
    yield found
    for site in found:
        site.server.shutdown()


@pytest.fixture
def visitor(live_app, page, sites, rep):
    """Somebody in front of the shop, whose browser notes everything it complains about."""
    form = WebFormFactory(
        name="Demo", headline="Book a demo", owner=rep, owner_rule="person", team=rep.team,
        origins=[sites[0].url], consent_text="You may e-mail me.", consent_channels=["email"],
        thanks="See you soon.",
    )  # fmt: skip
    line = f'<script src="{live_app.url}/f/{form.key}/embed.js" async></script>'
    for site in sites:
        site.page = f"<!doctype html><title>Shop</title><h1>Shop</h1>{line}"
    complaints = []
    page.on("console", lambda one: one.type == "error" and complaints.append(one.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(15_000)
    return page, complaints


def test_a_form_on_another_site_brings_a_lead_within_two_seconds(visitor, sites, rep):
    page, complaints = visitor
    page.goto(f"{sites[0].url}/pricing?utm_source=google&gclid=Cj0K")
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Book a demo").wait_for()
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("E-mail is needed.").first.wait_for()
    assert page.locator("iframe").bounding_box()["height"] > 400
    frame.get_by_label("Name").fill("Ann Lee")
    frame.get_by_label("E-mail", exact=True).fill("ann@corp.example")
    frame.get_by_label("You may e-mail me.").check()
    page.wait_for_timeout(2100)  # nobody types faster, and the form knows
    pressed = time.monotonic()
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("See you soon.").wait_for()
    lead = Lead.objects.get()
    assert time.monotonic() - pressed < 2
    assert (lead.owner, lead.source, Consent.objects.get().lead) == (rep, "google", lead)
    row = Submission.objects.get(status="stored")
    assert row.page_url == f"{sites[0].url}/pricing?utm_source=google&gclid=Cj0K"
    assert set(LeadKey.objects.values_list("kind", flat=True)) == {"click", "visitor"}
    assert [text for text in complaints if "422" not in text] == []


def test_a_site_that_is_not_named_shows_nothing(visitor, sites):
    page, complaints = visitor
    page.goto(sites[1].url)
    page.wait_for_timeout(500)
    page.locator("iframe").wait_for()
    assert any("frame-ancestors" in text for text in complaints)


def test_the_hosted_page_works_without_a_script_and_with_keys_only(live_app, browser, rep):
    form = WebFormFactory(headline="Write to us", owner=rep, owner_rule="person")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_app.url}/f/{form.key}/?utm_source={quote('news letter')}")
    for words in ("Ann Lee", "ann@corp.example", "Corp", "Hello"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.wait_for_timeout(2100)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    lead = Lead.objects.get()
    assert (lead.name, lead.email, lead.company.name, lead.source) == (
        "Ann Lee", "ann@corp.example", "Corp", "news letter",
    )  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
