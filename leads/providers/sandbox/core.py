"""The sandbox itself: sends a call to its provider, has the bad days that were ordered, writes the book.

Knobs (kept in the book, so that they work over processes): ``polls`` (answers «not ready» before a result),
``misses`` (percent of people Apollo does not find), ``total`` (how many people or places there are),
``verifying`` (Hunter's 202s), ``latency`` and ``ahead`` (seconds), ``error200``, ``failure``,
``limits.search`` and so on, and credits by provider.
A fault is ``{"provider", "fault", "times", "path", "retry_after"}``.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from leads.providers.sandbox import apollo, dropcontact, hunter, outscraper, windows
from leads.providers.sandbox.book import Book
from leads.providers.sandbox.wire import Call, Reply

PROVIDERS: dict[str, Callable[[Call, Book], Reply]] = {
    "apollo": apollo.answer,
    "dropcontact": dropcontact.answer,
    "hunter": hunter.answer,
    "outscraper": outscraper.answer,
}
BASES = {"apollo": apollo.BASE, "dropcontact": "", "hunter": hunter.BASE, "outscraper": ""}
#: bad days on which the provider has done, and billed, its work before it goes wrong
AFTER = ("cut", "garbage", "html", "types")
FREE = ("/users/", "/account", "/_")


class Sandbox:
    """Four providers with one book."""

    def __init__(self, path: Path) -> None:
        self.book = Book(path)
        self._lock = threading.RLock()

    def turn(self, **knobs: Any) -> "Sandbox":
        """Set knobs; ``credits_apollo=3`` sets a provider's credits."""
        for name, value in knobs.items():
            kind, name = ("credits", name[8:]) if name.startswith("credits_") else ("knob", name)
            self.book.put(kind, name, value)
        return self

    def fail(
        self, provider: str, fault: str, *, times: int = 1, path: str = "", retry_after: float = 2
    ) -> None:
        """Order a bad day for the next ``times`` calls whose path contains ``path``."""
        faults = [*self.book.get("knob", "faults", []),
                  {"provider": provider, "fault": fault, "times": times, "path": path,
                   "retry_after": retry_after}]  # fmt: skip
        self.book.put("knob", "faults", faults)

    def answer(self, provider: str, call: Call) -> Reply:
        """Answer one call, note it with what it billed, and take as long as it was told to."""
        with self._lock:
            fault = self._fault(provider, call.path)
            reply = self._reply(provider, call, fault)
            asked = call.body if call.body is not None else dict(call.query)
            self.book.note(provider, call.method, call.path, reply.status, reply.units, asked)
            latency = float(self.book.get("knob", "latency", 0))
        if latency and not call.path.startswith(FREE):
            time.sleep(latency)
        return reply

    def _reply(self, provider: str, call: Call, fault: dict[str, Any] | None) -> Reply:
        kind = fault["fault"] if fault else ""
        if fault and kind not in AFTER:
            return before(provider, kind, fault["retry_after"])
        headers, refusal = windows.count(self.book, call.path) if provider == "apollo" else ({}, None)
        reply = refusal or self._safe(provider, call)
        if reply.status not in (401, 403):
            reply = replace(reply, headers={**headers, **reply.headers})
        return after(reply, kind) if kind else reply

    def _safe(self, provider: str, call: Call) -> Reply:
        try:
            return PROVIDERS[provider](call, self.book)
        except (ValueError, TypeError, KeyError) as error:
            return Reply(422, {"error": f"Invalid parameters: {error}"})

    def _fault(self, provider: str, path: str) -> dict[str, Any] | None:
        faults = self.book.get("knob", "faults", [])
        for fault in faults:
            if fault["provider"] == provider and fault["times"] > 0 and fault["path"] in path:
                fault["times"] -= 1
                self.book.put("knob", "faults", faults)
                return dict(fault)
        return None


def before(provider: str, kind: str, wait: float) -> Reply:
    """Return the answer of a bad day on which nothing was taken in and nothing is billed."""
    quota = {
        "apollo": Reply(422, {"status": "failed", "error_message": "Your team has insufficient credits."}),
        "hunter": Reply(429, {"errors": [{"id": "usage_exceeded", "code": 429, "details": "Quota reached"}]}),
        "dropcontact": Reply(403, {"error": True, "success": False, "reason": "Not enough credits"}),
        "outscraper": Reply(402, {"error": True, "errorMessage": "Unpaid invoice"}),
    }  # fmt: skip
    slow = Reply(429, {"message": "Too many requests"}, {"retry-after": f"{wait:g}"})
    if provider == "hunter":  # it has its own number for this, and says no time
        slow = Reply(403, {"errors": [{"id": "too_many_requests", "code": 403, "details": "Slow down"}]})
    kinds = {
        "500": Reply(500, text="Internal Server Error"),
        "503html": Reply(503, text="<html><body>Bad gateway</body></html>"),
        "key": Reply(401, text="Invalid API key."),
        "slow": slow,
        "quota": quota[provider],
        "222": Reply(222, {"data": {"status": "unknown"}}),
        "451": Reply(451, {"errors": [{"id": "claimed_email", "code": 451, "details": "Asked to be left"}]}),
    }
    return kinds[kind]


def after(reply: Reply, kind: str) -> Reply:
    """Return what comes of a good answer (already billed) on its way."""
    if kind == "cut":
        return replace(reply, cut=True)
    if kind == "html":
        return replace(
            reply, status=200, text="<!doctype html><html><body>Welcome to our new site</body></html>"
        )
    if kind == "garbage":
        return replace(reply, text=reply.body.decode()[: max(5, len(reply.body) // 2)])
    return replace(reply, data=_twisted(reply.data), text=None)


def _twisted(data: Any) -> Any:
    """Return JSON of the same outline whose values are of the wrong types."""
    if isinstance(data, dict):
        return {name: _twisted(value) for name, value in data.items()}
    return 7 if isinstance(data, list | str) else "many" if isinstance(data, int) else [None]
