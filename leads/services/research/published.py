"""What a website gives away without being read: software by its marks, addresses the firm publishes."""

import re
from collections.abc import Iterator

from leads.services.research import cleaning, sentences, technologies
from leads.services.research.claims import Claim, on
from leads.services.research.site import ReadPage, Visit

_ROLE = re.compile(
    r"^(info|hello|hi|contact|office|mail|sales|support|service|team|enquir\w+|reception|bookings?|kontakt)@"
)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d\s().-]{7,17}\d(?![\w])")
_SOCIAL = re.compile(
    r"https?://(?:www\.)?(linkedin\.com/company|facebook\.com|instagram\.com|x\.com|youtube\.com)/[\w.@/-]{2,80}"
)


def read(visit: Visit) -> list[Claim]:
    """Return what needs no reader: software by its marks, and the firm's own ways to reach it."""
    return [*_technologies(visit), *_contacts(visit)]


def _technologies(visit: Visit) -> Iterator[Claim]:
    seen: set[str] = set()
    for page in visit.pages:
        for name, mark in technologies.found_in(page.marks).items():
            if name not in seen:
                seen.add(name)
                yield on(page, "technologies", name, "high", mark)


def _contacts(visit: Visit) -> Iterator[Claim]:
    """Yield office addresses, numbers and company profiles; never the address of a person."""
    seen: set[str] = set()
    domain = visit.domain.removeprefix("www.")
    for page in sorted(visit.pages, key=lambda page: page.kind != "contact"):
        for found in (*_published(page, domain), *_profiles(page)):
            if found.lower() not in seen:
                seen.add(found.lower())
                yield on(page, "contact", found, "high")


def _published(page: ReadPage, domain: str) -> Iterator[str]:
    for mail in cleaning.mails(page.text):
        if _ROLE.match(mail) and mail.endswith(f"@{domain}"):
            yield mail
    if page.kind in ("contact", "home"):
        yield from (found.strip() for found in _PHONE.findall(page.text) if not sentences.date_in(found))


def _profiles(page: ReadPage) -> Iterator[str]:
    yield from (url for _, url in page.links if _SOCIAL.fullmatch(url.rstrip("/")))
