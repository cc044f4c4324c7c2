"""The pages of the job monitor and of schedules."""

import pytest

from campaigns.models import JobSlot
from campaigns.services import schedules
from tests.factories import CampaignFactory
from tests.pages import committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db


def test_the_monitor_lists_every_job_and_the_moments_of_ones_own_campaigns(manager, stranger):
    own = CampaignFactory(team=manager.team)
    for job in (f"campaign {own.pk}", "campaign 999999"):
        JobSlot.objects.create(job=job, slot_at="2026-11-20T09:00Z", note=f"why of {job}")
    page = text(signed_in(manager).get(url("campaigns:jobs")))
    assert "Settle" in page
    assert f"why of campaign {own.pk}" in page
    assert "why of campaign 999999" not in page
    assert queries(manager, url("campaigns:jobs")) <= committed("campaigns:jobs")


def test_a_manager_sets_reads_and_removes_a_schedule(manager):
    campaign, browser = CampaignFactory(team=manager.team), signed_in(manager)
    page = url("campaigns:schedule", campaign.pk)
    facts = {"cron": "0 9 * * 1-5", "zone": "Europe/Berlin", "missed": "skip"}
    assert browser.post(page, facts).status_code == 302
    assert "At 09:00 on Monday through Friday" in text(browser.get(url("campaigns:settings", campaign.pk)))
    assert 'value="0 9 * * 1-5"' in text(browser.get(page))
    browser.post(url("campaigns:unschedule", campaign.pk))
    assert schedules.of(campaign) is None


@pytest.mark.parametrize(
    ("cron", "zone", "why"),
    [
        ("every day", "UTC", "five fields"),
        ("61 * * * *", "UTC", "Bad minute"),
        ("0 9 * * *", "Mars", "no time zone"),
    ],
)
def test_a_time_that_cannot_be_read_is_explained_at_the_field(manager, cron, zone, why):
    campaign = CampaignFactory(team=manager.team)
    facts = {"cron": cron, "zone": zone, "missed": "run"}
    answer = signed_in(manager).post(url("campaigns:schedule", campaign.pk), facts)
    assert answer.status_code == 422
    assert why in text(answer)


def test_a_rep_sets_no_schedule(rep):
    campaign = CampaignFactory(team=rep.team)
    assert signed_in(rep).get(url("campaigns:schedule", campaign.pk)).status_code == 403
