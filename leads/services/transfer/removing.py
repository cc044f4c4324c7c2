"""Takes people and companies out again that came with an import, unless anything has happened with them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.services import bulk
from leads.models import Activity, Company, ImportedCompany, ImportedLead, ImportJob, Lead, Suppression

#: what the machine derives from a person by itself: it goes with them
DERIVED = frozenset({
    "leads.leadscore", "leads.factsource", "leads.importedlead", "leads.leadkey", "leads.matchcandidate",
    "leads.activity",
})  # fmt: skip
#: lines of the timeline that nobody wrote or caused: that a person came in, and a score that moved
MECHANICAL = ("created", "scored")
_SUPPRESSION = ("level", "value", "channel", "reason", "evidence", "added_at")


def people(job: ImportJob, rows: Sequence[ImportedLead]) -> int:
    """Remove people whom nobody touched since they came in; return their number. Others lose the mark."""
    if not rows:
        return 0
    versions = {row.lead_id: row.after_version for row in rows}
    found = {lead.pk: lead for lead in Lead.objects.select_for_update().filter(pk__in=list(versions))}
    untouched = {pk for pk, lead in found.items() if _is_as_it_came(lead, versions[pk])}
    untouched -= _in_use(Lead, untouched, besides=Q(job=job))
    keep_opt_outs(found[pk] for pk in untouched)
    for model, name in relations(Lead):
        if model._meta.label_lower in DERIVED:
            _delete(model, name, untouched)
    _delete(Activity, "lead_id", untouched)
    _delete(Lead, "id", untouched)
    stay = [row.pk for row in rows if row.lead_id not in untouched]
    ImportedLead.objects.filter(pk__in=stay).update(after_version=None)
    return len(untouched)


def organisations(job: ImportJob) -> int:
    """Remove companies that came with an import and have nobody and nothing; return their number."""
    new = ImportedCompany.objects.filter(job=job, is_new=True)
    facts = new.values_list("company_id", "company__version", "before")
    fresh = [pk for pk, version, before in facts if version == (before or {}).get("version", 1)]
    gone = 0
    for start in range(0, len(fresh), 1000):
        ids = set(fresh[start : start + 1000])
        ids -= _in_use(Company, ids, besides=Q(job=job))
        _delete(ImportedCompany, "company_id", ids)
        _delete(Company, "id", ids)
        gone += len(ids)
    ImportedCompany.objects.filter(job=job).delete()
    return gone


def _is_as_it_came(lead: Lead, version: int | None) -> bool:
    touched = (lead.last_contacted_at, lead.last_engaged_at, lead.merged_into_id, lead.erased_at)
    return lead.version == version and not any(touched)


def _in_use(model: type[models.Model], ids: Collection[int], *, besides: Q) -> set[int]:
    """Return those to whom any row of any table belongs that is not derived; ``besides``: of this import."""
    used: set[int] = set()
    for other, name in relations(model):
        label = other._meta.label_lower
        if label in DERIVED and label not in ("leads.importedlead", "leads.activity"):
            continue
        rows = other._base_manager.filter(**{f"{name}__in": list(ids)})
        if label == "leads.activity":
            rows = rows.exclude(kind="created")  # the line that says they came in
        if label in ("leads.importedlead", "leads.importedcompany"):
            rows = rows.exclude(besides).exclude(job__status=ImportJob.Status.UNDONE)
        if other is Activity:
            rows = rows.exclude(kind__in=MECHANICAL)
        used |= set(rows.values_list(name, flat=True))
    return used


def relations(model: type[models.Model]) -> Iterable[tuple[type[models.Model], str]]:
    """Yield every table that names rows of a model, with the column's name; hidden ones too."""
    for field in model._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one):
            relation: Any = field
            yield relation.related_model, relation.field.attname


def keep_opt_outs(leads: Iterable[Lead]) -> None:
    """Who asked not to be written to stays unwritten to: the person's entry becomes one of the address."""
    by_value = {f"lead:{lead.pk}": lead for lead in leads}
    entries = Suppression.objects.filter(level="person", value__in=list(by_value), lifted_at=None)
    rows = [
        ("address", key, entry.channel, entry.reason, entry.evidence, clock.now())
        for entry in entries
        for key in (by_value[entry.value].email_key, by_value[entry.value].phone)
        if key
    ]
    said = [
        ("address", lead.phone, "", "do_not_call", "Came with an import that was taken back.", clock.now())
        for lead in by_value.values()
        if lead.do_not_call and lead.phone
    ]
    if rows or said:
        bulk.insert_ignore(Suppression, _SUPPRESSION, [*rows, *said])


def _delete(model: type[models.Model], column: str, ids: Collection[int]) -> None:
    condition, params = bulk.among(f'"{column}"', list(ids))
    if ids:
        bulk.run(f"DELETE FROM {model._meta.db_table} WHERE {condition}", params)  # noqa: S608
