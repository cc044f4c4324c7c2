"""Works off asked-for research: claims rows, visits and reads with no transaction open, writes once."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns import clock
from campaigns.models import Campaign
from campaigns.providers.base import ProviderError
from campaigns.providers.llm import BadAnswer
from campaigns.services import bulk, language
from campaigns.services.ledger import BudgetExceeded
from leads.models import ResearchReport
from leads.services import timeline
from leads.services.research import model_reader, offline_reader, requests, site
from leads.services.research.claims import Claim, believe
from leads.services.research.site import Visit

logger = logging.getLogger(__name__)
Status = ResearchReport.Status
LEASE, TRIES, FIRST_WAIT = timedelta(minutes=3), 4, timedelta(seconds=30)
BROKEN = "Something went wrong on our side; it is in the log. Try again later."


@dataclass(frozen=True)
class Reading:
    """What a reader made of a website."""

    claims: list[Claim]
    cost: Decimal
    reader: str
    note: str = ""


def drain(now: datetime, *, limit: int = 3) -> int:
    """Do up to ``limit`` waiting researches (new ones, or left by a dead worker); return how many."""
    return work_off(waiting(now), now, limit=limit)


def waiting(now: datetime) -> QuerySet[ResearchReport]:
    """Return the rows that are due: a row put back waits until its lease ends."""
    is_due = Q(lease_until=None) | Q(lease_until__lt=now)
    return ResearchReport.objects.filter(is_due, status__in=requests.OPEN).order_by("pk")


def work_off(rows: QuerySet[ResearchReport], now: datetime, *, limit: int) -> int:
    """Claim some of these rows and do them."""
    token, ids = bulk.claim(rows, limit=limit, lease=LEASE, now=now, status=Status.RUNNING)
    for report in ResearchReport.objects.filter(pk__in=ids).select_related("company", "lead__company"):
        _do(report, token)
    return len(ids)


def _do(report: ResearchReport, token: str) -> None:
    try:
        if report.attempts > TRIES:
            raise ProviderError("Gave up: the worker stopped in the middle, four times.", permanent=True)
        if (twin := _twin(report)) is not None:
            changes = {
                name: getattr(twin, name) for name in ("summary", "claims", "pages", "reader", "error")
            }
            _finish(report, token, **changes)
        else:
            _research(report, token)
    except BudgetExceeded as error:
        _fail(report, token, f"{error} Raise the campaign's budget and ask again.")
    except ProviderError as error:
        _fail(report, token, error.message) if error.permanent or report.attempts >= TRIES else _put_back(
            report, token, error
        )
    except Exception:
        logger.exception("research %s failed", report.pk)
        _fail(report, token, BROKEN)


def _research(report: ResearchReport, token: str) -> None:
    domain = requests.domain_of(report.company, report.lead)
    if not domain:
        raise ProviderError("No website is known any more.", permanent=True)
    visit = site.visit(domain)
    reading = _read(visit, report)
    believed = believe(reading.claims, visit.pages)
    left_out = f"{believed.dropped} without proof left out." if believed.dropped else ""
    said = [claim.text for claim in believed.claims if claim.section == "summary"]
    note = " ".join(filter(None, [reading.note, left_out]))
    _finish(
        report, token, claims=believed.as_json(), pages=_pages(visit), reader=reading.reader,
        cost=reading.cost, summary=" ".join(said), error=note[:250],
    )  # fmt: skip


def _read(visit: Visit, report: ResearchReport) -> Reading:
    """Let the model read where somebody pays for it, else the offline reader."""
    person = report.lead.name if report.lead else ""
    campaign = Campaign.objects.filter(pk=report.campaign_id or 0).first()
    if campaign is None or language.current().provider == language.OFFLINE:
        return Reading(offline_reader.read(visit, person), Decimal(0), offline_reader.NAME)
    reference = f"research:{report.pk}:{report.attempts}"
    try:
        return Reading(*model_reader.read(visit, person, campaign, reference))
    except BadAnswer as error:
        cost = language.price(language.current(), error.usage)
        note = "The language model gave no usable answer, so the offline reader read the pages."
        return Reading(offline_reader.read(visit, person), cost, offline_reader.NAME, note)


def _twin(report: ResearchReport) -> ResearchReport | None:
    """Return a report on the same company that was finished after this one was asked for."""
    if report.lead_id or not report.company_id:
        return None
    same = ResearchReport.objects.filter(company=report.company_id, lead=None, status=Status.DONE)
    return same.filter(finished_at__gt=report.created_at).exclude(pk=report.pk).first()


def _pages(visit: Visit) -> list[dict[str, str]]:
    read = [
        {"url": page.url, "title": page.title, "fetched_at": page.fetched_at, "status": "read"}
        for page in visit.pages
    ]
    return [*read, *({"url": url, "title": "", "fetched_at": "", "status": why} for url, why in visit.missed)]


def _finish(report: ResearchReport, token: str, **changes: object) -> None:
    with transaction.atomic():
        if _update(report, token, status=Status.DONE, finished_at=clock.now(), **changes) and report.lead_id:
            said = f"Researched: {len(changes['claims'])} findings with source"  # type: ignore[arg-type]
            timeline.record(report.lead_id, "research", said, key=f"research:{report.pk}")


def _fail(report: ResearchReport, token: str, why: str) -> None:
    _update(report, token, status=Status.FAILED, error=why[:250], finished_at=clock.now())


def _put_back(report: ResearchReport, token: str, error: ProviderError) -> None:
    """Let a row wait: as long as the other side asks, at least longer each time."""
    wait = max(FIRST_WAIT * 2 ** (report.attempts - 1), timedelta(seconds=error.retry_after or 0))
    _update(report, token, status=Status.QUEUED, error=error.message[:250], lease_until=clock.now() + wait)


def _update(report: ResearchReport, token: str, **changes: object) -> bool:
    """Write only while the row is ours: the late worker loses."""
    mine = ResearchReport.objects.filter(pk=report.pk, status=Status.RUNNING, lease_token=token)
    return bool(mine.update(**changes))
