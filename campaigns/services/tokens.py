"""Keys of partner systems: issued once, stored as a digest, scoped, dated, revoked at once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from campaigns import clock
from campaigns.models import AccessToken, User
from campaigns.models.token import SCOPES
from campaigns.services import audit

YEAR = timedelta(days=365)
SEEN_EVERY = timedelta(minutes=1)
WORDS = (b"bearer", b"token")


class TokenRefused(Exception):
    """A key that may not be issued as asked."""

    code = "token_refused"
    status = 400


def issue(
    user: User,
    scopes: Sequence[str],
    name: str = "",
    expires_in: timedelta = YEAR,
    by: User | None = None,
) -> tuple[AccessToken, str]:
    """Make a key for ``user``; return it with its plain text, which nobody can read again."""
    _check(user, scopes, expires_in)
    with transaction.atomic():
        token, plain = AccessToken.objects.create(
            user=user, expiry=None, name=name[:80], scopes=sorted(set(scopes))
        )
        token.expiry = clock.now() + expires_in
        token.save(update_fields=["expiry"])
        audit.record(by, "issue key", user, after=_facts(token))
    return token, plain


def revoke(token: AccessToken, by: User | None = None, reason: str = "") -> None:
    """Take a key away; its next call is refused."""
    with transaction.atomic():
        AccessToken.objects.filter(pk=token.pk).delete()
        audit.record(by, "revoke key", token.user, reason=reason, before=_facts(token))


def find(plain: str) -> AccessToken | None:
    """Return the living key behind ``plain`` with its person, noting the use at most once a minute."""
    token: AccessToken | None = (
        AccessToken.objects.select_related("user").filter(digest=hash_token(plain)).first()
    )
    now = clock.now()
    if token is None or (token.expiry is not None and token.expiry <= now) or not token.user.is_active:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
    if token.last_used_at is None or token.last_used_at < now - SEEN_EVERY:
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


class ScopedTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer loom_…`` (or ``Token loom_…``); never in the address of a request."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """Return the key's person and the key, or refuse a key that is unknown, expired or revoked."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in WORDS:
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send the key as «Authorization: Bearer KEY», without spaces in it.")
        token = find(words[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed("This key is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a missing key is answered with 401 and not 403."""
        return "Bearer"


def _check(user: User, scopes: Sequence[str], expires_in: timedelta) -> None:
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise TokenRefused(f"There is no scope {', '.join(unknown)}. Scopes are: {', '.join(SCOPES)}.")
    if not scopes:
        raise TokenRefused(f"A key needs at least one scope of: {', '.join(SCOPES)}.")
    if not timedelta(0) < expires_in <= YEAR:
        raise TokenRefused("A key lives at least a moment and at most a year.")
    if not user.is_active:
        raise TokenRefused(f"{user} is not active.")


def _facts(token: AccessToken) -> dict[str, Any]:
    return {"prefix": token.token_key, "name": token.name, "scopes": token.scopes}
