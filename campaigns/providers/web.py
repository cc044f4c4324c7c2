"""Reads pages of the web whose addresses strangers named: public hosts, few redirects, small, quick, text.

Everything a visit may cost is bounded: 10 seconds in all, 2 MB after unpacking, 3 redirects, each judged
anew. Without OFFLINE_PROVIDERS=0 the offline web stands in behind the same door.
"""

import codecs
import re
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urljoin

import httpx2

from campaigns.providers import addresses
from campaigns.providers.addresses import Forbidden, Network, Target
from campaigns.providers.base import ProviderError, refusal
from campaigns.providers.guard import GuardedTransport
from campaigns.providers.robots import Robots
from campaigns.providers.wire import Deadline

REDIRECTS, SECONDS, BYTES, CHUNK = 3, 10.0, 2_000_000, 65_536
PAGES = ("text/html", "application/xhtml+xml", "text/plain")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{2,40})", re.I)
Admit = Callable[[str], float]


@dataclass(frozen=True)
class Manners:
    """How we behave: our name, whether wishes of robots.txt count, the only hosts visited (empty: all)."""

    agent: str = "Leadloom/1 (+https://localhost)"
    respects_robots: bool = True
    allowed: Collection[str] = ()
    sandbox: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    own: Sequence[Network] = ()
    proxy: str = ""


@dataclass(frozen=True)
class Page:
    """One page as it was read; ``url`` is where the redirects ended, ``is_cut`` whether it went on."""

    url: str
    status: int
    content_type: str
    text: str
    headers: Mapping[str, str]
    is_cut: bool = False


class Web:
    """Visits one page after another; one of these per piece of work, not shared between threads."""

    def __init__(
        self,
        manners: Manners,
        *,
        admit: Admit = lambda host: 0.0,
        transport: httpx2.BaseTransport | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        """Take the manners, the token bucket of a host (seconds to wait) and perhaps another web."""
        self.manners, self._admit, self._deadline = manners, admit, deadline or Deadline(SECONDS)
        self._transport = transport or GuardedTransport(
            self._deadline, sandbox=manners.sandbox, own=manners.own, proxy=manners.proxy
        )
        self._robots = Robots(manners.agent, self._read_robots)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Return a page, or raise ``ProviderError`` with the reason in words.

        ``headers`` go to the first host only; a redirect elsewhere does not carry them on.
        """
        self._deadline.restart(SECONDS)
        return self._visit(url, dict(headers or {}), PAGES, asks_robots=self.manners.respects_robots)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def _visit(self, url: str, headers: dict[str, str], kinds: Sequence[str], *, asks_robots: bool) -> Page:
        for _ in range(REDIRECTS + 1):
            target = self._target(url)
            if asks_robots and not self._robots.allow(target):
                raise ProviderError("The website asks robots to stay away.", permanent=True, code="robots")
            if wait := self._admit(target.host):
                raise ProviderError("The website was visited too often.", retry_after=wait, code="rate_limit")
            page, onward = self._once(target, headers, kinds)
            if page is not None:
                return page
            url = urljoin(target.url, onward)
            headers = headers if _same_origin(target, url) else {}
        raise ProviderError("The website sent us on more than three times.", permanent=True, code="redirects")

    def _target(self, url: str) -> Target:
        target = addresses.read(url, sandbox=self.manners.sandbox, own=self.manners.own)
        allowed = self.manners.allowed
        if allowed and not any(target.host == one or target.host.endswith(f".{one}") for one in allowed):
            raise Forbidden(f"{target.host} is not among the websites that may be visited.")
        return target

    def _once(self, target: Target, headers: dict[str, str], kinds: Sequence[str]) -> tuple[Page | None, str]:
        """Ask once; return the page, or where to go on."""
        sent = {
            "User-Agent": self.manners.agent,
            "Accept": ", ".join(kinds),
            "Accept-Encoding": "gzip, deflate",
        }
        reply = self._transport.handle_request(httpx2.Request("GET", target.url, headers={**sent, **headers}))
        try:
            if reply.status_code in (301, 302, 303, 307, 308) and "location" in reply.headers:
                return None, reply.headers["location"]
            if reply.status_code != 200:
                raise refusal("The website", reply.status_code, _phrase(reply.status_code), reply.headers)
            kind = reply.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
            if kind not in kinds:
                raise ProviderError(f"The page is {kind[:60]}, not text.", permanent=True, code="not_text")
            body, is_cut = _body(reply)
            text = _decoded(body, reply.headers.get("content-type", ""))
            return Page(target.url, 200, kind, text, dict(reply.headers), is_cut), ""
        finally:
            reply.close()

    def _read_robots(self, url: str) -> str:
        return self._visit(url, {}, PAGES, asks_robots=False).text


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "an unknown answer"


def _same_origin(target: Target, url: str) -> bool:
    origin = Target(target.scheme, target.host, "/").url
    return url.startswith(origin)


def _body(reply: httpx2.Response) -> tuple[bytes, bool]:
    """Return at most two megabytes of the unpacked body, and whether there was more."""
    unpack, body = _unpacker(reply.headers.get("content-encoding", "")), bytearray()
    for chunk in reply.iter_raw(CHUNK):
        body += unpack(chunk, BYTES + 1 - len(body))
        if len(body) > BYTES:
            return bytes(body[:BYTES]), True
    return bytes(body), False


def _unpacker(coding: str) -> Callable[[bytes, int], bytes]:
    """Return what unpacks a stream and never makes more than it is asked for (a bomb stays small)."""
    name = coding.strip().lower()
    if name in ("", "identity"):
        return lambda chunk, room: chunk[:room]
    if name not in ("gzip", "x-gzip", "deflate"):
        raise ProviderError(f"The page is packed as {name[:20]}.", permanent=True, code="not_text")
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(chunk: bytes, room: int) -> bytes:
        try:
            return stream.decompress(stream.unconsumed_tail + chunk, room)
        except zlib.error as error:
            raise ProviderError("The page is packed badly.", permanent=True, code="not_text") from error

    return unpack


def _decoded(body: bytes, content_type: str) -> str:
    """Return a page as text: by its header, by its own word, else as UTF-8; what does not fit is replaced."""
    named = re.search(r"charset=[\"']?([A-Za-z0-9_-]{2,40})", content_type, re.I)
    found = _CHARSET.search(body[:2_048])
    name = named.group(1) if named else found.group(1).decode() if found else "utf-8"
    try:
        codecs.lookup(name)
        return body.decode(name, "replace")
    except (LookupError, UnicodeError, TypeError):
        return body.decode("utf-8", "replace")
