"""The version is the newest heading of the change log, so that the two can never disagree."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def newest(text: str) -> str:
    """Return the first ``## 1.2.3`` heading of a change log, or ``0`` if it has none."""
    found = re.search(r"^## (\d+\.\d+\.\d+)", text, re.MULTILINE)
    return found[1] if found else "0"


VERSION = newest(CHANGELOG.read_text(encoding="utf-8"))
