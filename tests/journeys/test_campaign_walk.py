"""A campaign from its deployment through the API to its report, on a virtual clock and offline providers."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from analytics.services import reconcile
from campaigns import clock
from campaigns.models import Campaign
from campaigns.services import drains
from leads.models import Deal, Lead
from outreach.models import Message
from outreach.providers import post_office
from tests.clients import as_person
from tests.journeys.postbox import answer_to, hand_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MONDAY = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # ten in the morning in Austin
DAY = timedelta(days=1)
PLAN = {
    "name": "Austin dental", "vertical": "dental clinics", "location": "Austin, TX", "prospect_count": 40,
    "budget": "100.00", "minimum_score": 0, "postal_address": "1 Congress Ave, Austin",
}  # fmt: skip


class Partner:
    """Somebody at the API, on a clock of their own: every day the house works for a moment."""

    def __init__(self, user, **changes):
        self.client, self.now = as_person(user), MONDAY
        self.plan = self.post("campaigns/", {**PLAN, **changes})
        self.path = f"campaigns/{self.plan['id']}/"

    def post(self, path, data=None):
        with clock.at(self.now):
            answer = self.client.post(f"/api/v1/{path}", data or {})
        assert answer.status_code < 300, answer.content
        return answer.json()

    def do(self, verb, data=None):
        """Do something with the campaign."""
        return self.post(f"{self.path}{verb}", data)

    def see(self, what):
        """Look at something of the campaign."""
        with clock.at(self.now):
            return self.client.get(f"/api/v1/{self.path}{what}").json()

    def live(self, days=1):
        """Let the house work at this hour of each of these days; the last of them is now."""
        for day in range(days):
            self.now += DAY if day else timedelta(0)
            drains.run_all(self.now)

    def sleep(self, days=1):
        """Let time pass without anybody at work."""
        self.now += DAY * days


@pytest.fixture
def partner(manager):
    return Partner(manager)


def reached():
    """Return whom the post office has letters for."""
    return {letter.recipient for letter in post_office.unread(limit=5000)}


def test_deploying_answers_id_estimate_preflight_and_what_comes_next(partner):
    assert partner.plan["id"] > 0
    assert (partner.plan["status"], partner.plan["estimate"]) == ("draft", "4.34")
    assert [item["operation"] for item in partner.plan["estimate_detail"]["items"]][:2] == [
        "maps_search", "email_finding",
    ]  # fmt: skip
    assert partner.plan["preflight"] == []
    assert partner.plan["next_actions"][0]["name"] == "launch"


def test_a_canary_of_five_writes_to_exactly_five_people_until_the_release(partner):
    standing = partner.do("launch/?limit=5")
    assert (standing["status"], standing["run"]["status"]) == ("active", "queued")
    partner.live(days=10)
    first = reached()
    assert len(first) == 5
    assert Message.objects.filter(status="queued").values("lead").distinct().count() > 25
    assert partner.see("status/")["next_actions"][0]["name"] == "release"
    partner.do("release/")
    partner.live(days=4)
    assert first < reached()
    assert len(reached()) == partner.see("metrics/")["contacted"] > 30
    assert reconcile.differences(reconcile.checks()) == []


def test_a_run_through_all_stages_tells_what_each_did_and_cost(partner):
    partner.do("launch/")
    partner.live()
    run = partner.see("status/")["run"]
    assert [stage["name"] for stage in run["stages"]] == ["harvest", "score", "qualify", "route", "nurture"]
    assert {stage["status"] for stage in run["stages"]} == {"done"}
    assert [stage["done"] for stage in run["stages"][:2]] == [40, 40]
    addresses = Lead.objects.exclude(email_key="").count()
    assert Decimal(run["stages"][0]["cost"]) == 40 * Decimal("0.005") + addresses * Decimal("0.1")


def test_pause_stops_the_next_send_and_resume_goes_on(partner):
    partner.do("launch/")
    partner.live()
    sent = post_office.count()
    assert sent > 30
    partner.do("pause/", {"reason": "the website is down"})
    partner.sleep(days=3)
    partner.live(days=2)
    assert post_office.count() == sent
    assert partner.see("status/")["campaign"]["status_reason"] == "the website is down"
    partner.do("start/")
    partner.live(days=4)
    assert post_office.count() == 2 * sent


def test_a_won_deal_shows_in_the_report_and_stop_freezes_it(partner):
    partner.do("launch/")
    partner.live()
    letter = post_office.unread(limit=1)[0]
    with clock.at(partner.now + DAY):
        hand_in(answer_to(letter, "Sounds good, could we talk on Thursday at 2pm?"))
    partner.live(days=3)
    partner.post(f"deals/{Deal.objects.get().pk}/win/", {"value": "900.00"})
    report = partner.see("report/?type=full")
    found, cost = report["metrics"], Decimal(report["metrics"]["cost"])
    assert (found["replied"], found["positive"], found["won"], found["revenue"]) == (1, 1, 1, "900.00")
    assert found["roi"] == pytest.approx(float((900 - cost) / cost * 100), rel=1e-3)
    assert told("report", "Austin dental")["metrics"] == found
    partner.do("stop/", {"reason": "the season is over"})
    frozen = final_report(partner)
    assert frozen["metrics"] == found
    partner.post(f"{partner.path}revenues/", {"amount": "50.00", "reference": "late"})
    partner.live(days=5)
    assert final_report(partner) == frozen
    assert post_office.count() == found["sent"]
    assert reconcile.differences(reconcile.checks()) == []


LOSING = {"deal_value": 1, "minimum_sample": 10, "grace_days": 0}


def test_in_auto_mode_a_sure_loss_is_paused_only_after_the_minimum_sample(manager):
    partner = Partner(manager, thresholds={**LOSING, "optimiser_mode": "auto"})
    partner.do("launch/?limit=5")
    partner.live()
    (advice,) = pauses(partner)
    assert (advice["status"], advice["sample_size"]) == ("open", 5)
    assert partner.see("status/")["status"] == "active"
    partner.do("release/")
    partner.live(days=2)
    (advice,) = pauses(partner)
    assert (advice["status"], partner.see("status/")["status"]) == ("applied", "paused")
    sent = post_office.count()
    partner.live(days=5)
    assert post_office.count() == sent


def test_without_auto_mode_a_sure_loss_is_only_recommended(manager):
    partner = Partner(manager, thresholds=LOSING)
    partner.do("launch/")
    partner.live(days=2)
    (advice,) = pauses(partner)
    assert (advice["status"], advice["priority"]) == ("open", "critical")
    assert "Return is -100 %" in advice["reason"]
    assert partner.see("status/")["status"] == "active"
    partner.post(f"recommendations/{advice['id']}/approve/")
    assert partner.see("status/")["status"] == "paused"


def pauses(partner):
    """Let the optimiser look; return its advice to pause."""
    partner.do("optimize/")
    found = partner.client.get("/api/v1/recommendations/").json()["results"]
    return [advice for advice in found if advice["action"] == "PAUSE"]


def final_report(partner):
    """Return the report that was kept when the campaign was stopped."""
    return Campaign.objects.get(pk=partner.plan["id"]).final_report


def told(command, *args):
    """Return the one JSON object that a command prints."""
    out = StringIO()
    call_command(command, *args, "--json", stdout=out)
    return json.loads(out.getvalue())
