"""The doors of providers' call backs: an unguessable address, a small body, no effect twice."""

import json
import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns import clock
from leads.services.harvesting import callbacks

logger = logging.getLogger(__name__)
MAX_BYTES = 1_000_000


@csrf_exempt
@require_POST
def provider(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """Take what a provider says about one of our orders."""
    announced = request.headers.get("Content-Length") or "0"
    if not announced.isdecimal() or int(announced) > MAX_BYTES:
        return _answer("The body is too large.", 413)
    raw = request.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return _answer("The body is too large.", 413)
    try:
        body = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return _answer("This is not JSON.", 400)
    woken = callbacks.receive(name, token, body, clock.now())
    if woken is None:
        logger.warning("a call back of %s for no order of ours was refused", name)
        return _answer("There is no such order.", 404)
    return _answer("Noted." if woken else "Known already.", 200)


def _answer(text: str, status: int) -> HttpResponse:
    return JsonResponse({"detail": text}, status=status)
