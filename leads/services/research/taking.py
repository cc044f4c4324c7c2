"""Takes a number or profile that a firm publishes over into its facts, with the page it stands on."""

from typing import Any

from campaigns.models import User
from campaigns.services import audit
from leads.models import Company, ResearchReport
from leads.services.entry import normalise
from leads.services.known import firm

PROFILE = "linkedin.com/company/"


class NotTaken(Exception):
    """A claim that cannot be taken over; the message says why."""


def field_of(text: str) -> str:
    """Return the fact of a company that a published contact is; blank when there is no place for it."""
    if PROFILE in text.lower():
        return "linkedin_url"
    return "" if "@" in text or "://" in text else "phone"


def offered(company: Company, report: ResearchReport) -> set[str]:
    """Return the published contacts that an empty fact of the company waits for."""
    if report.company_id != company.pk:
        return set()
    found = {str(one.get("text")) for one in report.claims if one.get("section") == "contact"}
    return {text for text in found if (field := field_of(text)) and not getattr(company, field)}


def take(company: Company, report: ResearchReport, text: str, by: User) -> str:
    """Write a published number or profile into an empty fact of the company; return the fact's name."""
    field, claim = field_of(text), _claim(report, text)
    if claim is None or not field:
        raise NotTaken("This is not a number or profile that the report found.")
    if getattr(company, field):
        raise NotTaken("The company has one already. Change it on its page.")
    value = text if field != "phone" else normalise.phone(text, company.country)
    if not value:
        raise NotTaken("This number cannot be dialled as it stands. Type it on the company's page, with +.")
    firm.change(company, {field: value}, version=company.version, by=by)
    audit.record(by, "taken over", company, reason=str(claim["source"])[:250], after={field: value})
    return field


def _claim(report: ResearchReport, text: str) -> dict[str, Any] | None:
    wanted = (one for one in report.claims if one.get("section") == "contact" and one.get("text") == text)
    return next(wanted, None)
