"""Research as rows of work: asked for once, done once, paid for once, and honest when it fails."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from campaigns import clock
from campaigns.models import Cost, User
from campaigns.providers.base import ProviderError
from campaigns.providers.llm import Answer, BadAnswer, Usage
from campaigns.services import language
from leads.models import Activity, Company, Lead, ResearchReport
from leads.services.research import reports, requests, site, stages, work
from leads.services.research.model_reader import Finding, Findings
from leads.services.research.requests import ResearchRefused
from tests.factories import CampaignFactory, CompanyFactory, LeadFactory, ProspectFactory

pytestmark = pytest.mark.django_db


def drain() -> int:
    return work.drain(clock.now())


@pytest.fixture
def company() -> Company:
    return CompanyFactory(name="Bright Dental", domain="bright-dental-a1b2.example")


@pytest.fixture
def lead(company: Company) -> Lead:
    return LeadFactory(first_name="Elena", last_name="Vasquez", company=company)


class Scripted:
    """A model that answers as told and remembers the questions."""

    model, is_simulated = "scripted", False

    def __init__(self, *script: Any) -> None:
        self.script, self.asked = list(script), []

    def ask(self, prompt: Any, shape: Any, *, check: Any = None, max_tokens: int = 0) -> Any:
        self.asked.append(prompt)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return Answer(step, Usage(4_000, 500), self.model)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[..., Scripted]:
    """Put a scripted model with a key behind the door."""
    language.seed_models()
    settings.LLM_KEYS = {"cerebras": "k"}

    def scripted(*script: Any) -> Scripted:
        made = Scripted(*script)
        monkeypatch.setattr(language, "door_to", lambda model: made)
        return made

    return scripted


def test_a_report_has_claims_with_source_quote_and_age_and_costs_nothing_offline(
    lead: Lead, rep: User
) -> None:
    asked = requests.for_lead(lead, rep)
    assert drain() == 1
    asked.refresh_from_db()
    assert (asked.status, asked.reader, asked.cost, asked.error) == ("done", "offline reader", 0, "")
    assert asked.summary.startswith("Bright Dental is a dental practice")
    assert {one["section"] for one in asked.claims} >= {"summary", "pain_points", "buying_signals", "news"}
    pages = {page["url"] for page in asked.pages}
    assert all(one["source"] in pages and one["quote"] and one["seen_at"] for one in asked.claims)
    assert Activity.objects.get(lead=lead, kind="research").summary.startswith("Researched:")
    assert Cost.objects.count() == 0


def test_asking_twice_makes_one_row_and_asking_again_a_new_one(lead: Lead, rep: User) -> None:
    first = requests.for_lead(lead, rep)
    assert requests.for_lead(lead, rep) == first
    drain()
    assert requests.for_lead(lead, rep) == first
    assert requests.for_lead(lead, rep, again=True) != first


def test_an_old_report_is_asked_for_anew(lead: Lead, rep: User) -> None:
    first = requests.for_lead(lead, rep)
    drain()
    with clock.at(clock.now() + timedelta(days=31)):
        assert reports.shown(reports.of_lead(lead)).is_old
        assert requests.for_lead(lead, rep) != first


def test_without_a_website_nothing_is_asked_for() -> None:
    lead = LeadFactory(company=None, email="ann@gmail.com", email_key="ann@gmail.com")
    with pytest.raises(ResearchRefused, match="No website"):
        requests.for_lead(lead, None)


def test_a_work_address_tells_the_website_of_somebody_without_company() -> None:
    lead = LeadFactory(company=None, email="ann@bright-law-1.example", email_key="ann@bright-law-1.example")
    requests.for_lead(lead, None)
    drain()
    assert "law firm" in reports.of_lead(lead).get().summary


def test_a_second_report_on_a_company_takes_the_first_over(company: Company) -> None:
    requests.queue([company.pk, company.pk], None, None)
    drain()
    first, second = ResearchReport.objects.order_by("pk")
    assert (second.status, second.claims) == ("done", first.claims)


def test_a_real_website_is_not_invented_offline(rep: User) -> None:
    asked = requests.for_company(CompanyFactory(domain="google.com"), rep)
    drain()
    asked.refresh_from_db()
    assert (asked.status, "OFFLINE_PROVIDERS=0" in asked.error) == ("failed", True)


def test_trouble_that_may_pass_is_tried_again_later_and_given_up_in_the_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(domain: str) -> None:
        raise ProviderError("The website did not answer in time.", retry_after=500.0)

    monkeypatch.setattr(site, "visit", broken)
    asked, now = requests.for_company(company, None), clock.now()
    for attempt in range(1, 5):
        with clock.at(now + timedelta(hours=attempt)):
            assert drain() == 1
            assert drain() == 0
    asked.refresh_from_db()
    assert (asked.status, asked.attempts) == ("failed", 4)
    assert asked.error == "The website did not answer in time."


def test_a_row_of_a_dead_worker_is_taken_up_and_the_late_one_loses(company: Company) -> None:
    asked, now = requests.for_company(company, None), clock.now()
    ResearchReport.objects.update(
        status="running", lease_token="dead", lease_until=now + timedelta(minutes=1)
    )
    assert drain() == 0
    with clock.at(now + timedelta(minutes=2)):
        assert drain() == 1
    work._fail(asked, "dead", "too late")
    asked.refresh_from_db()
    assert asked.status == "done"


def test_the_model_is_paid_by_the_campaign_and_believed_only_with_proof(
    lead: Lead, rep: User, model: Callable[..., Scripted]
) -> None:
    campaign = ProspectFactory(lead=lead, campaign=CampaignFactory(budget=5)).campaign
    home = "https://bright-dental-a1b2.example/"
    quote = site.visit("bright-dental-a1b2.example").pages[0].description
    good = Finding(section="summary", text="A dental practice.", page=1, quote=quote, certainty="high")
    bad = good.model_copy(update={"quote": "They are for sale.", "section": "buying_signals"})
    door = model(Findings(findings=[good, bad]))
    asked = requests.for_lead(lead, rep)
    drain()
    asked.refresh_from_db()
    texts = [
        (one["text"], one["source"])
        for one in asked.claims
        if one["section"] in ("summary", "buying_signals")
    ]
    assert texts == [("A dental practice.", home)]
    assert (asked.reader, asked.error) == ("cerebras/scripted", "1 without proof left out.")
    cost = Cost.objects.get(campaign=campaign)
    assert (cost.operation, cost.amount, asked.cost) == ("research", asked.cost, Decimal("0.001775"))
    campaign.refresh_from_db()
    assert (campaign.spent, campaign.held) == (cost.amount, 0)
    assert "Elena Vasquez" in door.asked[0].user


def test_an_answer_of_no_use_is_paid_and_the_offline_reader_steps_in(
    lead: Lead, rep: User, model: Callable[..., Scripted]
) -> None:
    ProspectFactory(lead=lead)
    model(BadAnswer("prose", Usage(1_000, 100)))
    asked = requests.for_lead(lead, rep)
    drain()
    asked.refresh_from_db()
    assert (asked.status, asked.reader) == ("done", "offline reader")
    assert asked.cost == Cost.objects.get().amount > 0
    assert "offline reader read the pages" in asked.error


def test_without_budget_the_research_fails_in_words_and_nothing_is_spent(
    lead: Lead, rep: User, model: Callable[..., Scripted]
) -> None:
    ProspectFactory(lead=lead, campaign=CampaignFactory(budget=0))
    door = model()
    asked = requests.for_lead(lead, rep)
    drain()
    asked.refresh_from_db()
    assert (asked.status, door.asked, Cost.objects.count()) == ("failed", [], 0)
    assert "budget" in asked.error


def test_many_are_estimated_first_and_each_company_is_read_once(
    company: Company, rep: User, model: Callable[..., Scripted]
) -> None:
    model()
    campaign = CampaignFactory(budget=Decimal("0.001"))
    for lead in [
        *LeadFactory.create_batch(3, company=company),
        *LeadFactory.create_batch(2),
        LeadFactory(company=None),
    ]:
        ProspectFactory(campaign=campaign, lead=lead)
    people = Lead.objects.filter(prospects__campaign=campaign)
    found = requests.estimate(people)
    assert (found.people, found.to_read, found.without_website, found.cost > 0) == (6, 3, 1, True)
    with pytest.raises(ResearchRefused, match="short by"):
        requests.for_many(people, campaign, rep)
    type(campaign).objects.filter(pk=campaign.pk).update(budget=100)
    campaign.refresh_from_db()
    assert requests.for_many(people, campaign, rep) == 3
    assert requests.for_many(people, campaign, rep) == 0
    assert requests.estimate(people).waiting == 3


def test_the_stage_reads_the_websites_of_those_who_qualified(company: Company) -> None:
    campaign = CampaignFactory()
    ProspectFactory(campaign=campaign, lead=LeadFactory(company=company), stage="qualified")
    ProspectFactory(
        campaign=campaign, lead=LeadFactory(company=CompanyFactory(domain="google.com")), stage="qualified"
    )
    ProspectFactory(campaign=campaign, stage="rejected")
    first = stages.stage(campaign, limit=50, now=clock.now())
    assert (first.done, first.failed, first.left) == (1, 1, 0)
    again = stages.stage(campaign, limit=50, now=clock.now())
    assert (again.done, again.failed, again.left) == (0, 0, 0)


def test_claims_for_many_leads_take_two_statements(company: Company, django_assert_num_queries: Any) -> None:
    leads = LeadFactory.create_batch(5, company=company)
    own = requests.for_lead(leads[0], None)
    drain()
    requests.for_company(company, None, again=True)
    drain()
    ResearchReport.objects.filter(pk=own.pk).update(claims=[{"section": "person", "text": "own"}])
    with django_assert_num_queries(2):
        found = reports.claims_for([lead.pk for lead in leads])
    assert found[leads[0].pk] == [{"section": "person", "text": "own"}]
    assert found[leads[1].pk] == found[leads[4].pk] != []
    assert not any(one["section"] == "contact" for one in found[leads[1].pk])
    with clock.at(clock.now() + timedelta(days=40)):
        assert reports.claims_for([leads[0].pk]) == {leads[0].pk: []}


def test_a_website_is_visited_once_a_day_however_many_ask(httpserver: HTTPServer, settings: Any) -> None:
    settings.WEB_SANDBOX = {"firm.example": f"{httpserver.host}:{httpserver.port}"}
    links = "<a href=/about>About</a><a href=/gone>Team</a><a href=https://other.example/about>About</a>"
    home = f"{links}<p>We are a firm."
    for missing in ("/robots.txt", "/gone"):
        httpserver.expect_request(missing).respond_with_data("", 404)
    httpserver.expect_request("/").respond_with_data(home, content_type="text/html")
    httpserver.expect_request("/about").respond_with_data(
        "<p>Founded long ago by Ann.", content_type="text/html"
    )
    first = site.visit("firm.example")
    assert [page.kind for page in first.pages] == ["home", "about"]
    assert first.missed == (("http://firm.example/gone", "The website refused (404): Not Found"),)
    seen = len(httpserver.log)
    assert site.visit("firm.example") == first
    assert len(httpserver.log) == seen == 4


def test_a_sandbox_may_stand_on_this_machine_only(settings: Any) -> None:
    settings.WEB_SANDBOX = {"firm.example": "10.0.0.5:80"}
    with pytest.raises(ValueError, match="this machine only"):
        site.door()
