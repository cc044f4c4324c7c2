"""Finds rows by many keys at once, by the index on both databases."""

from collections.abc import Iterable
from typing import Any

from campaigns.services import bulk


def rows(table: str, column: str, values: Iterable[Any], wanted: str) -> list[tuple[Any, ...]]:
    """Return what is ``wanted`` of the rows whose (indexed, never empty) column is one of many texts.

    PostgreSQL would read a whole table of some 100,000 rows for 2,000 keys; the lateral join walks the index.
    """
    if not bulk.is_postgres():
        condition, params = bulk.among(column, values)
        return bulk.fetch(f"SELECT {wanted} FROM {table} WHERE {condition} AND NOT ({column} = '')", params)  # noqa: S608
    return bulk.fetch(
        "SELECT r.* FROM unnest(%s::text[]) AS k(value) CROSS JOIN LATERAL"  # noqa: S608
        f" (SELECT {wanted} FROM {table} WHERE {column} = k.value AND NOT ({column} = '') OFFSET 0) r",
        [list(values)],
    )
