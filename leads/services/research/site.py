"""Visits a company's website: home and the few pages that tell about the firm, cleaned and kept a day."""

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from campaigns import clock
from campaigns.providers.base import ProviderError
from campaigns.providers.offline_web import OfflineWeb
from campaigns.providers.throttle import Bucket
from campaigns.providers.web import Manners, Web
from campaigns.services import sharing
from leads.services.research import cleaning, technologies

MOST_PAGES, KEPT, BURST = 8, timedelta(days=1), 12
#: the kinds of page we look for, by words in the link or its address, the most telling first
KINDS: dict[str, tuple[str, ...]] = {
    "about": ("about", "company", "who-we-are", "our-story", "ueber-uns", "uber-uns", "unternehmen"),
    "products": ("product", "service", "solution", "pricing", "price", "plans", "leistungen", "preise"),
    "news": ("news", "blog", "press", "aktuell", "insights"),
    "careers": ("career", "jobs", "join-us", "vacanc", "hiring", "karriere", "stellen"),
    "team": ("team", "people", "leadership", "staff"),
    "contact": ("contact", "kontakt", "impressum", "imprint"),
}


@dataclass(frozen=True)
class ReadPage:
    """One page as it was understood; ``marks`` give away the software behind it."""

    url: str
    kind: str
    title: str
    description: str
    language: str
    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    fetched_at: str

    @property
    def text(self) -> str:
        """Everything that stands on the page, one line after the other."""
        return "\n".join(line for line in (self.title, self.description, *self.lines) if line)


@dataclass(frozen=True)
class Visit:
    """A website as it was read: its pages, and what could not be read with the reason."""

    domain: str
    pages: tuple[ReadPage, ...]
    missed: tuple[tuple[str, str], ...] = ()

    @property
    def language(self) -> str:
        """The language the site says it is written in, as two letters."""
        return next((page.language for page in self.pages if page.language), "")


def visit(domain: str, now: datetime | None = None) -> Visit:
    """Return a website, read now or within the last day; raise ``ProviderError`` when home cannot be read."""
    now = now or clock.now()
    key = hashlib.sha256(f"site:{domain}:{settings.OFFLINE_PROVIDERS}".encode()).hexdigest()
    if (known := sharing.recall(key, now)) is not None:
        return _from_json(known)
    web = door()
    try:
        found = _read(web, domain, now)
    finally:
        web.close()
    sharing.remember(key, "web", asdict(found), now + KEPT)
    return found


def door() -> Web:
    """Return the way to the web that the settings ask for."""
    sandbox = {host: _place(at) for host, at in settings.WEB_SANDBOX.items()}
    manners = Manners(
        agent=settings.WEB_USER_AGENT,
        respects_robots=settings.WEB_RESPECT_ROBOTS,
        allowed=settings.WEB_ALLOWED_HOSTS,
        sandbox=sandbox,
        own=[ipaddress.ip_network(net) for net in settings.WEB_OWN_NETWORKS],
        proxy=settings.WEB_PROXY,
    )
    if settings.OFFLINE_PROVIDERS and not sandbox:
        return Web(manners, transport=OfflineWeb())
    return Web(manners, admit=_admit)


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.replace("localhost", "127.0.0.1").rpartition(":")
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError("WEB_SANDBOX may name addresses of this machine only.")
    return host, int(port)


def _admit(host: str) -> float:
    bucket = Bucket(
        f"web:{hashlib.sha256(host.encode()).hexdigest()[:32]}", BURST, settings.WEB_VISITS_PER_MINUTE / 60
    )
    return sharing.admit(bucket.name, bucket.capacity, bucket.per_second, clock.now())


def _read(web: Web, domain: str, now: datetime) -> Visit:
    home = _home(web, domain, now)
    pages, missed = [home], []
    for kind, url in chosen(home, domain):
        try:
            pages.append(_page(web, url, kind, now))
        except ProviderError as error:
            missed.append((url, error.message[:160]))
    return Visit(domain, tuple(pages), tuple(missed))


def _home(web: Web, domain: str, now: datetime) -> ReadPage:
    """Read the home page by https, and by http only where nobody answers encrypted."""
    if domain in settings.WEB_SANDBOX:
        return _page(web, f"http://{domain}/", "home", now)
    try:
        return _page(web, f"https://{domain}/", "home", now)
    except ProviderError as error:
        if error.code not in ("unreachable", "protocol"):
            raise
    return _page(web, f"http://{domain}/", "home", now)


def _page(web: Web, url: str, kind: str, now: datetime) -> ReadPage:
    got = web.get(url)
    found = cleaning.clean(got.text, got.url)
    marks = (*technologies.marks_of(got.headers), *found.marks)
    return ReadPage(
        got.url, kind, found.title, found.description, found.language, found.lines, found.links, marks,
        now.isoformat(),
    )  # fmt: skip


def chosen(home: ReadPage, domain: str) -> list[tuple[str, str]]:
    """Return which pages of the same site to read after home, one of each kind first."""
    seen = {home.url.rstrip("/")}
    by_kind: dict[str, list[str]] = {}
    for text, url in home.links:
        clean = url.partition("#")[0]
        if not _is_ours(clean, domain) or clean.rstrip("/") in seen:
            continue
        words = f"{text} {urlsplit(clean).path}".lower().replace(" ", "-")
        kind = next((kind for kind, cues in KINDS.items() if any(cue in words for cue in cues)), "")
        if kind:
            seen.add(clean.rstrip("/"))
            by_kind.setdefault(kind, []).append(clean)
    rounds = [(kind, urls[n]) for n in range(2) for kind, urls in _in_order(by_kind) if len(urls) > n]
    return rounds[: MOST_PAGES - 1]


def _in_order(by_kind: dict[str, list[str]]) -> Iterable[tuple[str, list[str]]]:
    return ((kind, by_kind[kind]) for kind in KINDS if kind in by_kind)


def _is_ours(url: str, domain: str) -> bool:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    is_page = not re.search(r"\.(pdf|jpe?g|png|gif|svg|webp|zip|docx?|xlsx?|mp4|ics)$", parts.path, re.I)
    return parts.scheme in ("http", "https") and host == domain.removeprefix("www.") and is_page


def _from_json(value: dict[str, Any]) -> Visit:
    pages = tuple(
        ReadPage(**{
            **page, "lines": tuple(page["lines"]), "marks": tuple(page["marks"]),
            "links": tuple((text, url) for text, url in page["links"]),
        })
        for page in value["pages"]
    )  # fmt: skip
    return Visit(value["domain"], pages, tuple((url, why) for url, why in value["missed"]))
