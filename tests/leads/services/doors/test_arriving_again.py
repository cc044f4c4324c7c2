"""Who comes again, by another address, browser or click, is the person we know; who must not be, is not."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns import clock
from campaigns.models import Cost
from campaigns.services import estimates
from leads.models import Activity, Lead, LeadKey, Merge, Prospect
from leads.services import contactability, harvest, rulebook
from leads.services.doors import submissions
from leads.services.doors.submissions import Posted
from leads.services.identity import keys, merging, undoing
from leads.services.privacy import erasing
from tests.clients import as_person
from tests.factories import CampaignFactory, LeadFactory, WebFormFactory

pytestmark = pytest.mark.django_db
VISITOR = "visitor-12345678"


@pytest.fixture(autouse=True)
def _card() -> None:
    rulebook.active("scoring")


def fill(once: str = "one", visitor: str = "", marks: Any = None, **values: str) -> Lead:
    posted = Posted(once, {"email": "new@x.example", **values}, visitor=visitor, marks=marks or {})
    row, reading = submissions.take(WebFormFactory(), posted, clock.now())
    row.refresh_from_db()
    assert (row.status, reading.problems) == ("stored", {})
    return Lead.objects.get(pk=row.lead_id)


@pytest.mark.parametrize("address", ["old@x.example", "second@x.example", "own@x.example"])
def test_an_address_of_a_merged_record_or_a_further_one_finds_the_survivor(address: str, admin: Any) -> None:
    kept, gone = LeadFactory(email="own@x.example"), LeadFactory(email="old@x.example")
    keys.remember(kept.pk, "email", "second@x.example", "chat")
    merging.merge(kept, gone, by=admin)
    assert fill(email=address) == kept
    answer = as_person(admin).post("/api/v1/leads/", {"email": address, "first_name": "Zed"})
    assert (answer.status_code, answer.json()["id"]) == (200, kept.pk)
    assert Lead.objects.count() == 2


def test_a_chain_of_merges_still_leads_to_the_last_one(admin: Any) -> None:
    first, second, third = (LeadFactory(email=f"{n}@x.example") for n in range(3))
    merging.merge(second, first, by=admin)
    merging.merge(third, second, by=admin)
    assert fill(email="0@x.example") == third


def test_a_browser_that_two_people_use_makes_them_no_one_person() -> None:
    one = fill("one", VISITOR, email="one@x.example")
    other = fill("two", VISITOR, email="two@x.example")
    assert one != other
    assert keys.find("visitor", VISITOR) == one
    assert LeadKey.objects.get(lead=other).is_shared
    for name in ("Ann", "Bob", "Carl", "Dora"):
        fill(name, VISITOR, email=f"{name}@x.example", full_name=f"{name} Lee")
    assert keys.find("visitor", VISITOR) is None
    assert not Merge.objects.exists()


@pytest.mark.parametrize(("kind", "value"), [("visitor", VISITOR), ("click", "gclid:Cj0")])
def test_who_was_only_a_visit_is_the_person_who_now_says_who_they_are(
    kind: str, value: str, manager: Any
) -> None:
    nobody = LeadFactory(email="", first_name="", last_name="", company=None)
    keys.remember(nobody.pk, kind, value)
    person = fill("one", VISITOR, {"gclid": "Cj0"})
    nobody.refresh_from_db()
    assert nobody.merged_into == person
    assert keys.find(kind, value) == person
    undoing.undo(Merge.objects.get(), manager)
    nobody.refresh_from_db()
    assert nobody.merged_into is None


def test_a_directory_page_pays_once_and_leaves_out_whom_nobody_may_write_to(admin: Any) -> None:
    estimates.seed_prices()
    plan = {"vertical": "dental", "location": "Austin, TX", "prospect_count": 10}
    harvest.stage(CampaignFactory(**plan), limit=10, now=clock.now())
    closed, gone = Lead.objects.exclude(email_key="").order_by("pk")[:2]
    contactability.suppress("domain", closed.email_key.partition("@")[2], "asked")
    shut = contactability.closed(list(Lead.objects.values_list("pk", flat=True)))
    assert closed.pk in shut
    erasing.erase(gone, "Asked", admin)
    people = Lead.objects.count()

    campaign = CampaignFactory(**plan)
    harvest.stage(campaign, limit=10, now=clock.now())
    mine = set(Prospect.objects.filter(campaign=campaign).values_list("lead", flat=True))
    assert not mine & {*shut, gone.pk}
    assert Lead.objects.count() == people
    told = Activity.objects.get(lead=closed, kind="left_out")
    assert "suppression list" in told.summary
    paid = Cost.objects.filter(campaign=campaign, operation="maps_search")
    before = sum((row.units for row in paid), Decimal(0))
    harvest.stage(campaign, limit=10, now=clock.now())
    references = list(Cost.objects.filter(campaign=campaign).values_list("reference", flat=True))
    assert len(references) == len(set(references))
    assert before >= 10
    assert Activity.objects.filter(lead=closed, kind="left_out").count() == 1
