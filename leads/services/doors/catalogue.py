"""What a web form may ask: facts of the person and the company, the house's own fields, and a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leads.models import CustomField
from leads.services.rules import definitions

KEYS = ("email", "phone", "linkedin_url")
MESSAGE = "message"
#: how a browser fills a field by itself (HTML «autocomplete»)
AUTOCOMPLETE = {
    "email": "email", "phone": "tel", "first_name": "given-name", "last_name": "family-name",
    "full_name": "name", "company": "organization", "title": "organization-title", "city": "address-level2",
    "region": "address-level1", "country": "country-name", "company_website": "url",
}  # fmt: skip
_KINDS = {
    "text": "text", "number": "number", "flag": "flag", "date": "date", "choice": "choice", "url": "url",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One field that a form may show: ``kind`` says how it is asked and read, ``most`` its longest answer."""

    key: str
    label: str
    kind: str = "text"
    group: str = "Person"
    most: int = 120
    choices: tuple[str, ...] = ()


_FIXED = (
    Question("email", "E-mail", "email", most=254),
    Question("full_name", "Name", most=160),
    Question("first_name", "First name", most=80),
    Question("last_name", "Last name", most=80),
    Question("phone", "Phone", "phone", most=40),
    Question("title", "Job title"),
    Question("linkedin_url", "LinkedIn profile", "linkedin", most=190),
    Question("city", "City", most=80),
    Question("region", "Region", most=80),
    Question("country", "Country", most=60),
    Question(MESSAGE, "Message", "long", most=4000),
    Question("company", "Company", group="Company", most=160),
    Question("company_website", "Company website", "site", group="Company", most=190),
    Question("company_industry", "Industry", group="Company", most=80),
    Question("employees", "Employees", "whole", group="Company", most=20),
)


def questions() -> dict[str, Question]:
    """Return everything that may be asked, by key, in the order an editor offers it."""
    own = [_own(field) for field in definitions.living().values()]
    return {question.key: question for question in (*_FIXED, *own)}


def chosen(fields: list[dict[str, Any]]) -> list[Question]:
    """Return the questions of a form with its own wording; what no longer exists is left out."""
    known = questions()
    return [_worded(known[field["key"]], field) for field in fields if field.get("key") in known]


def required(fields: list[dict[str, Any]]) -> set[str]:
    """Return the keys a form insists on."""
    return {str(field["key"]) for field in fields if field.get("required")}


def _own(field: CustomField) -> Question:
    choices = tuple(str(choice) for choice in field.choices)
    return Question(
        f"custom.{field.key}", field.label, _KINDS[field.kind], "Own fields", most=2000, choices=choices
    )


def _worded(question: Question, field: Mapping[str, Any]) -> Question:
    label = str(field.get("label") or question.label)[:120]
    return Question(
        question.key, label, question.kind, question.group, most=question.most, choices=question.choices
    )
