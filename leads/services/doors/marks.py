"""Campaign marks and ad click ids in a page's address, and the first-party number of a visitor."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlsplit

from leads.models import KeyKind, Lead
from leads.services.identity import keys as book
from leads.services.identity import merging

CLICK_IDS = ("gclid", "fbclid", "msclkid")
NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", *CLICK_IDS)
_VISITOR = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CLICK = re.compile(r"[!-~]{1,200}")


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


def remember(rows: Iterable[tuple[int, str, str]], source: str) -> None:
    """Keep keys of people; who was known by one only as a visitor is the person who now says who they are."""
    claims = [book.Claim(*row, source) for row in rows]
    owners = book.remember_many(claims)
    for claim in claims:
        holder = owners.get((claim.kind, book.spelt(claim.kind, claim.value)), claim.lead_id)
        if holder != claim.lead_id:
            _introduce(holder, claim.lead_id)


def _introduce(visitor_id: int, lead_id: int) -> None:
    """Merge a record without name or address into the person of the same visit; it can be taken apart again.

    Whoever has a name or an address of their own stays who they are: a browser may serve several people.
    """
    nobody = Lead.objects.current().filter(
        pk=visitor_id, email_key="", phone="", linkedin_key="", last_name="", erased_at=None
    )
    found, person = nobody.first(), Lead.objects.current().filter(pk=lead_id).first()
    if found and person and found.team_id in (None, person.team_id):
        merging.merge(person, found, how="rule", rule="The same visit")
