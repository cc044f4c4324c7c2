"""A manager's day in a real browser: plan, launch a canary, watch the run, read what left, answer a reply."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import drains
from conversations.models import Conversation
from outreach.models import Message, Step
from outreach.providers import post_office
from tests.journeys.plans import launch, plan
from tests.journeys.postbox import answer_to, hand_in
from tests.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("house")]
PASSWORD = "seven looms at dawn"
WORDS = "Sounds good, could we talk on Thursday at 2pm?"
PAGES = ("/", "/leads/", "/campaigns/", "/sequences/", "/inbox/", "/reports/")


@pytest.fixture
def maya(live_app, page, manager):
    """A manager at her browser, which notes everything it complains about."""
    manager.set_password(PASSWORD)
    manager.save()
    return Maya(live_app.url, page)


class Maya:
    """What she sees and presses."""

    def __init__(self, address, page):
        self.address, self.page, self.complaints = address, page, []
        page.on("console", lambda line: line.type == "error" and self.complaints.append(line.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and self.complaints.append(answer.url))
        page.set_default_timeout(15_000)

    def sign_in(self):
        self.page.goto(f"{self.address}/accounts/login/")
        self.page.get_by_label("Login").or_(self.page.get_by_label("Username")).first.fill("manager")
        self.page.get_by_label("Password").first.fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.address}/")

    def sees(self, words):
        self.page.get_by_text(words).locator("visible=true").first.wait_for()

    def presses(self, name, role="button"):
        self.page.get_by_role(role, name=name).locator("visible=true").first.click()

    def writes(self, **values):
        for name, value in values.items():
            self.page.locator(f"[name={name}]:visible").fill(value)

    def opens(self, path):
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_load_state("networkidle")


def work(after=timedelta(0)):
    """Let the house work as its worker would."""
    drains.run_all(clock.now() + after)


def at_any_hour():
    """Let letters leave at this hour, whichever it is."""
    Step.objects.update(window_start=0, window_end=24, business_days=False)


def test_a_manager_plans_launches_reads_and_answers(maya):
    maya.sign_in()
    plan_watching_the_estimate(maya)
    launch_for_five(maya)
    letter = read_what_left(maya)
    hand_in(answer_to(letter, WORDS))
    work()
    answer_the_reply(maya)
    work(after=timedelta(seconds=11))
    assert Message.objects.get(step=None).status == "sent"
    assert "Thursday at two it is." in post_office.unread(5)[-1].text
    assert maya.complaints == []


def plan_watching_the_estimate(maya):
    maya.opens("/campaigns/")
    maya.presses("New campaign", "link")
    maya.writes(name="Austin dental", vertical="dental clinics", location="Austin, TX")
    maya.writes(prospect_count="100")
    maya.sees("$10.84")
    maya.writes(prospect_count="50", budget="5")
    maya.sees("$5.42")
    maya.sees("The budget is $0.42 short.")
    maya.writes(budget="20")
    maya.sees("The budget covers it")
    maya.writes(minimum_score="0", postal_address="1 Congress Ave, Austin")
    maya.presses("Plan it")
    maya.sees("Austin dental is planned")


def launch_for_five(maya):
    """The page follows the run by itself, while the worker does its work."""
    at_any_hour()
    maya.presses("Launch", "link")
    maya.writes(limit="5")
    maya.presses("Launch it")
    maya.sees("Austin dental is launched")
    maya.sees("Queued")
    work()
    maya.sees("Done")
    assert post_office.count() == 5


def read_what_left(maya):
    maya.opens(f"/campaigns/{Campaign.objects.get().pk}/messages/")
    letter = post_office.unread(limit=1)[0]
    maya.presses("Sent 5", "link")
    maya.page.get_by_role("row").filter(has_text=letter.subject[:40]).first.click()
    maya.sees("What was sent")
    maya.sees(letter.subject)
    return letter


def answer_the_reply(maya):
    maya.opens("/inbox/")
    maya.page.locator("a.conv").filter(has_text="Sounds good").click()
    maya.sees(WORDS)
    maya.page.get_by_label("Reply", exact=True).fill("Thursday at two it is. I will call you.")
    maya.presses("Send reply")
    maya.sees("leaves in ten seconds")


def test_the_main_pages_break_no_rule_of_the_browser_in_either_theme(maya, manager):
    rooms = (*PAGES, *lively(manager))
    maya.sign_in()
    for path in rooms:
        maya.opens(path)
        assert maya.page.locator("h1").count() == 1
    assert background(maya.page) == "light"
    maya.presses("manager")
    maya.presses("Dark")
    for path in (PAGES[0], rooms[-1]):
        maya.opens(path)
        assert background(maya.page) == "dark"
    assert maya.complaints == []


def lively(manager):
    """Fill the house: a campaign at work, letters, an answer; return the pages of one of each."""
    campaign, _ = plan(manager, minimum_score="0")
    at_any_hour()
    launch(manager, campaign)
    work()
    hand_in(answer_to(post_office.unread(limit=1)[0], WORDS))
    work()
    return (
        url("campaigns:campaign", campaign.pk),
        url("outreach:sequence", campaign.sequences.get().pk),
        url("leads:lead", campaign.prospects.first().lead_id),
        url("conversations:thread", Conversation.objects.get().pk),
    )


def background(page):
    """Return whether the page is light or dark by the colour that it really has."""
    colour = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    shade = page.evaluate(
        """colour => {
            const pen = document.createElement('canvas').getContext('2d');
            pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
            return pen.getImageData(0, 0, 1, 1).data[0];
        }""",
        colour,
    )
    return "light" if shade > 128 else "dark"
