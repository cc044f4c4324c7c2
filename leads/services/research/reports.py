"""What others see of research: the newest report in sections, with sources and age; claims for messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime

from campaigns import clock
from leads.models import Company, Lead, ResearchReport
from leads.models.report import ReportQuerySet
from leads.services.research import requests
from leads.services.research.claims import SECTIONS

WORDS = {"high": "said outright", "medium": "likely", "low": "possible"}
TONES = {"high": "fern", "medium": "indigo", "low": "weld"}


@dataclass(frozen=True)
class Shown:
    """The newest finished report, and what became of the newest request."""

    report: ResearchReport | None
    waiting: ResearchReport | None
    failed: ResearchReport | None
    sections: list[tuple[str, str, list[dict[str, Any]]]]
    is_old: bool


def of_lead(lead: Lead) -> ReportQuerySet:
    """Return the reports that tell about a person: their own and those on their company."""
    about_firm = Q(lead=None, company=lead.company_id) if lead.company_id else Q(pk=None)
    return ResearchReport.objects.filter(Q(lead=lead) | about_firm)


def of_company(company: Company) -> ReportQuerySet:
    """Return the reports on a company (also those asked for by way of a person, without the person)."""
    return ResearchReport.objects.filter(company=company)


def shown(reports: ReportQuerySet, *, with_person: bool = True) -> Shown:
    """Return what a panel shows."""
    newest = reports.order_by("-pk").first()
    done = reports.filter(status=ResearchReport.Status.DONE).order_by("-finished_at").first()
    is_open = newest is not None and newest.status in requests.OPEN
    has_failed = newest is not None and newest.status == ResearchReport.Status.FAILED
    finished = done.finished_at if done else None
    return Shown(
        done, newest if is_open else None, newest if has_failed else None,
        sections(done, with_person=with_person) if done else [],
        bool(finished and finished < clock.now() - requests.max_age()),
    )  # fmt: skip


def sections(
    report: ResearchReport, *, with_person: bool = True
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return (section, heading, claims) of a report; sections without claims are left out."""
    wanted = [code for code in SECTIONS if with_person or code != "person"]
    grouped = {code: [_ready(one) for one in report.claims if one.get("section") == code] for code in wanted}
    return [(code, SECTIONS[code], claims) for code, claims in grouped.items() if claims]


def claims_for(lead_ids: Sequence[int], now: datetime | None = None) -> dict[int, list[dict[str, Any]]]:
    """Return the claims that may be used in a message to each lead: fresh, with source; set-wise.

    Two statements for any number of leads. A report on the person comes before one on the company; reports
    older than RESEARCH_MAX_AGE_DAYS are left out, as are published addresses.
    """
    firms = dict(Lead.objects.filter(pk__in=lead_ids).values_list("pk", "company_id"))
    fresh = ResearchReport.objects.filter(
        Q(lead__in=firms) | Q(lead=None, company__in={firm for firm in firms.values() if firm}),
        status=ResearchReport.Status.DONE, finished_at__gt=(now or clock.now()) - requests.max_age(),
    )  # fmt: skip
    by_lead: dict[int, list[Any]] = {}
    by_firm: dict[int, list[Any]] = {}
    for lead_id, firm_id, claims in fresh.order_by("finished_at").values_list("lead", "company", "claims"):
        if lead_id:
            by_lead[lead_id] = claims
        else:
            by_firm[firm_id] = claims
    found = {pk: by_lead.get(pk) or by_firm.get(firm or 0) or [] for pk, firm in firms.items()}
    return {pk: [one for one in claims if one.get("section") != "contact"] for pk, claims in found.items()}


def _ready(claim: dict[str, Any]) -> dict[str, Any]:
    """Return a claim with its times as moments and its certainty in words."""
    source = str(claim.get("source", ""))
    return {
        **claim,
        "seen_at": parse_datetime(claim.get("seen_at") or "") if claim.get("seen_at") else None,
        "date": parse_date(claim.get("date") or "") if claim.get("date") else None,
        "place": source.partition("://")[2].rstrip("/") or source,
        "word": WORDS.get(claim.get("certainty", ""), "likely"),
        "tone": TONES.get(claim.get("certainty", ""), "ink"),
    }
