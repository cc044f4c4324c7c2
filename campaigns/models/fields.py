"""Columns that both databases can hold, each in its own best way."""

import json
from typing import Any

from django.db import models


class SmallIntArrayField(models.Field):  # type: ignore[type-arg]
    """A list of small whole numbers: ``smallint[]`` on PostgreSQL, a JSON text on SQLite."""

    def get_internal_type(self) -> str:
        """Name the kind of column."""
        return "SmallIntArrayField"

    def db_type(self, connection: Any) -> str:
        """Name the column's type in the database's own words."""
        return "smallint[]" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[int] | None:
        """Turn what the database holds into a list."""
        found: list[int] | None = json.loads(value) if isinstance(value, str) else value
        return found

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Turn a list into what the database holds."""
        if value is None or connection.vendor == "postgresql":
            return value
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
