"""One polite HTTP call to a provider of lead data: its own time limits, no retry, every error in our words.

What an error means for money is in its ``code``:

``server_error``, ``rate_limit``: nothing was accepted, ask again later (``retry_after`` seconds).
``unknown``, ``bad_answer``: the call may have been accepted and billed; it is never repeated blindly.
``key``, ``quota``: the account must be looked after. ``restricted``: the law forbids it (HTTP 451).
``refused``, ``not_found``: the question itself is wrong; asking again would not help.
"""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx2

from campaigns.providers.base import ProviderError, refusal

CONNECT, READ = 5.0, 25.0
LARGEST = 20_000_000
UNSURE = frozenset({"unknown", "bad_answer"})
PASSING = frozenset({"server_error", "rate_limit", "unknown"})


@dataclass(frozen=True)
class Reply:
    """An answer as it came: status, body as JSON (``None`` if it is none) and as text, headers."""

    status: int
    data: Any
    text: str
    headers: Mapping[str, str]


@dataclass
class Web:
    """A provider's address with our key; ``transport`` lets a twin answer instead of the network."""

    service: str
    base_url: str
    headers: Mapping[str, str] = field(repr=False)
    timeout: float = READ
    transport: httpx2.BaseTransport | None = None

    def ask(self, method: str, path: str, *, query: Any = None, body: Any = None) -> Reply:
        """Send one request; return a 2xx answer, raise ``ProviderError`` for everything else."""
        reply = self._send(method, path, query, body)
        if not 200 <= reply.status < 300:
            raise refused(self.service, reply)
        return reply

    def _send(self, method: str, path: str, query: Any, body: Any) -> Reply:
        limits = httpx2.Timeout(self.timeout, connect=CONNECT)
        try:
            with (
                self._client(limits) as client,
                client.stream(method, self.base_url.rstrip("/") + path, params=query, json=body) as answer,
            ):
                text = _read(self.service, answer, time.monotonic() + 2 * self.timeout)
                return Reply(answer.status_code, _json(text), text, dict(answer.headers))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            words = f"{self.service} cannot be reached."
            raise ProviderError(words, code="server_error") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            words = f"{self.service} did not answer in time, so nobody knows whether it took the order."
            raise ProviderError(words, code="unknown") from error

    def _client(self, limits: httpx2.Timeout) -> httpx2.Client:
        """A fresh line for each call: one that was kept could be cut before the call is even heard."""
        return httpx2.Client(
            headers=dict(self.headers), timeout=limits, transport=self.transport, verify=_trusted()
        )


def refused(service: str, reply: Reply) -> ProviderError:
    """Turn an error answer into words and a code; providers with own rules look at the status first."""
    if reply.status == 451:
        words = f"{service} may not give this person's data away."
        return ProviderError(words, permanent=True, code="restricted")
    if 300 <= reply.status < 400:
        return ProviderError(f"{service} sent us elsewhere ({reply.status}).", permanent=True, code="refused")
    return refusal(service, reply.status, said(reply), reply.headers)


def said(reply: Reply) -> str:
    """Return what an error answer says, from the places where these services write it."""
    data = reply.data if isinstance(reply.data, dict) else {}
    errors = data.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return str(errors[0].get("details") or errors[0].get("id") or "")[:200]
    for name in ("error_message", "message", "reason", "detail", "errorMessage", "error"):
        if isinstance(data.get(name), str) and data[name]:
            return str(data[name])[:200]
    return "" if "<" in reply.text[:200] else reply.text[:200]


def bad_answer(service: str, what: str) -> ProviderError:
    """Return the error for an answer that is no answer: HTML, broken JSON, wrong types."""
    return ProviderError(f"{service} answered with {what}.", permanent=True, code="bad_answer")


def document(service: str, reply: Reply) -> dict[str, Any]:
    """Return the answer as one JSON object."""
    if isinstance(reply.data, dict):
        return reply.data
    raise bad_answer(service, "a web page instead of data" if "<" in reply.text[:500] else "no JSON object")


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whom we trust; reading the list takes 0.14 s, so it is read once."""
    return httpx2.create_ssl_context()


def _read(service: str, answer: httpx2.Response, until: float) -> str:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if time.monotonic() > until:
            raise httpx2.ReadTimeout("the answer trickles")
        if len(body) > LARGEST:
            raise bad_answer(service, f"more than {LARGEST // 1_000_000} MB")
    return body.decode("utf-8", "replace")


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return None
