"""Research on screen and in the API: asked for, watched, read with sources; foreign rows stay hidden."""

from typing import Any

import pytest

from campaigns import clock
from campaigns.models import User
from leads.models import Lead, ResearchReport
from leads.services.research import work
from tests.clients import as_person
from tests.factories import CampaignFactory, CompanyFactory, LeadFactory, ProspectFactory
from tests.pages import CAP, committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(rep: User) -> Lead:
    company = CompanyFactory(name="Bright Dental", domain="bright-dental-a1b2.example")
    made: Lead = LeadFactory(owner=rep, team=rep.team, company=company)
    return made


def test_a_rep_has_the_website_read_and_sees_claims_with_their_sources(rep: User, lead: Lead) -> None:
    client, page = signed_in(rep), url("leads:research", lead.pk)
    assert "Read the website" in text(client.get(page))
    asked = client.post(page, headers={"HX-Request": "true"}, follow=True)
    assert 'hx-trigger="every 2s"' in text(asked)
    work.drain(clock.now())
    shown = text(client.get(page))
    assert "Bright Dental is a dental practice" in shown
    assert ('href="https://bright-dental-a1b2.example/' in shown, "Research again" in shown) == (True, True)
    assert 'hx-trigger="every 2s"' not in shown
    firm = text(client.get(url("leads:company_research", lead.company.pk)))
    assert "Research" in firm


def test_a_failed_visit_is_said_in_words(rep: User, lead: Lead) -> None:
    lead.company.domain = "google.com"
    lead.company.save()
    client, page = signed_in(rep), url("leads:research", lead.pk)
    client.post(page)
    work.drain(clock.now())
    assert "OFFLINE_PROVIDERS=0" in text(client.get(page))


def test_without_a_website_the_panel_says_what_to_do(rep: User) -> None:
    lead = LeadFactory(owner=rep, team=rep.team, company=None, email="", email_key="")
    client = signed_in(rep)
    assert "No website is known" in text(client.get(url("leads:research", lead.pk)))
    assert "No website is known" in text(client.post(url("leads:research", lead.pk), follow=True))
    assert not ResearchReport.objects.exists()


def test_many_websites_are_read_after_an_estimate(manager: User, lead: Lead) -> None:
    campaign = CampaignFactory(team=manager.team)
    ProspectFactory(campaign=campaign, lead=lead)
    client = signed_in(manager)
    page = client.get(url("leads:researches"), {"campaign": campaign.pk})
    assert (page.context["estimate"].to_read, "Read 1 website" in text(page)) == (1, True)
    done = client.post(url("leads:researches"), {"campaign": campaign.pk}, follow=True)
    assert "1 website is being read" in text(done)
    assert ResearchReport.objects.get().campaign_id == campaign.pk
    assert client.post(url("leads:researches"), {}).status_code == 422


def test_who_may_not_ask_changes_nothing(
    agent: User, analyst: User, stranger: User, rep: User, lead: Lead
) -> None:
    for person, status in ((agent, 404), (analyst, 403), (stranger, 404)):
        assert signed_in(person).post(url("leads:research", lead.pk)).status_code == status, person
    assert signed_in(rep).post(url("leads:researches"), {"campaign": ""}).status_code in (403, 422)
    assert not ResearchReport.objects.exists()


def test_the_api_asks_once_and_answers_the_newest(rep: User, lead: Lead, stranger: User) -> None:
    client, address = as_person(rep), f"/api/v1/leads/{lead.pk}/research/"
    assert client.get(address).status_code == 404
    first = client.post(address, {})
    assert (first.status_code, first.data["status"]) == (202, "queued")
    work.drain(clock.now())
    found = client.get(address).data
    assert (found["id"], found["status"], found["cost"]) == (first.data["id"], "done", "0.000000")
    assert {"section", "text", "quote", "source", "seen_at", "certainty", "date"} == set(found["claims"][0])
    assert client.post(address, {}).data["id"] == found["id"]
    assert client.post(address, {"again": True}).data["id"] != found["id"]
    assert client.post(address, {"agian": True}).status_code == 400
    assert as_person(stranger).get(address).status_code == 404


def test_the_api_of_a_company_says_nothing_of_its_people(rep: User, lead: Lead) -> None:
    client = as_person(rep)
    client.post(f"/api/v1/leads/{lead.pk}/research/", {})
    assert client.get(f"/api/v1/companies/{lead.company.pk}/research/").status_code == 404
    assert client.post(f"/api/v1/companies/{lead.company.pk}/research/", {}).status_code == 202


def test_a_company_without_website_is_refused_in_words(rep: User) -> None:
    lead: Any = LeadFactory(owner=rep, team=rep.team, company=CompanyFactory(domain=""))
    answer = as_person(rep).post(f"/api/v1/companies/{lead.company.pk}/research/", {})
    assert (answer.status_code, "No website" in str(answer.data)) == (409, True)


def test_the_list_needs_its_committed_number_of_queries(manager: User) -> None:
    for _ in range(8):
        ResearchReport.objects.create(company=CompanyFactory(), requested_by=manager)
    assert queries(manager, url("leads:researches")) == committed("leads:researches") <= CAP
