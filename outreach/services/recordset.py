"""Rows as one JSON parameter: a set-based statement takes a thousand small rows without a staging table.

``records(("id", "bigint"), …)`` is the SQL of a table with these columns, read from one parameter; the
rows go in through ``dumps``. PostgreSQL knows ``json_to_recordset``, SQLite ``json_each``.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.services import bulk


def records(*columns: tuple[str, str]) -> str:
    """Return a FROM item with these ``(name, SQL type)`` columns and one ``%s`` for ``dumps(rows)``."""
    if bulk.is_postgres():
        return f"json_to_recordset(%s::json) AS r({', '.join(f'{name} {kind}' for name, kind in columns)})"
    picked = ", ".join(f"value->>'$.{name}' AS {name}" for name, _ in columns)
    return f"(SELECT {picked} FROM json_each(%s)) AS r"  # noqa: S608


def dumps(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return the rows as the JSON that ``records`` reads."""
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return bulk.adapt(value) if not bulk.is_postgres() else value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a record")
