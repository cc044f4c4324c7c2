"""Two ways into the API: signed in as a person, or with a key."""

from rest_framework.test import APIClient

from campaigns.models import User
from campaigns.services import tokens


def as_person(user: User) -> APIClient:
    """Return a client signed in as ``user``."""
    client = APIClient()
    client.force_login(user)
    return client


def with_key(user: User, *scopes: str) -> APIClient:
    """Return a client that sends a key of ``user`` with these scopes."""
    _, plain = tokens.issue(user, scopes)
    return APIClient(headers={"Authorization": f"Bearer {plain}"})
