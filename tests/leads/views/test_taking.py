"""A published number or profile is taken over into the company's facts, with its page in the log."""

import pytest

from campaigns.models import AuditEntry, User
from leads.models import Company, ResearchReport
from tests.factories import CompanyFactory, LeadFactory
from tests.pages import signed_in, text, url

pytestmark = pytest.mark.django_db
PAGE = "https://bright.example/contact"
PROFILE = "https://www.linkedin.com/company/bright"


@pytest.fixture
def report(rep: User) -> ResearchReport:
    firm = CompanyFactory(name="Bright", phone="", linkedin_url="", country="US")
    LeadFactory(owner=rep, team=rep.team, company=firm)
    found = ("+1 512 555 0142", PROFILE, "info@bright.example")
    claims = [{"section": "contact", "text": one, "quote": one, "source": PAGE} for one in found]
    return ResearchReport.objects.create(company=firm, status="done", claims=claims)


def take(user: User, report: ResearchReport, words: str) -> int:
    form = {"report": report.pk, "text": words}
    return signed_in(user).post(url("leads:take_over", report.company_id), form).status_code


def test_a_published_number_and_profile_become_facts(rep: User, report: ResearchReport) -> None:
    page = text(signed_in(rep).get(url("leads:company_research", report.company_id)))
    assert page.count("Take over into Bright") == 2

    for words in ("+1 512 555 0142", PROFILE):
        take(rep, report, words)

    firm = Company.objects.get(pk=report.company_id)
    assert (firm.phone, firm.linkedin_url) == ("+15125550142", PROFILE)
    logged = AuditEntry.objects.filter(verb="taken over").values_list("actor", "reason")
    assert list(logged) == [(rep.pk, PAGE)] * 2
    assert "Take over" not in text(signed_in(rep).get(url("leads:company_research", firm.pk)))


@pytest.mark.parametrize("words", ["+1 512 555 9999", "info@bright.example", "", "https://evil.example"])
def test_what_the_report_did_not_find_is_not_taken(words: str, rep: User, report: ResearchReport) -> None:
    take(rep, report, words)
    firm = Company.objects.get(pk=report.company_id)
    assert (firm.phone, firm.linkedin_url, firm.version) == ("", "", 1)


def test_a_known_number_is_not_overwritten(rep: User, report: ResearchReport) -> None:
    Company.objects.filter(pk=report.company_id).update(phone="+15125550100")
    take(rep, report, "+1 512 555 0142")
    assert Company.objects.get(pk=report.company_id).phone == "+15125550100"


def test_strangers_and_analysts_take_nothing(stranger: User, analyst: User, report: ResearchReport) -> None:
    assert [take(user, report, PROFILE) for user in (stranger, analyst)] == [404, 403]
    assert Company.objects.get(pk=report.company_id).linkedin_url == ""
