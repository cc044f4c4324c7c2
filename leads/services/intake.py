"""The one door by which many people enter: an import, a harvest and the API all store people here.

A batch is matched against what is stored by e-mail, LinkedIn, outside id and (failing these) phone with
name; the new are copied in, the known are merged, in a fixed number of statements whatever the size. The
caller holds the transaction; somebody entering through another door at the same moment makes the unique
indexes refuse the batch, and ``store`` is called again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from campaigns.services import bulk
from leads.models import Lead, Suppression
from leads.services import provenance, timeline
from leads.services.entry import companies, grouping, lookup, merging
from leads.services.entry.grouping import Index, Known, Match
from leads.services.entry.merging import Changes
from leads.services.identity import keys, queue
from leads.services.privacy import tombstones
from leads.services.provenance import Sources

Draft = dict[str, Any]
FACTS = (
    "first_name", "last_name", "email", "email_key", "email_status", "phone", "linkedin_url", "linkedin_key",
    "title", "seniority", "department", "industry", "city", "region", "country", "time_zone", "language",
    "source", "external_id", "website_visits", "website_seconds", "pages_per_visit", "budget",
    "has_appointment", "do_not_email", "do_not_call", "tags", "custom",
)  # fmt: skip
#: what says who a person is, or how they first came, is only added, never replaced
FILL_ONLY = frozenset({"email", "email_key", "linkedin_url", "linkedin_key", "external_id", "source"})
_EMPTY = {field.attname: field.get_default() for field in Lead._meta.concrete_fields}
#: a check of an address is never undone by a list
_MERGED = tuple(name for name in FACTS if name != "email_status")
_KEYS = "COALESCE(merged_into_id, id), email_key, linkedin_key, external_id, phone, first_name, last_name"
#: two columns at least, so that picking always gives a tuple
_CUSTOM: Draft = {"custom": {}}
#: doors that say nothing else of an arrival → the line on the timeline
ARRIVALS = {"import": "Came in with an import", "harvest": "Found by a search"}


@dataclass
class Log:
    """What a batch changed in people and companies that were stored before, and which companies are new."""

    people: Changes = field(default_factory=dict)
    orgs: companies.Log = field(default_factory=companies.Log)
    sources: dict[int, Sources] = field(default_factory=dict)

    def note(self, changes: Changes, sources: dict[int, Sources]) -> None:
        """Add what one statement changed, and whence the facts had come before."""
        self.people |= changes
        self.sources |= sources


@dataclass(frozen=True)
class Entrance:
    """Through which door people enter, and to whom they belong then.

    ``told``: leads that the same file spoke of before; only what is empty is filled for them.
    ``reference`` says which import, order or person of that door; without ``creates`` nobody new comes in;
    ``log`` gathers what changed, so that it can be taken back.
    """

    origin: str
    now: datetime
    owner_id: int | None = None
    team_id: int | None = None
    updates: bool = True
    evidence: str = ""
    told: Collection[int] = ()
    reference: str = ""
    creates: bool = True
    log: Log | None = None


class Outcome(NamedTuple):
    """What became of one draft: its lead (0: nobody), whether it was new or changed, what was left out."""

    lead_id: int
    verdict: str
    note: str = ""


def store(drafts: Sequence[Draft], entrance: Entrance) -> list[Outcome]:
    """Store people; return an outcome for each draft, in their order. Call inside a transaction."""
    if not drafts:
        return []
    if barred := tombstones.forgotten(drafts):
        return _without(barred, drafts, entrance)
    _one_at_a_time()
    groups = grouping.group(drafts)
    index = _known(groups.drafts)
    matches = [grouping.match(draft, index) for draft in groups.drafts]
    firsts = grouping.fold(groups.drafts, matches)
    rows = _rows(groups.drafts, matches, entrance)
    new = {row.lead_id for row, match in zip(rows, matches, strict=True) if match.lead_id is None}
    once = [row for place, row in enumerate(rows) if firsts[place] == place and row.lead_id]
    _insert([row for row in once if row.lead_id in new], entrance)
    old = [row for row in once if row.lead_id not in new]
    changed = _update(old, entrance) if entrance.updates and old else set()
    _keep_promises([row.lead_id for row in once if row.draft.get("do_not_email")], entrance)
    queue.ask(pk for pk in {*new, *changed} if pk)
    return [
        Outcome(
            rows[place].lead_id,
            _verdict(rows[place].lead_id, new, changed)
            if is_first and firsts[place] == place
            else "unchanged",
            matches[place].note,
        )
        for place, is_first in groups.places
    ]


def _without(barred: set[int], drafts: Sequence[Draft], entrance: Entrance) -> list[Outcome]:
    """Store all but those who asked to be forgotten; these are refused, and nothing of them is kept."""
    others = iter(store([draft for place, draft in enumerate(drafts) if place not in barred], entrance))
    gone = Outcome(0, "refused", tombstones.REASON)
    return [gone if place in barred else next(others) for place in range(len(drafts))]


class _Row(NamedTuple):
    """One person of a batch under the id it has or will have."""

    lead_id: int
    draft: Draft
    company_id: int | None


def _rows(drafts: Sequence[Draft], matches: Sequence[Match], entrance: Entrance) -> list[_Row]:
    comes = [entrance.creates if match.lead_id is None else entrance.updates for match in matches]
    named = [draft.get("company") if one else None for draft, one in zip(drafts, comes, strict=True)]
    log = entrance.log.orgs if entrance.log else None
    company_ids = companies.resolve(named, source=entrance.origin, log=log)
    strangers = sum(1 for match in matches if match.lead_id is None) if entrance.creates else 0
    reserved = iter(companies.allocate(Lead, strangers))
    ids = [next(reserved, 0) if match.lead_id is None else match.lead_id for match in matches]
    return [_Row(*facts) for facts in zip(ids, drafts, company_ids, strict=True)]


def _verdict(lead_id: int, new: set[int], changed: set[int]) -> str:
    if not lead_id:
        return "skipped"
    return "created" if lead_id in new else "updated" if lead_id in changed else "unchanged"


def _one_at_a_time() -> None:
    """Let batches queue up instead of running into each other; SQLite has one writer anyway."""
    if bulk.is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7301)")


def _known(drafts: Sequence[Draft]) -> Index:
    """Return stored people who share a key with one of the drafts."""
    found: list[Known] = []
    for column in ("email_key", "linkedin_key", "external_id", "phone"):
        values = grouping.keys(drafts, column)
        if values:
            rows = lookup.rows("leads_lead", column, values, _KEYS)
            found += [Known(*row) for row in rows]
    found += [Known(*row) for row in keys.known(drafts)]
    return Index(found)


def _insert(rows: list[_Row], entrance: Entrance) -> None:
    """Copy new people in; only the columns that occur in the batch travel, the rest are constants."""
    if not rows:
        return
    names, facts = _facts(rows, FACTS)
    own = (entrance.owner_id, entrance.team_id, entrance.now, entrance.now)
    columns = ("id", *names, "company_id", "origin", "identified_at", "owner_id", "team_id")
    columns = (*columns, "created_at", "updated_at")
    values = (
        (
            row.lead_id,
            *known,
            row.company_id,
            row.draft.get("origin") or entrance.origin,
            entrance.now if _is_somebody(row.draft) else None,
            *own,
        )
        for row, known in zip(rows, facts, strict=True)
    )
    bulk.copy_rows(Lead, columns, values)
    if words := ARRIVALS.get(entrance.origin):
        came = {"origin": entrance.origin, "reference": entrance.reference}
        timeline.arrived((row.lead_id for row in rows), words, entrance.now, came)


def _facts(rows: list[_Row], wanted: Sequence[str]) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Return the wanted columns that occur in some row, and every row's values for them."""
    present = set[str]().union(*(row.draft for row in rows))
    names = [name for name in wanted if name in present]
    blank = {name: _EMPTY[name] for name in names}
    pick = itemgetter(*names, "custom")
    return names, (pick({**_CUSTOM, **blank, **row.draft})[:-1] for row in rows)


