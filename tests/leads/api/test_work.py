"""Companies, segments, tasks and deals through the API."""

from decimal import Decimal

import pytest

from campaigns.models import Revenue, User
from leads.models import Company, Deal, Segment, Task
from tests.clients import as_person
from tests.factories import (
    CampaignFactory,
    CompanyFactory,
    DealFactory,
    LeadFactory,
    SegmentFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db
API = "/api/v1"
CEOS = {"field": "title", "op": "eq", "value": "ceo"}


def test_a_company_is_read_and_changed(rep: User) -> None:
    company = CompanyFactory(name="Corp")
    client, path = as_person(rep), f"{API}/companies/{company.pk}/"
    assert client.patch(path, {"name": "ACME Inc."}).status_code == 400
    changed = client.patch(path, {"name": "ACME Inc.", "employees": 40, "version": 1})
    assert (changed.json()["employees"], changed["ETag"]) == (40, '"2"')
    assert client.patch(path, {"city": "Austin"}, headers={"If-Match": '"1"'}).status_code == 409
    assert client.patch(path, {"city": "Austin"}, headers={"If-Match": '"2"'}).json()["city"] == "Austin"
    assert Company.objects.get().name_key == "acme"
    assert client.patch(path, {"domain": "x.example", "version": 3}).status_code == 400
    assert client.delete(path).status_code in (403, 405)


def test_segments_are_saved_counted_and_kept_apart(rep: User, other_rep: User) -> None:
    LeadFactory(owner=rep, title="CEO")
    LeadFactory(title="CEO")
    client = as_person(rep)
    made = client.post(f"{API}/segments/", {"name": "Bosses", "criteria": CEOS, "is_shared": False}).json()
    assert made["sentence"] == "job title is «ceo»"
    path = f"{API}/segments/{made['id']}/"
    assert client.get(f"{path}count/").json() == {"count": 1}
    assert client.post(f"{API}/segments/count/", {"criteria": {}}).json() == {"count": 1}
    assert as_person(other_rep).get(path).status_code == 404
    assert client.post(f"{API}/segments/", {"name": "Bad", "criteria": {"field": "x"}}).status_code == 400
    assert Segment.objects.get().owner == rep


def test_a_shared_segment_is_changed_by_its_owner_and_managers_only(
    rep: User, other_rep: User, manager: User
) -> None:
    path = f"{API}/segments/{SegmentFactory(owner=rep).pk}/"
    assert as_person(other_rep).get(path).status_code == 200
    assert as_person(other_rep).patch(path, {"name": "Mine"}).status_code == 404
    assert as_person(manager).patch(path, {"name": "Ours"}).status_code == 200


def test_tasks_are_added_for_visible_leads_and_ticked_off(rep: User, stranger: User) -> None:
    lead = LeadFactory(owner=rep)
    client = as_person(rep)
    made = client.post(f"{API}/tasks/", {"lead": lead.pk, "title": "Call"}).json()
    assert made["owner"] == rep.pk
    assert client.post(f"{API}/tasks/{made['id']}/complete/").json()["status"] == "done"
    assert as_person(stranger).post(f"{API}/tasks/", {"lead": lead.pk, "title": "Call"}).status_code == 400
    assert as_person(stranger).get(f"{API}/tasks/{made['id']}/").status_code == 404
    assert client.patch(f"{API}/tasks/{TaskFactory(lead=lead).pk}/", {"status": "done"}).status_code == 400
    assert Task.objects.count() == 2


def test_a_deal_is_opened_moved_and_won(rep: User) -> None:
    lead, client = LeadFactory(owner=rep), as_person(rep)
    deal = client.post(f"{API}/deals/", {"lead": lead.pk, "value": "500.00"}).json()
    path = f"{API}/deals/{deal['id']}/"
    assert client.post(f"{API}/deals/", {"lead": lead.pk, "value": "9"}).json() == deal
    assert client.post(f"{path}move/", {"stage": "proposal"}).json()["stage"] == "proposal"
    assert client.post(f"{path}move/", {"stage": "nonsense"}).status_code == 409
    assert client.post(f"{path}win/", {"value": "650"}).json()["stage"] == "won"
    assert client.post(f"{path}lose/", {"reason": "late"}).status_code == 409
    assert Revenue.objects.get().amount == Decimal("650")


def test_no_deal_books_its_money_in_a_foreign_campaign(rep: User, stranger: User) -> None:
    lead, campaign = LeadFactory(owner=rep), CampaignFactory(team=stranger.team)
    answer = as_person(rep).post(f"{API}/deals/", {"lead": lead.pk, "campaign": campaign.pk, "value": "9"})
    assert (answer.status_code, Deal.objects.count()) == (400, 0)


def test_tasks_are_given_to_colleagues_only(rep: User, other_rep: User, stranger: User) -> None:
    client, lead = as_person(rep), LeadFactory(owner=rep)
    bodies = [{"lead": lead.pk, "title": "Call", "owner": user.pk} for user in (other_rep, stranger)]
    assert [client.post(f"{API}/tasks/", body).status_code for body in bodies] == [201, 400]


def test_companies_of_foreign_people_are_not_there(
    rep: User, stranger: User, partner: User, analyst: User
) -> None:
    mine, theirs = LeadFactory(owner=rep), LeadFactory(owner=stranger, team=stranger.team)
    empty = CompanyFactory(phone="+15125550100")
    for user, right in ((rep, {mine.company_id, empty.pk}), (partner, set())):
        seen = as_person(user).get(f"{API}/companies/").json()["results"]
        assert {row["id"] for row in seen} == right
    assert as_person(rep).get(f"{API}/companies/{theirs.company_id}/").status_code == 404
    assert "5550100" not in as_person(analyst).get(f"{API}/companies/{empty.pk}/").content.decode()


def test_managers_leave_the_segments_of_other_teams_alone(manager: User, stranger: User) -> None:
    path = f"{API}/segments/{SegmentFactory(owner=stranger).pk}/"
    client = as_person(manager)
    assert client.get(path).status_code == 200
    assert (client.patch(path, {"name": "Ours"}).status_code, client.delete(path).status_code) == (404, 404)


def test_foreign_deals_are_not_there(stranger: User) -> None:
    deal = DealFactory()
    assert as_person(stranger).get(f"{API}/deals/{deal.pk}/").status_code == 404
    assert as_person(stranger).post(f"{API}/deals/{deal.pk}/win/", {}).status_code == 404
