"""What is done with a campaign through the API, and how it says no."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import clock
from campaigns.models import Campaign, PipelineRun, User
from tests.clients import as_person, with_key
from tests.factories import CampaignFactory


def url(campaign: Campaign, verb: str) -> str:
    return f"/api/v1/campaigns/{campaign.pk}/{verb}/"


def test_launch_with_a_limit_activates_queues_a_run_and_answers_202(
    manager: User, campaign: Campaign
) -> None:
    response = with_key(manager, "campaigns:run").post(url(campaign, "launch") + "?limit=5")
    told = response.json()
    assert response.status_code == 202
    assert (told["status"], told["campaign"]["send_limit"], told["run"]["status"]) == ("active", 5, "queued")
    assert [stage["name"] for stage in told["run"]["stages"]] == ["harvest", "score"]
    assert [action["name"] for action in told["next_actions"]] == ["release", "pause", "stop"]


def test_a_budget_below_the_estimate_refuses_the_launch_by_the_missing_amount(
    manager: User, campaign: Campaign
) -> None:
    Campaign.objects.update(budget="5.00")
    response = as_person(manager).post(url(campaign, "launch"))
    told = response.json()["error"]
    assert (response.status_code, told["code"]) == (409, "launch_refused")
    assert "$0.42 short" in told["fields"]["budget"][0]
    campaign.refresh_from_db()
    assert (campaign.status, PipelineRun.objects.count()) == ("draft", 0)


def test_a_launch_without_postal_address_is_refused(manager: User, campaign: Campaign) -> None:
    Campaign.objects.update(postal_address="")
    for verb in ("launch", "execute", "start"):
        told = as_person(manager).post(url(campaign, verb)).json()["error"]
        assert "postal address" in told["fields"]["postal_address"][0]
    campaign.refresh_from_db()
    assert campaign.status == "draft"


@pytest.mark.parametrize("query", ["?limit=0", "?limit=-3", "?limit=many", "?limit=1.5", "?limt=5"])
def test_a_bad_limit_starts_nothing(manager: User, campaign: Campaign, query: str) -> None:
    response = as_person(manager).post(url(campaign, "launch") + query)
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [query[1:6].strip("=")])
    campaign.refresh_from_db()
    assert (campaign.status, PipelineRun.objects.exists()) == ("draft", False)


def test_start_pause_and_stop_move_with_a_reason(manager: User, campaign: Campaign) -> None:
    client = as_person(manager)
    for verb, status in [
        ("start", "active"),
        ("pause", "paused"),
        ("stop", "stopped"),
        ("archive", "archived"),
    ]:
        told = client.post(url(campaign, verb), {"reason": f"{verb} it"}).json()
        assert (told["status"], told["status_reason"]) == (status, f"{verb} it")
    history = client.get(url(campaign, "history")).json()["results"]
    assert [(entry["verb"], entry["actor"]) for entry in history] == [
        (verb, "manager") for verb in ("archive", "stop", "pause", "start")
    ]


def test_a_move_the_state_does_not_allow_is_a_409_in_words(manager: User, campaign: Campaign) -> None:
    response = as_person(manager).post(url(campaign, "pause"))
    assert (response.status_code, response.json()["error"]["code"]) == (409, "lifecycle")
    assert "draft" in response.json()["error"]["message"]


def test_one_stage_and_the_whole_pipeline_run_on_request(manager: User, campaign: Campaign) -> None:
    client = as_person(manager)
    run = client.post(url(campaign, "execute/harvest"), {"batch_size": 10}).json()["run"]
    assert ([stage["name"] for stage in run["stages"]], run["batch_size"]) == (["harvest"], 10)
    again = client.post(url(campaign, "execute/full-pipeline"))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "run_refused")
    assert client.post(f"/api/v1/runs/{run['id']}/cancel/").json()["status"] == "cancelled"
    assert client.post(f"/api/v1/runs/{run['id']}/cancel/").status_code == 409
    whole = client.post(url(campaign, "execute/full-pipeline")).json()["run"]
    assert [stage["name"] for stage in whole["stages"]] == ["harvest", "score"]
    assert [row["id"] for row in client.get(url(campaign, "runs")).json()["results"]] == [
        whole["id"],
        run["id"],
    ]


@pytest.mark.parametrize(("path", "body"), [("execute/cook", {}), ("execute/harvest", {"batch_size": 1001})])
def test_an_unknown_stage_or_a_batch_too_big_is_refused(
    manager: User, campaign: Campaign, path: str, body: dict
) -> None:
    assert as_person(manager).post(url(campaign, path), body).status_code in (400, 409)
    assert not PipelineRun.objects.exists()


def test_a_campaign_that_is_over_runs_no_more(manager: User) -> None:
    stopped = CampaignFactory(team=manager.team, status="stopped")
    assert as_person(manager).post(url(stopped, "execute/harvest")).status_code == 409
    assert as_person(manager).post(url(stopped, "launch")).status_code == 409


def test_a_canary_is_released(manager: User, campaign: Campaign) -> None:
    client = as_person(manager)
    client.post(url(campaign, "launch") + "?limit=5")
    assert client.post(url(campaign, "release")).json()["send_limit"] is None


def test_a_schedule_is_written_read_fired_and_removed(manager: User, campaign: Campaign) -> None:
    from campaigns.tasks import run_scheduled

    client = as_person(manager)
    assert client.get(url(campaign, "schedule")).status_code == 404
    body = {"cron": "0 9 * * 1-5", "timezone": "Europe/Berlin", "missed": "run"}
    nine = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    with clock.at(nine - timedelta(hours=1)):
        told = client.put(url(campaign, "schedule"), body).json()
        assert told == {
            **body,
            "in_words": "At 09:00 on Monday through Friday",
            "next_run_at": "2026-11-23T09:00:00+01:00",
            "is_enabled": True,
            "last_run_at": None,
        }
        assert run_scheduled(campaign_id=campaign.pk) is None
    Campaign.objects.update(status="active")
    with clock.at(nine):
        assert run_scheduled(campaign_id=campaign.pk) == PipelineRun.objects.get(trigger="schedule").pk
        assert run_scheduled(campaign_id=campaign.pk) is None
    assert client.delete(url(campaign, "schedule")).status_code == 204
    assert client.get(url(campaign, "schedule")).status_code == 404


@pytest.mark.parametrize(
    ("cron", "zone", "field"),
    [("every day", "UTC", "cron"), ("61 * * * *", "UTC", "cron"), ("0 9 * * *", "Mars/Olympus", "timezone")],
)
def test_a_schedule_that_cannot_be_read_is_refused(
    manager: User, campaign: Campaign, cron: str, zone: str, field: str
) -> None:
    response = as_person(manager).put(url(campaign, "schedule"), {"cron": cron, "timezone": zone})
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [field])


def test_the_status_says_how_it_stands(manager: User, campaign: Campaign) -> None:
    told = as_person(manager).get(url(campaign, "status")).json()
    assert (told["status"], told["run"], told["spent_last_hour"], told["preflight"]) == (
        "draft",
        None,
        "0.000000",
        [],
    )
