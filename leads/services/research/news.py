"""Finds news: lines of a website that carry a date."""

from collections.abc import Iterator

from leads.services.research import sentences
from leads.services.research.claims import Claim, is_order, on
from leads.services.research.site import ReadPage, Visit

KINDS = {"news": "high", "home": "medium", "about": "medium"}


def read(visit: Visit) -> list[Claim]:
    """Return dated lines, the newest first."""
    found = [claim for page in visit.pages if page.kind in KINDS for claim in _of(page)]
    return sorted(found, key=lambda claim: claim.date, reverse=True)


def _of(page: ReadPage) -> Iterator[Claim]:
    for line in _dated(page):
        day, text = sentences.date_in(line), sentences.without_date(line)
        if day and len(text) >= sentences.SHORTEST and not is_order(line):
            yield on(page, "news", text, KINDS[page.kind], line, day.isoformat())


def _dated(page: ReadPage) -> Iterator[str]:
    """Yield sentences with a date; a date that stands alone belongs to the line below it."""
    for line, below in zip(page.lines, (*page.lines[1:], ""), strict=True):
        if sentences.date_in(line) and len(sentences.without_date(line)) < sentences.SHORTEST:
            yield f"{line} {below}"[: sentences.LONGEST]
    yield from sentences.of(page)
