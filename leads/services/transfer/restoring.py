"""Puts back what an import changed, field by field, where nobody changed it since."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from campaigns import clock
from campaigns.services import bulk
from leads.models import Company, ImportedCompany, ImportedLead, ImportJob, Lead
from leads.services import provenance

#: taking a file back never makes anybody contactable
STRICT = frozenset({"do_not_email", "do_not_call"})
_MISSING = object()


def people(rows: Sequence[ImportedLead]) -> tuple[int, int]:
    """Restore people; return how many got everything back, and how many kept something of the import."""
    if not rows:
        return 0, 0
    found = Lead.objects.select_for_update().filter(pk__in=[row.lead_id for row in rows])
    leads = {lead.pk: lead for lead in found}
    changed: dict[int, list[str]] = {}
    sources: dict[int, dict[str, Any]] = {}
    kept = []
    for row in rows:
        lead, before = leads[row.lead_id], row.before or {}
        facts = {} if lead.merged_into_id or lead.erased_at else before.get("facts", {})
        back, left = _put_back(lead, facts)
        if left or not facts:
            kept.append(row.pk)
        if back:
            changed[lead.pk] = [name.partition(".")[0] for name in back]
            names = [name.removesuffix("_id") if name == "company_id" else name for name in back]
            was = before.get("sources", {})
            sources[lead.pk] = {name: _moment(was[name]) for name in names if name in was}
    _write(Lead, leads, changed)
    provenance.restore(sources)
    ImportedLead.objects.filter(pk__in=kept).update(after_version=None)
    whole = [row.pk for row in rows if row.pk not in set(kept)]
    ImportedLead.objects.filter(pk__in=whole).update(after_version=None, before=None)
    return len(whole), len(kept)


def organisations(job: ImportJob) -> int:
    """Restore companies; return how many changed."""
    rows = ImportedCompany.objects.filter(job=job, before__isnull=False, is_new=False)
    done = 0
    for row_ids in _chunks(list(rows.values_list("pk", flat=True))):
        part = list(ImportedCompany.objects.filter(pk__in=row_ids))
        found = Company.objects.select_for_update().filter(pk__in=[row.company_id for row in part])
        firms = {firm.pk: firm for firm in found}
        changed = {
            row.company_id: _put_back(firms[row.company_id], (row.before or {}).get("facts", {}))[0]
            for row in part
        }
        _write(Company, firms, {pk: names for pk, names in changed.items() if names})
        done += len(changed)
    return done


def _put_back(row: models.Model, facts: dict[str, list[Any]]) -> tuple[list[str], list[str]]:
    """Set fields of a row in memory to what they were; return those put back and those left."""
    back: list[str] = []
    left: list[str] = []
    for name, (was, now) in facts.items():
        if name == "custom":
            done, stay = _put_keys_back(row, was, now)
            back, left = back + done, left + stay
            continue
        field = row._meta.get_field(name)
        is_ours = getattr(row, name) == _read(field, now) and not (name in STRICT and now)
        if is_ours:
            setattr(row, name, _read(field, was))
        (back if is_ours else left).append(name)
    return back, left


def _put_keys_back(row: Any, was: dict[str, Any], now: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Of the custom fields each key stands for itself; untouched, they come back in their old order."""
    keys = provenance.keys_changed(was, now)
    if row.custom == now:
        row.custom = was
        return [f"custom.{key}" for key in keys], []
    back: list[str] = []
    left: list[str] = []
    for key in keys:
        is_ours = row.custom.get(key, _MISSING) == now.get(key, _MISSING)
        if is_ours and key in was:
            row.custom[key] = was[key]
        elif is_ours:
            row.custom.pop(key, None)
        (back if is_ours else left).append(f"custom.{key}")
    return back, left


def _read(field: Any, value: Any) -> Any:
    if field.is_relation:
        return value
    return value if value is None or isinstance(field, models.JSONField) else field.to_python(value)


def _write(model: type[models.Model], rows: dict[int, Any], changed: dict[int, list[str]]) -> None:
    """Store what was put back, in one statement; every changed row gets a new version."""
    names = sorted({name for names in changed.values() for name in names})
    if not names:
        return
    table = model._meta.db_table
    values = [(pk, *(getattr(rows[pk], name) for name in names)) for pk in changed]
    with bulk.stage_rows(model, ("id", *names), values) as stage:
        sets = ", ".join(f"{name} = {stage}.{name}" for name in names)
        bulk.run(
            f"UPDATE {table} SET {sets}, version = {table}.version + 1, updated_at = %s FROM {stage}"  # noqa: S608
            f" WHERE {table}.id = {stage}.id",
            [clock.now()],
        )


def _moment(was: Any) -> tuple[str, str, str] | None:
    return None if was is None else (was[0], was[1], was[2])


def _chunks(ids: list[int], size: int = 1000) -> list[list[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
