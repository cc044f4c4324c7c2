"""Where the facts of a person came from.

A fact without a row here is as the person first came: through the lead's ``origin``, at ``created_at``.
A row is written only when a fact changes later, so a first import of a million people writes none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from campaigns.services import bulk
from leads.models import FactSource, Lead

#: keys and marks that follow from other facts
DERIVED = frozenset({
    "email_key", "linkedin_key", "seniority", "department", "identified_at", "version", "updated_at",
})  # fmt: skip
_ALWAYS = ("first_name", "last_name", "email", "phone", "title", "company")
_COLUMNS = ("lead_id", "field", "source", "reference", "at")


class Origin(NamedTuple):
    """The door a fact came through, which import, order or user it was, and when."""

    source: str
    reference: str
    at: datetime


#: field → (source, reference, moment as text), as they were before a change
Sources = dict[str, tuple[str, str, str]]


def note_changes(
    changes: Mapping[int, Mapping[str, tuple[Any, Any]]], *, source: str, reference: str = "", at: datetime
) -> dict[int, Sources]:
    """Write down through which door changed facts came; return what was written about them before.

    ``changes``: lead id → column → (was, now); of ``custom`` each changed key counts as ``custom.<key>``.
    """
    fields = {lead_id: fields_of(changed) for lead_id, changed in changes.items()}
    rows = [(pk, name, source[:60], reference[:80], at) for pk, names in fields.items() for name in names]
    if not rows:
        return {}
    before = _before(fields)
    bulk.upsert(FactSource, _COLUMNS, rows, key=("lead_id", "field"), update=("source", "reference", "at"))
    return before


def of(lead: Lead) -> dict[str, Origin]:
    """Return where every fact of a person came from (also the usual ones that are not known yet)."""
    first = Origin(lead.origin or "unknown", "", lead.created_at)
    names = {name for name in _FACTS if getattr(lead, name) not in (None, "", [], {}, False)}
    names |= set(_ALWAYS) | {f"custom.{key}" for key in lead.custom}
    later = {row.field: Origin(row.source, row.reference, row.at) for row in lead.fact_sources.all()}
    return dict.fromkeys(sorted(names), first) | later


def fields_of(changed: Mapping[str, tuple[Any, Any]]) -> list[str]:
    """Return the facts that changed columns stand for."""
    found = []
    for column, (was, now) in changed.items():
        if column == "custom":
            found += [f"custom.{key}"[:80] for key in keys_changed(was, now)]
        elif column not in DERIVED:
            found.append(column.removesuffix("_id") if column == "company_id" else column)
    return found


def keys_changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the keys under which two dictionaries differ."""
    return [key for key in {**was, **now} if was.get(key) != now.get(key)]


def restore(rows: Mapping[int, Mapping[str, tuple[str, str, str] | None]]) -> None:
    """Put back what was written about facts whose change is taken back; nothing where nothing was."""
    gone = [(pk, name) for pk, fields in rows.items() for name, was in fields.items() if was is None]
    for name in {name for _, name in gone}:
        FactSource.objects.filter(field=name, lead_id__in=[pk for pk, one in gone if one == name]).delete()
    back = [
        (pk, name, was[0], was[1], datetime.fromisoformat(was[2]))
        for pk, fields in rows.items()
        for name, was in fields.items()
        if was is not None
    ]
    if back:
        bulk.upsert(
            FactSource, _COLUMNS, back, key=("lead_id", "field"), update=("source", "reference", "at")
        )


def _before(fields: Mapping[int, list[str]]) -> dict[int, Sources]:
    found: dict[int, Sources] = {}
    for row in FactSource.objects.filter(lead_id__in=list(fields)):
        if row.field in fields[row.lead_id]:
            found.setdefault(row.lead_id, {})[row.field] = (row.source, row.reference, row.at.isoformat())
    return found


_FACTS = (
    "linkedin_url", "industry", "city", "region", "country", "time_zone", "language", "source",
    "external_id", "website_visits", "website_seconds", "pages_per_visit", "budget", "has_appointment",
    "do_not_email", "do_not_call", "tags",
)  # fmt: skip
