"""Websites for the tests, already read."""

from leads.services.research.site import ReadPage, Visit

HOME = "https://firm.example/"
SEEN = "2026-11-20T08:00:00+00:00"


def page(*lines: str, url: str = HOME, kind: str = "home", **facts: object) -> ReadPage:
    """Return a page with these lines."""
    given = {"title": "", "description": "", "language": "en", "links": (), "marks": (), **facts}
    return ReadPage(url=url, kind=kind, lines=lines, fetched_at=SEEN, **given)  # type: ignore[arg-type]


def visit(*pages: ReadPage) -> Visit:
    """Return a website of these pages."""
    return Visit("firm.example", pages)
