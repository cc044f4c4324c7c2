"""The offline twin: the real client speaks to the sandbox inside the process, without any network."""

from functools import lru_cache
from pathlib import Path

import httpx2

from leads.providers.sandbox.core import BASES, Sandbox
from leads.providers.sandbox.wire import Call

KEY = "sandbox"


class Twin(httpx2.BaseTransport):
    """Answers the requests of one provider's client."""

    def __init__(self, sandbox: Sandbox, provider: str) -> None:
        self.sandbox, self.provider = sandbox, provider

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        url = request.url
        call = Call.of(
            request.method, url.path, url.query.decode(), request.read(), dict(request.headers.items())
        )
        reply = self.sandbox.answer(self.provider, call)
        if reply.cut:
            raise httpx2.ReadError("the line was cut", request=request)
        headers = {**reply.headers, "content-type": reply.content_type}
        return httpx2.Response(reply.status, headers=headers, content=reply.body, request=request)


@lru_cache(maxsize=4)
def offline(folder: str) -> Sandbox:
    """Return the sandbox that stands in where there is no key; results are ready at the first look."""
    sandbox = Sandbox(Path(folder) / "providers" / "sandbox.sqlite3")
    if sandbox.book.get("knob", "polls") is None:
        sandbox.turn(polls=0)
    return sandbox


def base_url(provider: str) -> str:
    """Return an address that nobody has."""
    return f"https://{provider}.sandbox.invalid{BASES[provider]}"
