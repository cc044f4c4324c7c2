"""Leads on their way out: CSV or JSON Lines, streamed, and harmless when opened in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from leads.models import Lead, LeadQuerySet

COLUMNS = (
    "external_id", "first_name", "last_name", "email", "phone", "linkedin_url", "title", "company",
    "company_domain", "employees", "industry", "city", "region", "country", "time_zone", "language", "source",
    "origin", "website_visits", "website_seconds", "pages_per_visit", "budget", "has_appointment",
    "do_not_email", "do_not_call", "lifecycle", "score", "tags",
)  # fmt: skip
FORMATS = ("csv", "jsonl")
#: a cell that starts so is a formula to a spreadsheet (OWASP «CSV injection»)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def lines(leads: LeadQuerySet, form: str) -> Iterator[str]:
    """Yield leads as the lines of a file."""
    if form not in FORMATS:
        raise ValueError(f"The format is one of {', '.join(FORMATS)}.")
    found = leads.select_related("company", "score").order_by("pk").iterator(chunk_size=2000)
    return _json_lines(found) if form == "jsonl" else _csv_lines(found)


def _csv_lines(leads: Iterable[Lead]) -> Iterator[str]:
    yield _csv_line(COLUMNS)
    for lead in leads:
        yield _csv_line([_cell(value) for value in _facts(lead).values()])


def _json_lines(leads: Iterable[Lead]) -> Iterator[str]:
    for lead in leads:
        facts = {key: value for key, value in _facts(lead).items() if value not in (None, "", [])}
        yield json.dumps({**facts, **lead.custom}, default=str, ensure_ascii=False) + "\n"


def _csv_line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([safe(cell) for cell in cells])
    return line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else "" if value is None else value


def _facts(lead: Lead) -> dict[str, Any]:
    company = lead.company
    own = {
        "company": company.name if company else "",
        "company_domain": company.domain if company else "",
        "employees": company.employees if company else None,
        "score": lead.score.value if hasattr(lead, "score") else None,
    }
    return {name: own[name] if name in own else getattr(lead, name) for name in COLUMNS}
