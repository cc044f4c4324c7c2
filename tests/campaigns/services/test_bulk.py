"""The bulk gateway does on both databases what the ORM would do, in a handful of statements."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.models import Campaign, PipelineRun
from campaigns.services import bulk
from leads.models import Company, Lead, LeadScore, Rule

pytestmark = pytest.mark.django_db
PEOPLE = ("first_name", "email", "email_key", "custom")


def person(number: int, name: str = "Ann") -> tuple[str, str, str, dict[str, int]]:
    return (name, f"a{number}@x.example", f"a{number}@x.example", {"n": number})


def upsert(rows: list[tuple[object, ...]], **options: bool) -> bulk.Upserted:
    return bulk.upsert(Lead, PEOPLE, rows, key=["email_key"], update=["first_name"], **options)


def test_copied_rows_get_the_models_defaults() -> None:
    assert bulk.copy_rows(Lead, PEOPLE, [person(1), person(2)]) == 2
    lead = Lead.objects.get(email_key="a1@x.example")
    assert (lead.lifecycle, lead.custom, lead.tags, lead.version) == ("new", {"n": 1}, [], 1)


def test_a_list_of_small_numbers_survives_the_round_trip() -> None:
    bulk.copy_rows(Lead, PEOPLE, [person(1)])
    lead, card = Lead.objects.get(), Rule.objects.create(kind="scoring", name="card", body={})
    bulk.copy_rows(
        LeadScore, ("lead_id", "card_id", "value", "contributions"), [(lead.pk, card.pk, 7, [3, -2])]
    )
    assert LeadScore.objects.get().contributions == [3, -2]


def test_upsert_tells_new_from_changed_from_unchanged() -> None:
    assert upsert([person(1), person(2)]) == bulk.Upserted(2, 0, 0)
    assert upsert([person(1, "Eva"), person(2), person(3)]) == bulk.Upserted(1, 1, 1)
    assert Lead.objects.get(email_key="a1@x.example").first_name == "Eva"


def test_of_rows_with_the_same_key_the_last_counts() -> None:
    upsert([person(1, "Ann"), person(1, "Eva")])
    assert list(Lead.objects.values_list("first_name", flat=True)) == ["Eva"]


def test_rows_without_a_key_are_all_new() -> None:
    assert upsert([("Ann", "", "", {}), ("Eva", "", "", {})]).created == 2


def test_an_empty_value_does_not_overwrite_when_blanks_keep() -> None:
    upsert([person(1, "Ann")])
    assert upsert([person(1, "")], blank_keeps=True).unchanged == 1
    assert upsert([person(1, "")]).updated == 1


def test_insert_ignore_returns_only_what_is_new() -> None:
    rows = [("A", "a", "a.example"), ("B", "b", "a.example"), ("C", "c", "")]
    new = bulk.insert_ignore(Company, ("name", "name_key", "domain"), rows, returning=("name",))
    assert sorted(new) == [("A",), ("C",)]


def test_fetch_gives_aware_moments() -> None:
    campaign = Campaign.objects.create(name="c")
    campaign.refresh_from_db()
    rows = bulk.fetch("SELECT created_at FROM campaigns_campaign WHERE created_at <= %s", [clock.now()])
    assert rows == [(campaign.created_at,)]


def test_a_claimed_row_is_not_claimed_again() -> None:
    PipelineRun.objects.create(campaign=Campaign.objects.create(name="c"))
    waiting = PipelineRun.objects.filter(status="queued").order_by("due_at")
    token, ids = bulk.claim(waiting, limit=5, lease=timedelta(minutes=1), now=clock.now(), status="running")
    run = PipelineRun.objects.get()
    assert (ids, run.lease_token, run.attempts, run.status) == ([run.pk], token, 1, "running")
    assert (
        bulk.claim(waiting, limit=5, lease=timedelta(minutes=1), now=clock.now(), status="running")[1] == []
    )
