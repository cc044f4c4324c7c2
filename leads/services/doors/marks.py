"""Campaign marks and ad click ids in a page's address, and the first-party number of a visitor."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlsplit

from campaigns import clock
from campaigns.services import bulk
from leads.models import KeyKind, LeadKey

CLICK_IDS = ("gclid", "fbclid", "msclkid")
NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", *CLICK_IDS)
_VISITOR = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CLICK = re.compile(r"[!-~]{1,200}")
_COLUMNS = ("lead_id", "kind", "value", "source", "first_seen_at", "last_seen_at")


def page(url: str) -> str:
    """Return a web page's address without what could do harm; empty when it is none."""
    found = url.strip()[:500]
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    return found if parts.scheme in ("http", "https") and parts.netloc and found.isprintable() else ""


def read(*queries: str) -> dict[str, str]:
    """Return the marks in some addresses or query strings; the first that names one wins."""
    found: dict[str, str] = {}
    for text in queries:
        query = urlsplit(text).query if "?" in text else text
        for name, value in parse_qsl(query[:4000], max_num_fields=100, separator="&"):
            if name in NAMES and value.isprintable():
                found.setdefault(name, value[:200])
    return found


def visitor(text: str) -> str:
    """Return a visitor's number, if it is one."""
    return text if _VISITOR.fullmatch(text) else ""


def keys(lead_id: int, marks: Mapping[str, str], visitor_id: str) -> list[tuple[int, str, str]]:
    """Return the keys of a person that a visit gives: (lead, kind, value)."""
    clicks = [(name, marks[name]) for name in CLICK_IDS if _CLICK.fullmatch(marks.get(name, ""))]
    found = [(lead_id, KeyKind.CLICK.value, f"{name}:{value}") for name, value in clicks]
    return [*found, (lead_id, KeyKind.VISITOR.value, visitor_id)] if visitor_id else found


def remember(rows: Iterable[tuple[int, str, str]], source: str) -> int:
    """Keep keys of people; one that names somebody already stays with them. Return how many are new."""
    now = clock.now()
    listed = [(lead_id, kind, value[:254], source[:60], now, now) for lead_id, kind, value in rows]
    return len(bulk.insert_ignore(LeadKey, _COLUMNS, listed)) if listed else 0
