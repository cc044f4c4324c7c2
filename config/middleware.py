"""One log line a request: what was asked (the route, never the address with its tokens), and how it went."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

log = structlog.get_logger("leadloom.web")
GIVEN_ID = re.compile(r"[\w-]{8,64}")
SILENT = ("/static/", "/health/")


class RequestLog:
    """Give each request an id, put it on every line written meanwhile, and send it back to the caller."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request between two clock readings."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            if not request.path.startswith(SILENT):
                self._write(request, response, time.perf_counter() - started)
        response.headers["X-Request-ID"] = request_id
        return response

    def _write(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=f"/{match.route}" if match else "unknown",
            status=response.status_code,
            ms=round(seconds * 1000),
        )
