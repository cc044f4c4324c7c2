"""Loads what is known about a few leads as plain values, for the Python side of the rules."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from campaigns.services import bulk
from leads.services.rules.fields import CATALOGUE, TABLES, Field, Kind, find


def load(lead_ids: Sequence[int], keys: Iterable[str] | None = None) -> dict[int, dict[str, Any]]:
    """Return the facts named by ``keys`` (all, if not given) of each lead, in one statement."""
    found = [find(key) for key in (keys if keys is not None else CATALOGUE)]
    fields = [field for field in found if field is not None]
    columns = ", ".join(["l.id", *(_column(field) for field in fields)])
    marks = ", ".join(["%s"] * len(lead_ids)) or "NULL"
    rows = bulk.fetch(f"SELECT {columns} FROM {TABLES} WHERE l.id IN ({marks})", lead_ids)  # noqa: S608
    return {
        row[0]: {field.key: _value(field, value) for field, value in zip(fields, row[1:], strict=True)}
        for row in rows
    }


def _column(field: Field) -> str:
    if field.kind is Kind.ROW:
        gather = "json_agg" if bulk.is_postgres() else "json_group_array"
        return f"(SELECT {gather}({field.rows[0]}) FROM {field.rows[1]})"  # noqa: S608
    if field.kind is Kind.CUSTOM:
        name = field.key.removeprefix("custom.")
        return f"l.custom -> '{name}'" if bulk.is_postgres() else f"l.custom -> '$.{name}'"
    return field.sql


def _value(field: Field, value: Any) -> Any:
    if field.kind is Kind.FLAG:
        return bool(value)
    if field.kind in (Kind.LIST, Kind.ROW, Kind.CUSTOM) and isinstance(value, str):
        return json.loads(value)
    if field.kind is Kind.DAYS and isinstance(value, str):
        return _moment(value)
    return value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
