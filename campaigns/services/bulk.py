"""The bulk gateway: rows go in and out by the thousand here, on PostgreSQL and on SQLite.

Measured reason: object by object, Django writes 4–60 times slower than the database can (COPY on
PostgreSQL, ``executemany`` on SQLite). Everything that touches many rows calls this room; single rows
use the ORM. Column names are attribute names (``lead_id``); columns not named get the model's default.
"""

import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from django.db import connection, models, transaction

Row = Sequence[Any]
ExtraColumn = tuple[str, str]
FEW = 500  # rows: so many go to PostgreSQL as JSON, more through a temporary table
_names = itertools.count(1)


@dataclass(frozen=True)
class Upserted:
    """How many staged rows were new, changed something, or changed nothing."""

    created: int
    updated: int
    unchanged: int


def is_postgres() -> bool:
    """Whether the database is PostgreSQL (otherwise it is SQLite)."""
    return connection.vendor == "postgresql"


def run(sql: str, params: Sequence[Any] = ()) -> int:
    """Execute one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(value) for value in params])
        return max(0, int(cursor.rowcount))


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Execute one statement and return its rows; moments come back aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(value) for value in params])
        return cursor.fetchall() if is_postgres() else list(map(_aware, cursor.fetchall()))


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Append rows to the model's table as fast as the database takes them; return their number."""
    names, constants = _defaults(model, columns)
    ready = _converted([_field(model, column) for column in columns], rows)
    return _load(model._meta.db_table, [*columns, *names], ((*row, *constants) for row in ready))


@contextmanager
def stage_rows(
    model: type[models.Model], columns: Sequence[str | ExtraColumn], rows: Iterable[Row]
) -> Iterator[str]:
    """Hold rows in a temporary table for set-based SQL; yield its (quoted) name.

    A column is an attribute name of the model (its type is taken over) or a pair ``(name, SQL type)``.
    """
    names = [column if isinstance(column, str) else column[0] for column in columns]
    fields = [_field(model, column) if isinstance(column, str) else None for column in columns]
    types = [_sql_type(field, column) for field, column in zip(fields, columns, strict=True)]
    table = f"stage_{next(_names)}"
    run(f"CREATE TEMPORARY TABLE {table} ({_pairs(names, types)})")
    try:
        _load(table, names, _converted(fields, rows))
        yield table
    finally:
        if not connection.needs_rollback:
            run(f"DROP TABLE IF EXISTS {table}")


def upsert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    key: Sequence[str],
    update: Sequence[str],
    blank_keeps: bool = False,
) -> Upserted:
    """Insert what is new, change what differs, leave the rest untouched.

    Of rows with the same key the last counts; rows with an empty key are always new (the unique indexes
    are partial). With ``blank_keeps`` an empty value does not overwrite a stored one.
    """
    unique = _last_of_each(columns, list(rows), key)
    with transaction.atomic(), stage_rows(model, columns, unique) as stage:
        sql, constants = _insert_from(stage, model, columns)
        created = run(sql, constants)
        updated = _update_from(model, stage, key, update, blank_keeps) if update else 0
    return Upserted(created, updated, len(unique) - created - updated)


def insert_ignore(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    returning: Sequence[str] = ("id",),
) -> list[tuple[Any, ...]]:
    """Insert rows, silently passing over those a unique constraint refuses; return only the new ones."""
    rows = list(rows)
    if is_postgres() and len(rows) <= FEW:
        sql, constants = _insert_from(_listed(model, columns), model, columns)
        listed = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str)
        return fetch(f"{sql} RETURNING {_list(returning)}", [*constants, listed])
    with transaction.atomic(), stage_rows(model, columns, rows) as stage:
        sql, constants = _insert_from(stage, model, columns)
        return fetch(f"{sql} RETURNING {_list(returning)}", constants)


def claim(
    waiting: models.QuerySet[Any], *, limit: int, lease: timedelta, now: datetime, **changes: Any
) -> tuple[str, list[int]]:
    """Take up to ``limit`` of the waiting rows in one conditional UPDATE; return the lease token and ids.

    The model has ``lease_token``, ``lease_until`` and ``attempts``; ``changes`` are further columns to set.
    Two workers never get the same row: PostgreSQL skips locked rows, SQLite has one writer at a time.
    """
    token = uuid.uuid4().hex
    table = waiting.model._meta.db_table
    sets = {"lease_token": token, "lease_until": now + lease, **changes}
    with transaction.atomic():
        chosen = waiting.values("pk")[:limit].select_for_update(skip_locked=True, of=("self",))
        inner, params = chosen.query.get_compiler(connection=connection).as_sql()
        found = fetch(
            f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in sets)}, attempts = attempts + 1"  # noqa: S608
            f" WHERE id IN ({inner}) RETURNING id",
            [*sets.values(), *params],
        )
    return token, sorted(row[0] for row in found)


def among(column: str, values: Iterable[Any]) -> tuple[str, list[Any]]:
    """Return the condition that a column is one of many values, as one parameter however many they are."""
    found = list(values)
    if is_postgres():
        return f"{column} = ANY(%s)", [found]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(found)]  # noqa: S608


