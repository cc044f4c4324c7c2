"""``Idempotency-Key``: a POST that is sent twice acts once and is answered twice.

The key is claimed by inserting a row before the work starts. The same key with the same body gets the
stored answer again, with another body 422, while the first is still at work 409. A request that died
half way leaves its row without an answer: nobody knows what it did, so it is never repeated blindly.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import IntegrityError, transaction
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import clock
from campaigns.models import IdempotencyKey, User
from campaigns.services.errors import Conflict, Unprocessable

if TYPE_CHECKING:  # the framework's views load this module by their default permission
    from rest_framework.views import APIView as View
else:
    View = object

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
PATIENCE = timedelta(minutes=2)


class KeyReused(Unprocessable):
    """The key was used for something else."""

    code = "idempotency_key_reused"


class KeyBusy(Conflict):
    """The first request with this key has no answer yet."""

    code = "idempotency_key_busy"


class Replay(Exception):
    """The request was answered before; carries that answer up through the framework."""

    def __init__(self, row: IdempotencyKey) -> None:
        self.row = row
        super().__init__(row.path)


class IdempotentMixin(View):
    """Makes the POSTs of a view repeatable. Put it before the framework's classes."""

    _claim: IdempotencyKey | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After sign-in, permission and rate limit: claim the key, or answer as before."""
        super().initial(request, *args, **kwargs)
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None:
            self._claim = claim(request, key, clock.now())

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a repeated request with the stored answer."""
        if isinstance(exc, Replay):
            return Response(exc.row.answer, status=exc.row.status, headers={"Idempotent-Replayed": "true"})
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer with its key."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if self._claim is not None:
            keep(self._claim, final)
        return final


def claim(request: Request, key: str, now: datetime) -> IdempotencyKey:
    """Take the key for this request; raise the stored answer or why it cannot be used."""
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise ValidationError({HEADER: ["Use 1 to 255 printable characters."]})
    mine = IdempotencyKey(
        actor=cast(User, request.user), key=key, path=request.get_full_path()[:250],
        body_hash=_digest(request), created_at=now,
    )  # fmt: skip
    IdempotencyKey.objects.filter(actor_id=mine.actor_id, key=key, created_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
    except IntegrityError:
        _answer(IdempotencyKey.objects.get(actor_id=mine.actor_id, key=key), mine, now)
    return mine


def keep(row: IdempotencyKey, response: Response) -> None:
    """Store the answer; a refusal changed nothing, so its key is free for another try."""
    if 400 <= response.status_code < 500:
        row.delete()
        return
    row.status = response.status_code
    row.answer = json.loads(JSONRenderer().render(response.data)) if response.data is not None else None
    row.save(update_fields=["status", "answer"])


def forget_old(now: datetime, *, limit: int = 1000) -> int:
    """Delete answers older than a day (a drain); return how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).values("pk")[:limit]
    return IdempotencyKey.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]


def _answer(first: IdempotencyKey, mine: IdempotencyKey, now: datetime) -> None:
    """Raise what a second request with a used key is told."""
    if (first.path, first.body_hash) != (mine.path, mine.body_hash):
        raise KeyReused(
            "This Idempotency-Key was used for another request; take a new key for a new request."
        )
    if first.status is not None:
        raise Replay(first)
    if now - first.created_at < PATIENCE:
        raise KeyBusy("The first request with this Idempotency-Key is still at work; ask again in a moment.")
    raise KeyBusy(
        "The first request with this Idempotency-Key was cut off. Look whether it took effect;"
        " if it did not, send it again with a new key."
    )


def _digest(request: Request) -> str:
    """Fingerprint the body; uploads by their content, without holding it in memory."""
    if not str(request.content_type).startswith("multipart/"):
        return hashlib.sha256(request._request.body).hexdigest()
    digest = hashlib.sha256(repr(sorted(request._request.POST.lists())).encode())
    for name, file in sorted(request._request.FILES.items()):
        digest.update(f"{name} {getattr(file, 'name', '')}".encode())
        for chunk in file.chunks():  # type: ignore[union-attr]
            digest.update(chunk)
        file.seek(0)  # type: ignore[union-attr]
    return digest.hexdigest()
