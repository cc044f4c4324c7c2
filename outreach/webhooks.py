"""The doors of mail services: check, store raw, answer fast. The drains understand later.

Nothing is stored that is not proven genuine; without its key or secret a door stays closed. What is
stored twice is one row. A failing database is an error answer, so that the sender tries again.
"""

import hashlib
import json
import logging
from typing import Any

from anymail.signals import inbound, tracking
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns import clock
from outreach.models import RawDelivery
from outreach.providers import anymail_events, inbound_parse, sendgrid
from outreach.providers.events import dumps
from outreach.services import leftovers, mailroom

logger = logging.getLogger(__name__)
EVENTS_MAX_BYTES = 1_000_000
INBOUND_MAX_BYTES = mailroom.MAX_BYTES


@csrf_exempt
@require_POST
def email_events(request: HttpRequest) -> HttpResponse:
    """Take a batch of SendGrid events."""
    body = _body(request, EVENTS_MAX_BYTES)
    if body is None:
        return _answer("The body is too large.", 413)
    if not _is_from_sendgrid(request, body):
        logger.warning("a delivery report without a valid signature was refused")
        return _answer("The signature is missing or wrong.", 403)
    try:
        sendgrid.parse(body)
    except ValueError as error:
        return _answer(f"This is not a list of events: {error}", 400)
    _store(sendgrid.NAME, hashlib.sha256(body).hexdigest(), body.decode())
    return _answer("Stored.", 200)


@csrf_exempt
@require_POST
def email_inbound(request: HttpRequest) -> HttpResponse:
    """Take one mail: a form of SendGrid's inbound parse, or the raw mail itself."""
    if not inbound_parse.is_allowed(request.headers.get("Authorization", ""), settings.INBOUND_SECRET):
        logger.warning("an inbound mail without the secret was refused")
        return _answer("The secret is missing or wrong.", 403)
    body = _body(request, INBOUND_MAX_BYTES)
    if body is None:
        return _answer("The mail is too large.", 413)
    try:
        mail = inbound_parse.parse(request.content_type or "", request.headers.get("Content-Type", ""), body)
    except ValueError as error:
        return _answer(f"There is no mail in this: {error}", 400)
    mailroom.accept(
        mail.raw, provider="inbound", envelope_to=mail.envelope_to, envelope_from=mail.envelope_from
    )
    return _answer("Stored.", 200)


@receiver(tracking)
def on_tracking(sender: object, event: Any, esp_name: str, **_: object) -> None:
    """Store what any other mail service reports through anymail; it must not fail on odd events."""
    found = anymail_events.parse(event, esp_name, clock.now())
    if found is not None:
        _store(leftovers.NORMAL, _digest(f"{found.provider}\n{found.provider_event_id}"), dumps([found]))


@receiver(inbound)
def on_inbound(sender: object, event: Any, esp_name: str, **_: object) -> None:
    """Store a mail that came through anymail's inbound door."""
    message = event.message
    mailroom.accept(
        message.as_bytes(),
        provider="inbound",
        envelope_to=[message.envelope_recipient] if message.envelope_recipient else [],
        envelope_from=message.envelope_sender,
    )


def _is_from_sendgrid(request: HttpRequest, body: bytes) -> bool:
    signature = request.headers.get(sendgrid.SIGNATURE_HEADER, "")
    timestamp = request.headers.get(sendgrid.TIMESTAMP_HEADER, "")
    keys = settings.ANYMAIL.get("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY", "").split()
    if not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if sendgrid.age(timestamp, clock.now()) > settings.WEBHOOK_MAX_AGE_SECONDS:
        return False
    return any(
        sendgrid.is_genuine(key=key, signature=signature, timestamp=timestamp, body=body) for key in keys
    )


def _body(request: HttpRequest, limit: int) -> bytes | None:
    """Return the body unless it is larger than allowed; what is announced too large is not even read."""
    announced = request.headers.get("Content-Length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        return None
    body = request.read(limit + 1)
    return None if len(body) > limit else body


def _store(provider: str, key: str, body: str) -> None:
    row = RawDelivery(provider=provider, kind="events", key=key, body=body, received_at=clock.now())
    RawDelivery.objects.bulk_create([row], ignore_conflicts=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _answer(text: str, status: int) -> HttpResponse:
    return HttpResponse(json.dumps({"detail": text}), content_type="application/json", status=status)
