"""One promise walked in a browser: open a lead, mend it against a colleague, note, file, filter, step on."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaigns.models import User
from leads.models import Attachment, Lead, Mention
from leads.services import timeline
from tests.factories import LeadFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"


def enter(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda found: "login" not in found)


def test_a_lead_is_known_and_kept_together(live_app: Any, page: Page, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    team = TeamFactory(name="Austin")
    maya = UserFactory(username="maya", role="manager", team=team)
    UserFactory(username="jonas", role="manager", team=team, first_name="Jonas", last_name="Weber")
    maya.set_password(PASSWORD)
    maya.save()
    older = LeadFactory(first_name="Older", team=team)
    lead = LeadFactory(first_name="Elena", last_name="Vasquez", team=team, title="Director")
    timeline.record(lead.pk, "replied", "Elena replied", "email", data={"text": "What does it cost?"})
    timeline.record(lead.pk, "qualified", "Qualified for Austin")
    enter(page, live_app.url, maya)
    page.goto(f"{live_app.url}/leads/?sort=-added")
    page.goto(f"{live_app.url}/leads/{lead.pk}/")

    # a fact, against a colleague
    page.click("#fact-title .fact-value")
    page.locator("#fact-title input[name=title]").wait_for()
    Lead.objects.filter(pk=lead.pk).update(title="Chief", version=2)
    page.fill("#fact-title input[name=title]", "Owner")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-title")).to_contain_text("Somebody else wrote Chief")
    page.click("#fact-title button:has-text('Keep mine')")
    expect(page.locator("#fact-title .fact-value")).to_have_text("Owner")

    # a note that names a colleague
    page.click("textarea[name=body]")
    page.keyboard.type("Ask @jon")
    page.locator(".mention-list [data-handle=jonas]").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("about Spanish")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("Jonas Weber will see it")
    assert Mention.objects.get().user.username == "jonas"

    # a file up and down
    offer = tmp_path / "offer.pdf"
    offer.write_bytes(b"%PDF-1.4 the offer")
    page.goto(f"{live_app.url}/leads/{lead.pk}/?tab=files")
    page.set_input_files("input[type=file]", str(offer))
    page.locator(".lead-centre .file-list a.medium").wait_for()
    with page.expect_download() as down:
        page.click(".lead-centre .file-list a.medium")
    assert Path(down.value.path()).read_bytes() == b"%PDF-1.4 the offer"
    assert Attachment.objects.get().name == "offer.pdf"

    # the timeline, filtered; then on to the next of the list
    page.goto(f"{live_app.url}/leads/{lead.pk}/")
    page.click(".story-chips a:has-text('Email')")
    expect(page.locator(".timeline")).to_contain_text("What does it cost?")
    expect(page.locator(".timeline")).not_to_contain_text("Qualified for Austin")
    page.locator('a[data-key="]"]').wait_for()
    page.locator("h1").click()
    page.keyboard.press("]")
    page.wait_for_url(f"**/leads/{older.pk}/")
