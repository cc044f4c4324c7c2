"""Cells that no spreadsheet takes for a formula, and the way back.

A text is prefixed with ``'`` when it starts with one of ``= + - @``, their wide forms, a tab, a line end or
NUL, also behind blanks (OWASP «CSV injection», ASVS 1.2.10). An import takes exactly that prefix off again,
so a list that goes out and comes back is the same list.
"""

import re
from typing import Any

_DANGER = re.compile(r"[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0]")
_GUARDED = re.compile(r"'(?=[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0])")


def safe(value: Any) -> Any:
    """Return a cell that no spreadsheet computes; numbers stay what they are."""
    return f"'{value}" if isinstance(value, str) and _DANGER.match(value) else value


def bare(text: str) -> str:
    """Return a cell without the mark that ``safe`` put before it."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
