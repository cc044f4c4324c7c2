"""Merges new facts into stored rows by one UPDATE: what is empty never overwrites, what is equal is left."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from campaigns.services import bulk

#: row id → column → (value as it was, value as it is now), both as JSON can hold them
Changes = dict[int, dict[str, tuple[Any, Any]]]


def apply(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    fill_only: Collection[str] = (),
    touch: Sequence[tuple[str, str, Any]] = (),
) -> Changes:
    """Merge rows (their first column is ``id``) into stored ones; return what changed, row by row.

    ``fill_only`` columns are written only where nothing is stored yet; ``touch`` sets (column, SQL with
    one mark, value) on every row that changes.
    """
    table = model._meta.db_table
    with bulk.stage_rows(model, columns, rows) as stage:
        values = {name: _merged(model, name, table, stage, name in fill_only) for name in columns[1:]}
        sets = [f"{name} = {value}" for name, value in values.items()]
        sets += [f"{name} = {sql}" for name, sql, _ in touch]
        differs = " OR ".join(_differs(model, name, table, value) for name, value in values.items())
        changes = _changes(model, table, stage, values, differs)
        if changes:
            bulk.run(
                f"UPDATE {table} SET {', '.join(sets)} FROM {stage}"  # noqa: S608
                f" WHERE {table}.id = {stage}.id AND ({differs})",
                [value for _, _, value in touch],
            )
    return changes


def plain(value: Any) -> Any:
    """Return a stored value as JSON can hold it; the field's ``to_python`` turns it back."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _changes(
    model: type[models.Model], table: str, stage: str, values: dict[str, str], differs: str
) -> Changes:
    """Read what the UPDATE is about to change, and hold those rows until it has."""
    olds = ", ".join(f"{table}.{name}" for name in values)
    lock = f" FOR UPDATE OF {table}" if bulk.is_postgres() else ""
    found = bulk.fetch(
        f"SELECT {table}.id, {olds}, {', '.join(values.values())} FROM {table}"  # noqa: S608
        f" JOIN {stage} ON {table}.id = {stage}.id WHERE {differs}{lock}"
    )
    readers = [json.loads if isinstance(_field(model, name), models.JSONField) else plain for name in values]
    changes: Changes = {}
    for row_id, *facts in found:
        was, now = facts[: len(values)], facts[len(values) :]
        both = zip(values, readers, was, now, strict=True)
        pairs = ((name, read(a), read(b)) for name, read, a, b in both if a != b)
        changes[row_id] = {name: (a, b) for name, a, b in pairs if a != b}
    return changes


def _merged(model: type[models.Model], name: str, table: str, stage: str, fill_only: bool) -> str:
    old, new, field = f"{table}.{name}", f"{stage}.{name}", _field(model, name)
    if isinstance(field, models.BooleanField):
        return f"({old} OR {new})"
    if isinstance(field, models.JSONField):
        return _merged_json(field, old, new, fill_only)
    if isinstance(field, models.CharField | models.TextField):
        if fill_only:
            return f"CASE WHEN {old} = '' THEN {new} ELSE {old} END"
        return f"COALESCE(NULLIF({new}, ''), {old})"
    return f"COALESCE({old}, {new})" if fill_only else f"COALESCE({new}, {old})"


def _merged_json(field: Any, old: str, new: str, fill_only: bool) -> str:
    """The double patch keeps the stored order of keys, so that equal texts stay equal."""
    if field.default is list:
        kept = f"{old} <> '[]'" if fill_only else f"{new} = '[]'"
        return f"CASE WHEN {kept} THEN {old} ELSE {new} END"
    if bulk.is_postgres():
        return f"({new} || {old})" if fill_only else f"({old} || {new})"
    merged = f"json_patch({old}, {new})"
    return f"json_patch({merged}, {old})" if fill_only else merged


def _differs(model: type[models.Model], name: str, table: str, value: str) -> str:
    if bulk.is_postgres():
        return f"{table}.{name} IS DISTINCT FROM {value}"
    is_json = isinstance(_field(model, name), models.JSONField)
    return f"json({table}.{name}) IS NOT json({value})" if is_json else f"{table}.{name} IS NOT {value}"


def _field(model: type[models.Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == name)
