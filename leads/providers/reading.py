"""Reads fields of foreign JSON without trusting their types: what is not what it should be is unknown."""

from decimal import Decimal, InvalidOperation
from typing import Any


def text(value: Any, limit: int = 250) -> str:
    """Return a text, trimmed and cut; empty for anything else."""
    return value.replace("\x00", "").strip()[:limit] if isinstance(value, str) else ""


def part(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; whatever else stands in it is left out."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def whole(value: Any, most: int = 2_000_000_000) -> int | None:
    """Return a whole number from 0 to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value and 0 <= value <= most else None


def share(value: Any, most: float = 1e6) -> float | None:
    """Return a number from 0 to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= most else None


def amount(value: Any) -> Decimal | None:
    """Return a number of credits."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < Decimal(10) ** 10 else None


def site(value: Any) -> str:
    """Return a web address that fits a URL field; empty when it is none."""
    found = text(value, 400)
    if not found or " " in found or len(found) > 190:
        return ""
    return found if found.lower().startswith(("http://", "https://")) else f"https://{found}"


def words(value: Any, limit: int = 80) -> list[str]:
    """Return the texts of a list."""
    return [found for one in value if (found := text(one, limit))] if isinstance(value, list) else []
