"""The timeline as it is read: of one person or a whole company, filtered, searched, by page, as a file."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaigns.models import Campaign, User
from campaigns.services import masking
from leads.models import Activity, Lead
from leads.services.transfer.exports import safe

SIZE = 40
WHO = {"person": "Colleagues", "lead": "The person", "system": "Decisions of the system"}
#: what the person did themselves
THEIRS = ("replied", "opened", "clicked", "answered_call", "visited", "form", "chat", "unsubscribed")
COLUMNS = ("occurred_at", "channel", "kind", "summary", "by", "campaign", "lead", "text")
_WORDS = ("text", "words", "quote")


@dataclass(frozen=True)
class Asked:
    """What to show of a timeline; empty means everything."""

    channel: str = ""
    kind: str = ""
    who: str = ""
    campaign: int | None = None
    words: str = ""
    after: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether something is left out."""
        return bool(self.channel or self.kind or self.who or self.campaign or self.words)


@dataclass(frozen=True)
class Page:
    """Some entries by day, newest first, with the cursor of the older ones."""

    days: list[tuple[date, list[Activity]]]
    after: str
    campaigns: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shares:
    """How many entries a timeline has by channel and by kind, the busiest first."""

    channels: list[tuple[str, int]]
    kinds: list[tuple[str, int]]
    total: int


def of_lead(lead: Lead) -> QuerySet[Activity]:
    """Return everything that happened with a person."""
    return _with_names(Activity.objects.filter(lead=lead))


def of_leads(leads: QuerySet[Lead]) -> QuerySet[Activity]:
    """Return everything that happened with some people (of a company), each with its person."""
    return _with_names(Activity.objects.filter(lead__in=leads.order_by().values("pk"))).select_related("lead")


def chosen(rows: QuerySet[Activity], asked: Asked) -> QuerySet[Activity]:
    """Return the entries that were asked for."""
    if asked.channel:
        rows = rows.filter(channel=asked.channel)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.campaign:
        rows = rows.filter(campaign_id=asked.campaign)
    if asked.who == "person":
        rows = rows.exclude(actor=None)
    elif asked.who == "lead":
        rows = rows.filter(kind__in=THEIRS)
    elif asked.who == "system":
        rows = rows.filter(actor=None, channel="system")
    for word in asked.words.split()[:6]:
        rows = rows.filter(Q(summary__icontains=word) | Q(data__text__icontains=word))
    return rows


def page(rows: QuerySet[Activity], after: str = "", size: int = SIZE) -> Page:
    """Return one page by key, newest first; a cursor somebody typed starts at the top."""
    found = list(_beyond(rows, after).order_by("-occurred_at", "-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    cursor = f"{found[-1].occurred_at.isoformat()}~{found[-1].pk}" if more else ""
    names = {row.campaign_id: row.campaign_name for row in found if row.campaign_id}  # type: ignore[attr-defined]
    return Page(_by_day(found), cursor, {pk: name for pk, name in names.items() if pk and name})


def shown_to(viewer: User, found: Page) -> Page:
    """Return a page with the addresses in it as the viewer may see them."""
    for row in (row for _, entries in found.days for row in entries):
        row.summary, row.data = masking.text_for(viewer, row.summary), masking.inside(viewer, row.data)
    return found


def shares(rows: QuerySet[Activity]) -> Shares:
    """Count a timeline's entries by channel and kind, in one statement."""
    counted = rows.order_by().values_list("channel", "kind").annotate(number=Count("pk"))
    channels: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for channel, kind, number in counted.values_list("channel", "kind", "number"):
        channels[channel] = channels.get(channel, 0) + number
        kinds[kind] = kinds.get(kind, 0) + number
    return Shares(_busiest(channels), _busiest(kinds), sum(channels.values()))


def words_of(row: Activity) -> str:
    """Return the words that came with an entry: what was written, said or noted."""
    return next((str(row.data[name]) for name in _WORDS if (row.data or {}).get(name)), "")


def lines(rows: QuerySet[Activity], form: str, viewer: User) -> Iterator[str]:
    """Yield a timeline as the lines of a CSV file or of JSON Lines, oldest first; addresses masked."""
    if form not in ("csv", "json"):
        raise ValueError("The format is csv or json.")
    ordered = rows.select_related("lead").order_by("occurred_at", "pk").iterator(chunk_size=1000)
    if form == "csv":
        yield _csv(COLUMNS)
    for row in ordered:
        facts = _facts(row, viewer)
        yield _csv([safe(cell) for cell in facts.values()]) if form == "csv" else json.dumps(facts) + "\n"


def _facts(row: Activity, viewer: User) -> dict[str, Any]:
    campaign = row.campaign_name or ""  # type: ignore[attr-defined]
    shown = (masking.text_for(viewer, text) for text in (row.summary, words_of(row)))
    summary, text = shown
    at = timezone.localtime(row.occurred_at).isoformat(timespec="seconds")
    who = str(row.actor or "")
    values = (
        at,
        row.channel,
        row.kind,
        summary,
        who,
        campaign,
        masking.text_for(viewer, row.lead.name),
        text,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _with_names(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """Join who acted and the name of the campaign, so that a page needs no second look."""
    name = Campaign.objects.filter(pk=OuterRef("campaign_id")).values("name")
    return rows.select_related("actor").annotate(campaign_name=Subquery(name, output_field=CharField()))


def _beyond(rows: QuerySet[Activity], cursor: str) -> QuerySet[Activity]:
    shown, _, pk = cursor.rpartition("~")
    moment = _moment(shown)
    if moment is None or not pk.isdigit() or len(pk) > 18:
        return rows
    rows = rows.filter(occurred_at__lte=moment)
    return rows.filter(Q(occurred_at__lt=moment) | Q(pk__lt=int(pk)))


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _by_day(entries: Sequence[Activity]) -> list[tuple[date, list[Activity]]]:
    days: dict[date, list[Activity]] = {}
    for entry in entries:
        days.setdefault(timezone.localtime(entry.occurred_at).date(), []).append(entry)
    return list(days.items())


def _busiest(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _csv(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
