"""Keeps what one import did to whom, so that it can be taken back exactly.

``before`` holds ``{"facts": {column: [was, now]}, "sources": {field: [source, reference, at] or null}}``
of a person and ``{"facts": …, "version": n}`` of a company.
A row whose ``after_version`` is set can still be taken back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.services import bulk
from leads.models import ImportedCompany, ImportedLead, ImportJob
from leads.services import provenance
from leads.services.entry import companies
from leads.services.entry.merging import Changes
from leads.services.intake import Log, Outcome

_PEOPLE = ("job_id", "lead_id", "is_new", "before", "after_version")
_COMPANIES = ("job_id", "company_id", "is_new", "before")


def people(job: ImportJob, outcomes: Sequence[Outcome], log: Log) -> None:
    """Keep who belongs to this file, and of those who changed what they were before."""
    new = {outcome.lead_id for outcome in outcomes if outcome.verdict == "created"}
    old = {outcome.lead_id for outcome in outcomes if outcome.lead_id} - new
    bulk.copy_rows(ImportedLead, _PEOPLE, [(job.pk, lead_id, True, None, 1) for lead_id in new])
    same = old - set(log.people)
    if same:
        rows = [(job.pk, lead_id, False, None, None) for lead_id in same]
        bulk.insert_ignore(ImportedLead, _PEOPLE, rows)
    if log.people:
        _changed_people(job, log)


def organisations(job: ImportJob, log: companies.Log) -> None:
    """Keep which companies came with this file, and of those that changed what they were before."""
    bulk.copy_rows(ImportedCompany, _COMPANIES, [(job.pk, pk, True, None) for pk in log.new])
    if same := [pk for pk in log.met if pk not in log.changes]:
        bulk.insert_ignore(ImportedCompany, _COMPANIES, [(job.pk, pk, False, None) for pk in same])
    if not log.changes:
        return
    known = ImportedCompany.objects.filter(job=job, company_id__in=list(log.changes))
    earlier = dict(known.values_list("company_id", "before"))
    versions, rows = _versions("leads_company", log.changes), []
    for pk, changed in log.changes.items():
        facts = _joined((earlier.get(pk) or {}).get("facts", {}), changed)
        rows.append((job.pk, pk, False, {"facts": facts, "version": versions[pk]}))
    bulk.upsert(ImportedCompany, _COMPANIES, rows, key=("job_id", "company_id"), update=("before",))


def _changed_people(job: ImportJob, log: Log) -> None:
    """A file may speak of a person twice: the first «was» and the last «now» count."""
    known = ImportedLead.objects.filter(job=job, lead_id__in=list(log.people))
    earlier = dict(known.values_list("lead_id", "before"))
    versions = _versions("leads_lead", log.people)
    rows = []
    for lead_id, changed in log.people.items():
        first = earlier.get(lead_id) or {}
        facts = _joined(first.get("facts", {}), changed)
        before = log.sources.get(lead_id, {})
        sources = {name: before.get(name) for name in provenance.fields_of(changed)}
        kept = {"facts": facts, "sources": {**sources, **first.get("sources", {})}}
        rows.append((job.pk, lead_id, False, kept, versions[lead_id]))
    bulk.upsert(ImportedLead, _PEOPLE, rows, key=("job_id", "lead_id"), update=("before", "after_version"))


def _joined(earlier: Mapping[str, Any], changed: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    facts = dict(earlier)
    for name, (was, now) in changed.items():
        facts[name] = [facts[name][0] if name in facts else was, now]
    return facts


def _versions(table: str, changes: Changes) -> dict[int, int]:
    condition, params = bulk.among("id", changes)
    rows = bulk.fetch(f"SELECT id, version FROM {table} WHERE {condition}", params)  # noqa: S608
    return {row[0]: row[1] for row in rows}
