"""The sandbox behind a port: ``http://127.0.0.1:8090/apollo/api/v1`` and so on; ``/_log`` shows its book.

``GET /_log[?provider=hunter]`` the calls, ``GET /_billed`` totals, ``POST /_knobs {"polls": 2}``,
``POST /_faults {"provider": "hunter", "fault": "500", "times": 3}``, ``POST /_clear``.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from leads.providers.sandbox.core import BASES, PROVIDERS, Sandbox
from leads.providers.sandbox.wire import Call, Reply

BODY = 5_000_000


class Server(ThreadingHTTPServer):
    """Serves a sandbox; ``only`` narrows it to one provider, which then needs no prefix."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sandbox: Sandbox, port: int = 0, only: str = "") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.sandbox, self.only = sandbox, only

    def base_url(self, provider: str) -> str:
        """Return a provider's address here."""
        prefix = "" if self.only else f"/{provider}"
        return f"http://127.0.0.1:{self.server_address[1]}{prefix}{BASES[provider]}"

    def start(self) -> "Server":
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """End and free the port."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve("GET")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve("POST")

    def _serve(self, method: str) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(min(BODY, int(self.headers.get("content-length") or 0)))
        if url.path.startswith("/_"):
            self._send(_own(self.server.sandbox, url.path, url.query, body))
            return
        provider, path = self._route(url.path)
        if provider not in PROVIDERS:
            self._send(Reply(404, {"error": f"Providers here: {', '.join(PROVIDERS)}"}))
            return
        call = Call.of(method, path, url.query, body, dict(self.headers.items()))
        self._send(self.server.sandbox.answer(provider, call))

    def _route(self, path: str) -> tuple[str, str]:
        if self.server.only:
            return self.server.only, path
        _, provider, *rest = path.split("/")
        return provider, "/" + "/".join(rest)

    def _send(self, reply: Reply) -> None:
        if reply.cut:
            self.close_connection = True
            self.connection.close()
            return
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-type", reply.content_type)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
        except OSError:  # the client was killed while it waited
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the book is the log."""


def _own(sandbox: Sandbox, path: str, query: str, body: bytes) -> Reply:
    """Answer the sandbox's own addresses."""
    if path == "/_log":
        return Reply(200, sandbox.book.calls(parse_qs(query).get("provider", [""])[0]))
    if path == "/_billed":
        return Reply(200, {name: str(sandbox.book.billed(name)) for name in PROVIDERS})
    try:
        sent = json.loads(body or b"{}")
        if path == "/_knobs":
            sandbox.turn(**sent)
        elif path == "/_faults":
            sandbox.fail(**sent)
        elif path == "/_clear":
            sandbox.book.clear()
        else:
            return Reply(404, {"error": "No such address"})
    except (ValueError, TypeError) as error:
        return Reply(400, {"error": str(error)})
    return Reply(200, {"ok": True})
