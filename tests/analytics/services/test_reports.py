import csv
import json
from decimal import Decimal

import pytest

from analytics.services import reports, sheets, thresholds
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    made = factories.CampaignFactory(name="Austin dental Q4")
    for stage in ("rejected", "rejected", "qualified", "won"):
        factories.ProspectFactory(campaign=made, stage=stage)
    factories.CostFactory(campaign=made, amount=Decimal("100"))
    factories.RevenueFactory(campaign=made, amount=Decimal("500"))
    factories.TallyFactory(campaign_id=made.pk, sent=1, replied=1, positive=1)
    factories.MessageFactory(campaign=made, status="suppressed", reason="=unsubscribed")
    return made


def test_a_full_report_carries_every_section_and_survives_json(campaign):
    report = json.loads(json.dumps(reports.build(campaign)))
    assert [section["name"] for section in report["sections"]] == ["cost", "lead", "outreach"]
    assert (report["metrics"]["cost"], report["metrics"]["roi"]) == ("100.00", 400.0)
    assert report["metrics"]["qualification_rate"] == 0.5


def test_each_type_is_its_own_part(campaign):
    assert "cost" in reports.build(campaign, "cost")["metrics"]
    assert "cost" not in reports.build(campaign, "lead")["metrics"]
    assert reports.build(campaign, "outreach")["metrics"]["suppressed"] == 1


def test_ratings_show_the_limit_they_were_made_with(campaign):
    verdicts = {rating["name"]: rating for rating in reports.build(campaign)["ratings"]}
    assert (verdicts["qualification_rate"]["verdict"], verdicts["qualification_rate"]["threshold"]) == (
        "Good",
        0.3,
    )
    assert (verdicts["cost_per_lead"]["verdict"], verdicts["cost_per_lead"]["value"]) == ("Poor", 25.0)
    assert reports.build(campaign)["verdict"] == "Poor"


def test_a_campaign_without_data_is_not_rated():
    report = reports.build(factories.CampaignFactory())
    assert report["metrics"]["roi"] is None
    assert (report["verdict"], {r["verdict"] for r in report["ratings"]}) == ("", {""})


def test_csv_holds_the_figures_and_runs_no_formula(campaign):
    rows = list(csv.reader(sheets.as_csv(reports.build(campaign)).splitlines()))
    assert ["Money", "Cost", "100.00", "", "", "", ""] in rows
    assert ["Suppressed", "'=unsubscribed", "1"] in rows


def test_an_unknown_type_is_named(campaign):
    with pytest.raises(reports.UnknownReport, match="full, cost, lead, outreach"):
        reports.build(campaign, "moon")


def test_all_campaigns_stand_side_by_side(campaign, django_assert_num_queries):
    factories.CostFactory(amount=Decimal("50"))
    campaigns = list(type(campaign).objects.all())
    with django_assert_num_queries(6):
        report = reports.comparison(campaigns)
    assert report["totals"]["cost"] == "150.00"
    assert {row["name"]: row["roi"] for row in report["campaigns"]}["Austin dental Q4"] == 400.0
    assert sheets.as_csv(report).count("\n") == 3


def test_a_stopped_campaign_keeps_its_report(campaign):
    reports.freeze(campaign)
    factories.RevenueFactory(campaign=campaign)
    campaign.refresh_from_db()
    assert campaign.final_report["metrics"]["revenue"] == "500.00"


def test_a_campaigns_own_limits_count_and_rubbish_does_not():
    campaign = factories.CampaignFactory(
        thresholds={"cost_per_lead": "12.5", "reply_rate": "much", "optimiser_mode": 3}
    )
    limits = thresholds.of(campaign)
    assert (limits.cost_per_lead, limits.reply_rate, limits.optimiser_mode) == (12.5, 0.05, "recommend")
