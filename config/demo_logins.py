"""Who may be shown on the sign-in page: demo people who still have the password that the demo gave them.

The demo leaves a digest of each stored password hash in the state folder; once somebody changes a password
the digests differ, and the person is no longer offered. Nothing is shown to visitors from other machines.
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from campaigns.models import User

FILE = "demo-people.json"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def remember(people: list[User]) -> None:
    """Note these people's present passwords (as digests) as those of the demo."""
    (settings.VAR / FILE).write_text(json.dumps({user.username: _digest(user.password) for user in people}))


def offered(request: HttpRequest) -> list[dict[str, str]]:
    """Return label and name of each demo person to offer on this machine's own sign-in page."""
    if request.get_host().rpartition(":")[0].strip() not in LOOPBACK and request.get_host() not in LOOPBACK:
        return []
    known = _known()
    people = User.objects.filter(username__in=known, is_active=True).order_by("pk") if known else []
    return [
        {"name": user.username, "label": f"{user.get_full_name()}, {user.get_role_display().lower()}"}
        for user in people
        if _digest(user.password) == known[user.username]
    ]


def _known() -> dict[str, Any]:
    try:
        return dict(json.loads((settings.VAR / FILE).read_text()))
    except (OSError, ValueError):
        return {}


def _digest(stored: str) -> str:
    return hashlib.sha256(stored.encode()).hexdigest()