def adapt(value: Any) -> Any:
    """Turn a Python value into what a raw statement may carry on this database."""
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, datetime) and not is_postgres():
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, Decimal) and not is_postgres():
        return str(value)
    return value


def _update_from(
    model: type[models.Model], stage: str, key: Sequence[str], update: Sequence[str], blank_keeps: bool
) -> int:
    table, differs = model._meta.db_table, "IS DISTINCT FROM" if is_postgres() else "IS NOT"
    values = {
        name: _merged(_field(model, name), table, stage) if blank_keeps else f"{stage}.{name}"
        for name in update
    }
    return run(
        f"UPDATE {table} SET {', '.join(f'{name} = {value}' for name, value in values.items())} FROM {stage}"  # noqa: S608
        f" WHERE {' AND '.join(f'{table}.{name} = {stage}.{name}' for name in key)}"
        f" AND ({' OR '.join(f'{table}.{name} {differs} {value}' for name, value in values.items())})"
    )


def _merged(field: Any, table: str, stage: str) -> str:
    name = field.attname
    if isinstance(field, models.CharField | models.TextField):
        return f"COALESCE(NULLIF({stage}.{name}, ''), {table}.{name})"
    return f"COALESCE({stage}.{name}, {table}.{name})"


def _last_of_each(columns: Sequence[str], rows: list[Row], key: Sequence[str]) -> list[Row]:
    places = [columns.index(name) for name in key]
    keyed: dict[Any, Row] = {}
    for number, row in enumerate(rows):
        values = tuple(row[place] for place in places)
        keyed[values if any(value not in ("", None) for value in values) else number] = row
    return list(keyed.values())


def _insert_from(stage: str, model: type[models.Model], columns: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the statement that moves staged rows into the model's table, passing over known ones."""
    names, constants = _defaults(model, columns)
    chosen = ", ".join([*(f'"{column}"' for column in columns), *["%s"] * len(names)])
    sql = f"INSERT INTO {model._meta.db_table} ({_list([*columns, *names])}) SELECT {chosen} FROM {stage}"  # noqa: S608
    return f"{sql} WHERE true ON CONFLICT DO NOTHING", constants


def _listed(model: type[models.Model], columns: Sequence[str]) -> str:
    """Return a FROM item that reads rows from one JSON parameter: dearer a row, but no staging table."""
    types = [_sql_type(_field(model, column), column) for column in columns]
    return f"json_to_recordset(%s::json) AS listed({_pairs(columns, types)})"


def _defaults(model: type[models.Model], columns: Sequence[str]) -> tuple[list[str], list[Any]]:
    """Return the columns not named with the model's defaults, ready for the database."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.attname not in columns and not isinstance(field, models.AutoField)
    ]
    values = next(iter(_converted(fields, [[field.get_default() for field in fields]])))
    return [field.attname for field in fields], list(values)


def _load(table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    if not is_postgres():
        marks = ", ".join(["%s"] * len(columns))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({_list(columns)}) VALUES ({marks})", cast(Any, rows))  # noqa: S608
            return max(0, int(cursor.rowcount))
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({_list(columns)}) FROM STDIN") as copy:
        for count, row in enumerate(rows, 1):  # noqa: B007
            copy.write_row(row)
    return count


def _converted(fields: Sequence[Any], rows: Iterable[Row]) -> Iterable[Row]:
    """Convert only the columns that need it: most values go through untouched."""
    plan = [(place, convert) for place, field in enumerate(fields) if (convert := _converter(field))]
    if not plan:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place, convert in plan:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield values


def _converter(field: Any) -> Any:
    if isinstance(field, models.JSONField):
        return _json
    if is_postgres() or field is None:
        return None
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField | models.DecimalField):
        return str
    if field.get_internal_type() == "SmallIntArrayField":
        return lambda value: field.get_db_prep_value(value, connection)
    return None


def _json(value: Any) -> str:
    """Most JSON columns of most rows are empty, and ``json.dumps`` is slow to say so."""
    if not value:
        return "[]" if isinstance(value, list) else "{}" if isinstance(value, dict) else json.dumps(value)
    return json.dumps(value)


@lru_cache(maxsize=512)
def _moment(value: datetime) -> Any:
    """The rows of a batch mostly share their moments."""
    return connection.ops.adapt_datetimefield_value(value)


def _sql_type(field: Any, column: str | ExtraColumn) -> str:
    if not isinstance(column, str):
        return column[1]
    target = field.target_field if field.is_relation else field
    found = (
        target.rel_db_type(connection) if isinstance(target, models.AutoField) else field.db_type(connection)
    )
    return str(found)


def _field(model: type[models.Model], column: str) -> Any:
    for field in model._meta.concrete_fields:
        if column in (field.attname, field.name):
            return field
    raise LookupError(f"{model.__name__} has no column {column}")


def _aware(row: Row) -> tuple[Any, ...]:
    return tuple([v.replace(tzinfo=UTC) if type(v) is datetime and not v.tzinfo else v for v in row])


def _list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _pairs(names: Sequence[str], types: Sequence[str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in zip(names, types, strict=True))
