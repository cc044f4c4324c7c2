"""The suppression list as people work with it: search, add many at once, lift, and its history."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from campaigns import clock
from campaigns.models import AuditEntry, User
from campaigns.services import audit, bulk, masking
from leads.models import Company, Lead, Suppression
from leads.services import contactability
from leads.services.entry import normalise

Level = Suppression.Level
MOST = 100_000
_NUMBER = re.compile(r"\b[0-9a-f]{32}\b")
_COLUMNS = ("level", "value", "channel", "reason", "evidence", "added_by_id", "added_at")


class Entry(NamedTuple):
    """What shall be left alone: a level and its value."""

    level: str
    value: str


@dataclass(frozen=True)
class Added:
    """How many entries are new, how many stood there already, and which lines say nothing."""

    new: int
    known: int
    unreadable: list[str]


@dataclass(frozen=True)
class Line:
    """One entry of the list as it is shown: ``what`` in words, where it leads, and how it ended."""

    row: Suppression
    what: str
    url: str
    how: str = ""
    lifted_by: str = ""
    lifted_why: str = ""


def read(text: str) -> tuple[list[Entry], list[str]]:
    """Return the addresses, numbers and domains in a text (one a line, or in columns), and the rest."""
    found: dict[Entry, None] = {}
    bad = []
    for line in text.splitlines()[: MOST + 1]:
        cells = [cell.strip().strip("\"'") for cell in re.split(r"[,;\t]", line) if cell.strip()]
        entries = [entry for cell in cells if (entry := _entry(cell))]
        if (
            cells
            and not entries
            and cells[0].lower() not in ("email", "e-mail", "domain", "phone", "address")
        ):
            bad.append(line.strip()[:80])
        found |= dict.fromkeys(entries)
    return list(found), bad


def add(text: str, *, reason: str, by: User, channel: str = "", evidence: str = "") -> Added:
    """Put every address, number and domain of a text on the list, once each."""
    entries, bad = read(text)
    return Added(*put(entries, reason=reason, by=by, channel=channel, evidence=evidence), bad)


def put(
    entries: Sequence[Entry], *, reason: str, by: User, channel: str = "", evidence: str = ""
) -> tuple[int, int]:
    """Put entries on the list; return how many are new and how many stood there. The act is audited."""
    now = clock.now()
    rows = [(*one, channel, reason[:40], evidence, by.pk, now) for one in entries]
    with transaction.atomic():
        new = bulk.insert_ignore(Suppression, _COLUMNS, rows) if rows else []
        for row in Suppression.objects.filter(pk__in=[pk for (pk,) in new[:1]]):
            audit.record(by, "suppress", row, reason=evidence, after={"entries": len(new)})
    return len(new), len(entries) - len(new)


def search(
    words: str = "", *, level: str = "", channel: str = "", state: str = "on"
) -> QuerySet[Suppression]:
    """Return entries whose value holds the words; ``state``: on, lifted or all."""
    found = Suppression.objects.select_related("added_by")
    if state != "all":
        found = found.filter(lifted_at__isnull=state != "lifted")
    if level in Level.values:
        found = found.filter(level=level)
    if channel:
        found = found.filter(channel="" if channel == "every" else channel)
    key = normalise.email_key(words) or normalise.phone(words) or words.strip().lower()
    return found.filter(value__icontains=key[:120]) if key else found


def lines(rows: Sequence[Suppression], viewer: User) -> list[Line]:
    """Return entries in words, in a fixed number of statements; who may not see a person reads no name."""
    people = _names(Lead.objects.visible_to(viewer), _ids(rows, Level.PERSON))
    companies = _names(Company.objects.visible_to(viewer), _ids(rows, Level.COMPANY))
    ends = _ends([row.pk for row in rows if row.lifted_at])
    return [_line(row, people, companies, ends, viewer) for row in rows]


def of_company(company: Company) -> dict[str, Suppression]:
    """Return the standing entries of a company: ``company`` and ``domain``."""
    wanted = {Level.COMPANY: f"company:{company.pk}", Level.DOMAIN: company.domain}
    rows = Suppression.objects.filter(value__in=[v for v in wanted.values() if v], lifted_at=None, channel="")
    return {str(row.level): row for row in rows if wanted.get(Level(row.level)) == row.value}


def block_company(company: Company, level: str, reason: str, evidence: str, by: User) -> bool:
    """Leave a whole company or everybody at its domain alone; return whether that is news."""
    value = company.domain if level == Level.DOMAIN else f"company:{company.pk}"
    if not value:
        return False
    new, _ = put([Entry(level, value)], reason=reason, by=by, evidence=evidence)
    return bool(new)


def lift(row: Suppression, by: User, reason: str) -> bool:
    """Take an entry off the list; who, when and why stay written down."""
    return contactability.lift(row, by, reason)


def _entry(text: str) -> Entry | None:
    text = text.partition("<")[2].partition(">")[0] or text
    if key := normalise.email_key(text):
        return Entry(Level.ADDRESS, key)
    if re.fullmatch(r"\+?[\d\s().\-/]{7,}", text) and (number := normalise.phone(text)):
        return Entry(Level.ADDRESS, number)
    domain = normalise.site_domain(text.lstrip("@*."))
    is_one = (
        domain
        and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain)
        and not domain.replace(".", "").isdigit()
    )
    return Entry(Level.DOMAIN, domain) if is_one else None


def _how(evidence: str) -> str:
    """Return the proof without the numbers of machines: they are kept, but say nothing to people."""
    words = _NUMBER.sub(" ", evidence).replace("_", " ") if _NUMBER.search(evidence) else evidence
    return re.sub(r"\s*:\s*|\s{2,}", " ", words).strip() if words is not evidence else evidence


def _ids(rows: Iterable[Suppression], level: str) -> list[int]:
    values = (row.value.partition(":")[2] for row in rows if row.level == level)
    return [int(value) for value in values if value.isdigit()]


def _names(visible: QuerySet[Lead] | QuerySet[Company], ids: list[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in visible.filter(pk__in=ids)} if ids else {}


def _ends(ids: list[int]) -> dict[int, AuditEntry]:
    """Return for lifted entries who lifted them and why."""
    about = AuditEntry.objects.filter(object_type="leads.suppression", verb="lift", object_id__in=ids)
    return {entry.object_id: entry for entry in about.select_related("actor").order_by("id")} if ids else {}


def _line(
    row: Suppression,
    people: dict[int, str],
    companies: dict[int, str],
    ends: dict[int, AuditEntry],
    viewer: User,
) -> Line:
    number = row.value.partition(":")[2]
    end = ends.get(row.pk)
    what, url = masking.shown_to(viewer, row.value) if row.level == Level.ADDRESS else row.value, ""
    if row.level in (Level.PERSON, Level.COMPANY) and number.isdigit():
        names, place = (people, "leads") if row.level == Level.PERSON else (companies, "companies")
        what = names.get(int(number), f"Somebody else's {'lead' if place == 'leads' else 'company'}")
        url = f"/{place}/{number}/" if int(number) in names else ""
    return Line(
        row, what, url, _how(row.evidence), str(end.actor or "") if end else "", end.reason if end else ""
    )
