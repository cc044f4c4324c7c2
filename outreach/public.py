"""The doors of the recipient: open pixel, click links, the unsubscribe page. No account, no cookie."""

import base64
import logging
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import clock
from outreach.models import Link
from outreach.services import hits, signing, unsubscribe

logger = logging.getLogger(__name__)
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@never_cache
@require_safe
def open_pixel(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the picture, whatever happens; note the visit when the token is genuine."""
    if uid := signing.read_open(token):
        try:
            hits.opened(uid, _visitor(request))
        except DatabaseError:
            logger.exception("an open could not be noted")
    return HttpResponse(PIXEL, content_type="image/gif")


@never_cache
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to the stored link, and nowhere else."""
    uid, link_id = signing.read_click(token) or ("", 0)
    link = Link.objects.filter(pk=link_id).first() if uid else None
    if link is None or not _is_web(link.url):
        return _gone(request)
    try:
        hits.clicked(uid, link, _visitor(request))
    except DatabaseError:
        logger.exception("a click could not be noted")
    response = HttpResponseRedirect(link.url)
    response["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and does nothing (scanners follow links); POST acts, also RFC 8058's one-click."""
    uid = signing.read_unsubscribe(token)
    recipient = unsubscribe.recipient(uid) if uid else None
    if recipient is None:
        return _gone(request)
    is_done = request.method == "POST" and unsubscribe.unsubscribe(recipient.uid, clock.now())
    context = {"address": recipient.masked_address, "is_done": is_done}
    return _quiet(render(request, "outreach/public/unsubscribe.html", context))


def _gone(request: HttpRequest) -> HttpResponse:
    return _quiet(render(request, "outreach/public/expired.html", status=404))


def _quiet(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _visitor(request: HttpRequest) -> hits.Visitor:
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    return hits.Visitor(
        method=request.method or "GET",
        user_agent=request.headers.get("User-Agent", ""),
        ip=request.META.get("REMOTE_ADDR") or "",
        purpose="prefetch" if "prefetch" in purpose.lower() else "preview" if "preview" in purpose else "",
    )


def _is_web(url: str) -> bool:
    """Whether a stored link may be followed; it was checked when stored, and is checked again here."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable()
