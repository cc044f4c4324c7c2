"""Cuts pages into sentences and finds the dates in them."""

import re
from collections.abc import Iterator
from datetime import date

from leads.services.research.site import ReadPage

SHORTEST, LONGEST = 15, 300
_END = re.compile(r"(?<=[.!?…])\s+(?=[\"'«“(]?[A-ZÄÖÜÉÈ0-9])")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_NAMED = "|".join(f"{month[:3]}(?:{month[3:]})?" if len(month) > 3 else month for month in _MONTHS)
_DATES = (
    re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?P<n>{_NAMED})\.?,?\s+(?P<y>20\d\d)\b", re.I),
    re.compile(rf"\b(?P<n>{_NAMED})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>20\d\d)\b", re.I),
    re.compile(r"\b(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d\d)\b"),
)


def of(page: ReadPage) -> Iterator[str]:
    """Yield the sentences of a page that are neither a shred nor a wall of words."""
    for line in page.lines:
        for sentence in _END.split(line):
            if SHORTEST <= len(sentence) <= LONGEST:
                yield sentence


def date_in(text: str) -> date | None:
    """Return the first date that a text names in full."""
    for pattern in _DATES:
        if found := pattern.search(text):
            parts = found.groupdict()
            month = _month(parts.get("n") or "") or int(parts.get("m") or 0)
            try:
                return date(int(parts["y"]), month, int(parts["d"]))
            except ValueError:
                continue
    return None


def without_date(text: str) -> str:
    """Return a line without the date in it, for a headline."""
    for pattern in _DATES:
        text = pattern.sub("", text, count=1)
    return text.strip(" :,.–—-|")


def _month(name: str) -> int:
    return next((n for n, month in enumerate(_MONTHS, 1) if name and month.startswith(name.lower()[:3])), 0)