def _update(rows: list[_Row], entrance: Entrance) -> set[int]:
    """Merge new facts into stored people; within one file the first row of a person wins."""
    first = [row for row in rows if row.lead_id not in entrance.told]
    again = [row for row in rows if row.lead_id in entrance.told]
    return _merge(first, entrance, FILL_ONLY) | _merge(again, entrance, frozenset(FACTS))


def _merge(rows: list[_Row], entrance: Entrance, fill_only: frozenset[str]) -> set[int]:
    """Merge facts into stored people."""
    names, facts = _facts(rows, _MERGED)
    if not rows or not (names or any(row.company_id for row in rows)):
        return set()
    columns = ("id", *names, "company_id")
    values = [(row.lead_id, *known, row.company_id) for row, known in zip(rows, facts, strict=True)]
    touch = [("updated_at", "%s", entrance.now), ("version", "leads_lead.version + %s", 1)]
    changes = merging.apply(Lead, columns, values, fill_only=fill_only, touch=touch)
    if changes:
        _identify(changes, entrance.now)
        sources = provenance.note_changes(
            changes, source=entrance.origin, reference=entrance.reference, at=entrance.now
        )
        if entrance.log:
            entrance.log.note(changes, sources)
    return set(changes)


def _is_somebody(draft: Draft) -> bool:
    return bool(draft.get("email_key") or draft.get("phone") or draft.get("linkedin_key"))


def _identify(changes: Changes, now: datetime) -> None:
    """Who had no address, phone or profile before and has one now is known from now on."""
    condition, params = bulk.among("id", changes)
    found = bulk.fetch(
        "UPDATE leads_lead SET identified_at = %s WHERE identified_at IS NULL"  # noqa: S608
        f" AND (email_key <> '' OR phone <> '' OR linkedin_key <> '') AND {condition} RETURNING id",
        [now, *params],
    )
    for (lead_id,) in found:
        changes[lead_id]["identified_at"] = (None, now.isoformat())


def _keep_promises(lead_ids: list[int], entrance: Entrance) -> None:
    """Who asked not to be e-mailed goes on the suppression list, with the evidence."""
    columns = ("level", "value", "channel", "reason", "evidence", "added_at")
    facts = ("email", "do_not_email", entrance.evidence, entrance.now)
    if lead_ids:
        bulk.insert_ignore(Suppression, columns, [("person", f"lead:{pk}", *facts) for pk in lead_ids])
