"""Asking for research: one lead, one company, or everybody of a campaign or segment, after an estimate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns import clock
from campaigns.models import Campaign, User
from campaigns.services import audit, bulk, language
from leads.models import Company, Lead, ResearchReport
from leads.services.entry import normalise
from leads.services.research import model_reader

OPEN = (ResearchReport.Status.QUEUED, ResearchReport.Status.RUNNING)
MOST_AT_ONCE = 5_000
_COLUMNS = ("company_id", "campaign_id", "status", "requested_by_id", "created_at")


class ResearchRefused(Exception):
    """Nothing can be read, or there is no money for it; the message says which."""

    code = "research_refused"
    status = 409


@dataclass(frozen=True)
class Estimate:
    """What research about many people means: websites to read, read lately, and people without one."""

    people: int
    to_read: int
    read_lately: int
    waiting: int
    without_website: int
    cost: Decimal
    reader: str


def for_lead(lead: Lead, by: User | None, *, again: bool = False) -> ResearchReport:
    """Ask about a lead and its company; what is known already, or asked for, is returned instead."""
    if not domain_of(lead.company, lead):
        raise ResearchRefused("No website is known. Add the company's domain or a work e-mail address.")
    about_firm = Q(lead=None, company=lead.company_id) if lead.company_id else Q(pk=None)
    known = ResearchReport.objects.filter(Q(lead=lead) | about_firm)
    payer = Campaign.objects.filter(prospects__lead=lead).exclude(status="archived").order_by("-pk").first()
    return _ask(
        known, again, lead=lead, company=lead.company, campaign_id=payer and payer.pk, requested_by=by
    )


def for_company(company: Company, by: User | None, *, again: bool = False) -> ResearchReport:
    """Ask about a company; what is known already, or asked for, is returned instead."""
    if not domain_of(company):
        raise ResearchRefused("No website is known. Add the company's domain first.")
    known = ResearchReport.objects.filter(company=company, lead=None)
    payers = Campaign.objects.filter(prospects__lead__company=company).exclude(status="archived")
    payer = payers.order_by("-pk").values_list("pk", flat=True).first()
    return _ask(known, again, company=company, campaign_id=payer, requested_by=by)


def estimate(leads: QuerySet[Lead], now: datetime | None = None) -> Estimate:
    """Return what research about these people would read and cost; nothing is asked for yet."""
    now = now or clock.now()
    people = leads.order_by()
    firms = Company.objects.filter(pk__in=people.values("company"))
    with_site = firms.exclude(domain="", website="")
    waiting, lately = with_site.filter(_waiting()), with_site.filter(~_waiting(), _lately(now))
    to_read = min(MOST_AT_ONCE, with_site.count() - waiting.count() - lately.count())
    without = people.filter(Q(company=None) | Q(company__domain="", company__website="")).count()
    price, reader = _price()
    cost = (price * to_read).quantize(Decimal("0.01"), rounding="ROUND_UP")
    return Estimate(people.count(), to_read, lately.count(), waiting.count(), without, cost, reader)


def for_many(leads: QuerySet[Lead], campaign: Campaign | None, by: User | None) -> int:
    """Ask about the companies of these people, each once; return how many websites will be read.

    Refused when the campaign that pays has less left than the estimate says.
    """
    expected = estimate(leads)
    if campaign is not None and expected.cost > campaign.remaining:
        short = expected.cost - campaign.remaining
        raise ResearchRefused(
            f"The budget of {campaign} is short by ${short:,.2f}. Raise it or choose fewer."
        )
    now = clock.now()
    firms = Company.objects.filter(pk__in=leads.order_by().values("company")).exclude(domain="", website="")
    wanted = firms.filter(~_waiting(), ~_lately(now)).order_by("pk").values_list("pk", flat=True)
    return queue(wanted[:MOST_AT_ONCE], campaign, by)


def queue(company_ids: Iterable[int], campaign: Campaign | None, by: User | None) -> int:
    """Put companies into the queue; return how many."""
    now, payer, person = clock.now(), campaign.pk if campaign else None, by.pk if by else None
    rows = [(pk, payer, ResearchReport.Status.QUEUED, person, now) for pk in company_ids]
    with transaction.atomic():
        if rows and campaign:
            audit.record(by, "researched", campaign, after={"websites": len(rows)})
        return bulk.copy_rows(ResearchReport, _COLUMNS, rows) if rows else 0


def _price() -> tuple[Decimal, str]:
    """Return what reading one website costs, and who reads."""
    model = language.current()
    if model.provider == language.OFFLINE:
        return Decimal(0), "offline reader"
    return model_reader.ceiling(model), model.name


def domain_of(company: Company | None, lead: Lead | None = None) -> str:
    """Return the domain whose website tells about a company, or about the firm of a person."""
    own = (company.domain or normalise.site_domain(company.website)) if company else ""
    return own or (normalise.work_domain(lead.email_key) if lead else "")


def _ask(known: QuerySet[ResearchReport], again: bool, **facts: object) -> ResearchReport:
    with transaction.atomic():
        company, lead = facts.get("company"), facts.get("lead")
        if isinstance(company, Company):  # two clicks at once make one request
            Company.objects.select_for_update().get(pk=company.pk)
        elif isinstance(lead, Lead):
            Lead.objects.select_for_update().get(pk=lead.pk)
        open_one = known.filter(status__in=OPEN).first()
        fresh = Q(status=ResearchReport.Status.DONE, finished_at__gt=clock.now() - max_age())
        found = open_one or (None if again else known.filter(fresh).first())
        return found or ResearchReport.objects.create(created_at=clock.now(), **facts)


def max_age() -> timedelta:
    """Return how old a report may be before it is asked for anew."""
    return timedelta(days=settings.RESEARCH_MAX_AGE_DAYS)


def _waiting() -> Exists:
    return Exists(ResearchReport.objects.filter(company=OuterRef("pk"), status__in=OPEN))


def _lately(now: datetime) -> Exists:
    """Whether a company was read within the maximal age, or in vain within a day."""
    done = Q(status=ResearchReport.Status.DONE, finished_at__gt=now - max_age())
    in_vain = Q(status=ResearchReport.Status.FAILED, finished_at__gt=now - timedelta(days=1))
    return Exists(ResearchReport.objects.filter(done | in_vain, company=OuterRef("pk")))
