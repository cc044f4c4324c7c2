from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns import clock
from tests import factories
from tests.clients import as_person, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(team, manager):
    """A campaign of the team that loses money for sure."""
    made = factories.CampaignFactory(team=team, owner=manager, launched_at=clock.now() - timedelta(days=30))
    factories.CostFactory(campaign=made, amount=Decimal("500"))
    factories.RevenueFactory(campaign=made, amount=Decimal("100"))
    factories.ProspectFactory(campaign=made, stage="qualified")
    return made


@pytest.mark.parametrize("name", ["metrics", "stats", "analytics", "dashboard", "report"])
def test_each_view_of_the_figures_answers_its_team_and_hides_from_strangers(
    campaign, manager, stranger, name
):
    url = f"/api/v1/campaigns/{campaign.pk}/{name}/"
    assert as_person(manager).get(url).status_code == 200
    assert as_person(stranger).get(url).status_code == 404


def test_metrics_carry_money_as_text_and_rates_with_intervals(campaign, manager):
    found = as_person(manager).get(f"/api/v1/campaigns/{campaign.pk}/metrics/").json()
    assert (found["cost"], found["roi"], found["qualification_rate"]) == ("500.00", -80.0, 1.0)
    assert found["intervals"]["qualification_rate"][1] == 1.0


def test_a_report_has_a_type_and_comes_as_csv(campaign, manager):
    url = f"/api/v1/campaigns/{campaign.pk}/report/"
    client = as_person(manager)
    assert client.get(url, {"type": "lead"}).json()["type"] == "lead"
    assert client.get(url, {"as": "csv"})["Content-Type"].startswith("text/csv")
    told = client.get(url, {"type": "moon"})
    assert (told.status_code, told.json()["error"]["code"]) == (400, "unknown_report")


def test_optimize_recommends_and_the_advice_is_approved_and_undone(campaign, manager):
    client = as_person(manager)
    (advice,) = client.post(f"/api/v1/campaigns/{campaign.pk}/optimize/").json()
    assert (advice["action"], advice["status"]) == ("PAUSE", "open")
    url = f"/api/v1/recommendations/{advice['id']}/"
    assert client.post(f"{url}approve/").json()["status"] == "applied"
    campaign.refresh_from_db()
    assert campaign.status == "paused"
    assert client.post(f"{url}approve/").status_code == 409
    assert client.post(f"{url}undo/").json()["status"] == "undone"
    campaign.refresh_from_db()
    assert campaign.status == "active"


def test_optimizing_all_repeats_open_advice_and_dismissing_ends_it(campaign, manager):
    client = as_person(manager)
    first, second = (client.post("/api/v1/optimize/").json() for _ in range(2))
    assert first == second
    answer = client.post(f"/api/v1/recommendations/{first[0]['id']}/dismiss/", {"reason": "planned"})
    assert answer.json()["status"] == "dismissed"
    assert client.post("/api/v1/optimize/").json() == []


def test_strangers_neither_see_nor_decide(campaign, manager, stranger):
    advice = factories.RecommendationFactory(campaign=campaign)
    url = f"/api/v1/recommendations/{advice.pk}/"
    assert as_person(stranger).get("/api/v1/recommendations/").status_code == 403
    other = factories.UserFactory(role="manager", team=stranger.team)
    assert as_person(other).get("/api/v1/recommendations/").json()["results"] == []
    for verb in ("approve", "undo", "dismiss"):
        assert as_person(other).post(f"{url}{verb}/").status_code == 404
    advice.refresh_from_db()
    assert advice.status == "open"


def test_a_rep_may_not_decide_for_the_team(campaign, rep):
    advice = factories.RecommendationFactory(campaign=campaign)
    assert as_person(rep).post(f"/api/v1/recommendations/{advice.pk}/approve/").status_code == 403


def test_a_key_needs_its_scope(campaign, manager):
    url = f"/api/v1/campaigns/{campaign.pk}/metrics/"
    assert with_key(manager, "leads:read").get(url).status_code == 403
    assert with_key(manager, "analytics:read").get(url).status_code == 200


def test_all_campaigns_and_the_house_count_only_what_one_may_see(campaign, manager):
    factories.CostFactory(amount=Decimal("7"))
    client = as_person(manager)
    assert client.get("/api/v1/report/").json()["totals"]["cost"] == "500.00"
    house = client.get("/api/v1/stats/").json()
    assert (house["campaigns"], house["totals"]["cost"]) == (1, "500.00")


def test_a_profile_is_for_those_who_may_see_the_person(team, rep, stranger, analyst):
    lead = factories.LeadFactory(owner=rep, team=team, email="elena@customer.example")
    url = f"/api/v1/leads/{lead.pk}/profile/"
    assert as_person(rep).get(url).json()["email"] == "elena@customer.example"
    assert as_person(stranger).get(url).status_code == 404
    assert "•••" in as_person(analyst).get(url).json()["email"]
