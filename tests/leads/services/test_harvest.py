"""Harvest: audiences, the directory, its price, and what a crash leaves behind."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import Campaign, Cost, Hold
from campaigns.services import estimates
from campaigns.services.ledger import BudgetExceeded
from leads.models import Company, ImportedLead, ImportJob, Lead, Prospect
from leads.providers.base import Search
from leads.providers.offline import OfflineDirectory
from leads.services import harvest, prospects
from tests.factories import CampaignFactory, LeadFactory, SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prices() -> None:
    estimates.seed_prices()


def plan(count: int, **facts: Any) -> Campaign:
    return CampaignFactory(
        **{"vertical": "dental", "location": "Austin, TX", "prospect_count": count, **facts}
    )


def run(campaign: Campaign, limit: int = 50) -> int:
    done = 0
    while True:
        report = harvest.stage(campaign, limit=limit, now=clock.now())
        done += report.done
        if not report.left:
            return done


def directory() -> OfflineDirectory:
    return OfflineDirectory(meter=None)  # type: ignore[arg-type]


def test_the_directory_answers_the_same_question_the_same_way() -> None:
    query = Search("dental", "Austin, TX")
    page = directory().search(query, offset=0, limit=30)
    assert page == directory().search(query, offset=0, limit=30)
    assert page[10:] == directory().search(query, offset=10, limit=20)
    assert len({draft.email for draft in page if draft.email}) == sum(1 for draft in page if draft.email)


def test_nobody_in_the_directory_can_be_a_real_person() -> None:
    for draft in directory().search(Search("law", "London"), offset=0, limit=200):
        assert not draft.email or draft.email.endswith(".example")
        assert not draft.phone or draft.phone.startswith("+447700900")
        assert (draft.city, draft.country, draft.time_zone) == ("London", "United Kingdom", "Europe/London")


def test_a_campaign_gets_as_many_people_as_planned_and_pays_for_them() -> None:
    campaign = plan(120)
    assert run(campaign) == 120
    assert Prospect.objects.filter(campaign=campaign, stage="new").count() == 120
    campaign.refresh_from_db()
    found = sum(1 for lead in Lead.objects.all() if lead.email)
    assert campaign.spent == Decimal("0.005") * 120 + Decimal("0.10") * found
    assert campaign.held == 0
    assert Cost.objects.filter(campaign=campaign, is_simulated=True).count() == 6


def test_people_come_with_their_companies_roles_and_source() -> None:
    run(plan(40))
    lead = Lead.objects.exclude(email="").first()
    assert lead is not None
    assert lead.company is not None
    assert (lead.source, lead.origin, lead.time_zone) == ("directory", "harvest", "America/Chicago")
    assert lead.seniority
    assert Company.objects.count() == 20


def test_two_campaigns_for_the_same_place_share_people_and_never_double_them() -> None:
    first, second = plan(30), plan(30)
    run(first)
    run(second)
    assert Lead.objects.count() == 30
    assert Prospect.objects.filter(campaign=second).count() == 30


def test_nothing_is_left_behind_when_storing_fails_and_the_same_page_comes_again(monkeypatch: Any) -> None:
    campaign = plan(20)

    def dies(*args: Any) -> int:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(prospects, "enroll", dies)
        with pytest.raises(RuntimeError):
            harvest.stage(campaign, limit=20, now=clock.now())
    assert (Lead.objects.count(), Cost.objects.count()) == (0, 0)
    assert not Hold.objects.filter(closed_at=None).exists()
    assert run(campaign) == 20


def test_the_budget_is_a_wall() -> None:
    campaign = plan(100, budget=Decimal("2.10"))
    with pytest.raises(BudgetExceeded):
        run(campaign)
    campaign.refresh_from_db()
    assert campaign.spent <= campaign.budget
    assert 0 < Prospect.objects.filter(campaign=campaign).count() < 100


def test_an_audience_by_criteria_segment_or_import_comes_first_and_costs_nothing() -> None:
    vips = [LeadFactory(title="CEO") for _ in range(3)]
    LeadFactory(title="Intern")
    criteria = {"field": "title", "op": "eq", "value": "ceo"}
    job = ImportJob.objects.create(file_name="x", path="x", sha256="x", status="done")
    for lead in vips:
        ImportedLead.objects.create(job=job, lead=lead)
    plans: list[dict[str, Any]] = [
        {"criteria": criteria}, {"segment": SegmentFactory(criteria=criteria).pk}, {"import": job.pk}
    ]  # fmt: skip
    for audience in plans:
        campaign = plan(10, source="segment", audience=audience)
        assert run(campaign, limit=2) == 3
        assert set(campaign.prospects.values_list("lead_id", flat=True)) == {lead.pk for lead in vips}
        assert not Cost.objects.filter(campaign=campaign).exists()


def test_the_directory_fills_what_the_audience_leaves_open() -> None:
    lead = LeadFactory(title="CEO")
    campaign = plan(10, audience={"criteria": {"field": "title", "op": "eq", "value": "ceo"}})
    assert run(campaign) == 10
    assert Prospect.objects.filter(campaign=campaign, lead=lead).exists()


def test_a_segment_that_is_gone_means_nobody() -> None:
    assert run(plan(10, source="segment", audience={"segment": 99})) == 0


def test_a_page_of_any_size_takes_the_same_few_statements(django_assert_max_num_queries: Any) -> None:
    for count, place in ((10, "Austin, TX"), (300, "Leeds, UK")):
        campaign = plan(count, location=place)
        with django_assert_max_num_queries(53):
            assert harvest.stage(campaign, limit=count, now=clock.now()).done > count * 0.9
