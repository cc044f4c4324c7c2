"""Keys of partner systems: hashed and expiring by the library, scoped and named by us."""

from django.db import models
from knox.models import AbstractAuthToken

SCOPES = (
    "leads:read",
    "leads:write",
    "campaigns:read",
    "campaigns:run",
    "messages:read",
    "messages:send",
    "events:write",
    "analytics:read",
)


class AccessToken(AbstractAuthToken):  # type: ignore[misc]
    """A key of the REST API; only its digest is stored."""

    name = models.CharField(max_length=80, blank=True)
    scopes = models.JSONField(default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or f"{self.token_key}…"

    def allows(self, scope: str) -> bool:
        """Whether this key carries ``scope``."""
        return scope in self.scopes
