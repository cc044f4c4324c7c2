"""Person or machine? Scanners and prefetchers open and click more mail than people do.

Every verdict carries its reason, so that a manager can see why an open was not counted. Rules, no model:
a verdict must be explainable and the same tomorrow.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network

from outreach.providers.events import DeliveryEvent

HUMAN, BOT, UNKNOWN = "human", "bot", "unknown"
DATA_CENTRE = "data centre"
TOO_SOON = timedelta(seconds=2)
BURST_GAP = timedelta(seconds=1)
Key = tuple[str, str]

_SCANNERS = re.compile(
    r"bot\b|crawl|spider|scan|barracuda|proofpoint|mimecast|ironport|messagelabs|symantec|trendmicro|"
    r"safelinks|microsoft office existence|fireeye|forcepoint|sophos|zscaler|urldefense|virustotal|phish|"
    r"facebookexternalhit|slackbot|whatsapp|telegrambot|twitterbot|linkedinbot|skypeuripreview|preview",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    r"^(python|curl|wget|go-http-client|java|okhttp|libwww|axios|node|ruby|perl|php|apache-httpclient)|"
    r"headlesschrome|phantomjs|selenium|puppeteer|playwright",
    re.IGNORECASE,
)
_ON_OPENING = re.compile(r"googleimageproxy|yahoomailproxy", re.IGNORECASE)
_PEOPLE = re.compile(
    r"mozilla/|opera/|outlook|thunderbird|applemail|airmail|spark|superhuman|mobile", re.IGNORECASE
)
#: Apple's privacy relay fetches every picture by itself and names no more than this.
_APPLE_RELAY = "Mozilla/5.0"
#: Where mail gateways open attachments and links: cloud networks in which nobody reads mail.
_DATA_CENTRES = tuple(
    map(
        ip_network,
        ("3.0.0.0/9", "13.52.0.0/14", "18.192.0.0/11", "34.64.0.0/10", "35.184.0.0/13", "40.92.0.0/14",
         "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17", "67.231.144.0/20", "148.163.128.0/19"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who did it, and how we know."""

    origin: str
    reason: str


NOT_A_VISIT = Verdict(UNKNOWN, "")
OWN_WORD = Verdict(HUMAN, "the person's own word")


def judge(event: DeliveryEvent, sent_at: datetime | None) -> Verdict:
    """Say who opened or clicked; other kinds are the mail system's or the person's own word."""
    if event.kind in ("opened", "clicked"):
        return _by_mark(event) or _by_time(event, sent_at) or _by_agent(event.user_agent, event.kind)
    return OWN_WORD if event.kind in ("replied", "unsubscribed", "complained") else NOT_A_VISIT


def bursts(clicks: Iterable[tuple[int, str, datetime, Key]]) -> set[Key]:
    """Return the keys of clicks ``(message, url, moment, key)`` that hit several links within a second."""
    by_message: dict[int, list[tuple[datetime, str, Key]]] = defaultdict(list)
    for message, url, moment, key in clicks:
        by_message[message].append((moment, url, key))
    found: set[Key] = set()
    for rows in by_message.values():
        if len({url for _, url, _ in rows}) > 1:
            rows.sort(key=lambda row: row[0])
            found |= _hurried(rows) | _hurried(rows[::-1])
    return found


def _hurried(rows: Sequence[tuple[datetime, str, Key]]) -> set[Key]:
    """Return the clicks that came within a second of the one before them on another link."""
    latest: dict[str, datetime] = {}
    found = set()
    for moment, url, key in rows:
        if any(other != url and abs(moment - at) <= BURST_GAP for other, at in latest.items()):
            found.add(key)
        latest[url] = moment
    return found


def _by_mark(event: DeliveryEvent) -> Verdict | None:
    if event.data.get("machine"):
        return Verdict(BOT, "the provider marked it as opened by a machine")
    if event.data.get("method") == "HEAD":
        return Verdict(BOT, "asked for headers only, as scanners do")
    if event.data.get("purpose") in ("prefetch", "preview"):
        return Verdict(BOT, "fetched ahead by a browser")
    if (event.data.get("network") == DATA_CENTRE or is_data_centre(event.ip)) and not _ON_OPENING.search(
        event.user_agent
    ):
        return Verdict(BOT, "from a data centre")
    return None


def _by_time(event: DeliveryEvent, sent_at: datetime | None) -> Verdict | None:
    if sent_at is not None and event.occurred_at - sent_at <= TOO_SOON:
        return Verdict(BOT, "within two seconds of sending")
    return None


@lru_cache(maxsize=4096)
def _by_agent(agent: str, kind: str) -> Verdict:
    if not agent:
        return Verdict(UNKNOWN, "no program named")
    if _ON_OPENING.search(agent):
        return Verdict(HUMAN, "opened through the mail service's picture proxy")
    if kind == "opened" and agent == _APPLE_RELAY:
        return Verdict(BOT, "Apple Mail privacy prefetch")
    if found := _SCANNERS.search(agent):
        return Verdict(BOT, f"known scanner: {found[0].lower()}"[:80])
    if found := _PROGRAMS.search(agent):
        return Verdict(BOT, f"a program, not a browser: {found[0].lower()}"[:80])
    if _PEOPLE.search(agent):
        return Verdict(HUMAN, "a mail program or browser")
    return Verdict(UNKNOWN, "unfamiliar program")


@lru_cache(maxsize=4096)
def is_data_centre(ip: str) -> bool:
    """Whether an address belongs to a cloud network in which nobody reads mail."""
    if not ip:
        return False
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in network for network in _DATA_CENTRES)
