"""Addresses and numbers as analysts see them: enough to tell two apart, too little to write to anybody."""

import re
from typing import Any

from campaigns.models import User
from campaigns.models.user import Role

DOTS = "•••"
#: addresses, profiles and numbers inside a text
_INSIDE = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://)?(?:[\w-]+\.)?linkedin\.com/\S+|\+?\d[\d ()/-]{6,}\d"
)


def is_masked_for(actor: User) -> bool:
    """Whether this person reads figures, not people."""
    return actor.role == Role.ANALYST and not actor.is_superuser


def mask(value: str) -> str:
    """Hide an e-mail address (``j•••@•••.com``) or a phone number (``+1•••42``)."""
    if not value:
        return value
    if "linkedin.com/" in value:
        return f"linkedin.com/{DOTS}"
    if "@" in value:
        name, _, domain = value.partition("@")
        return f"{name[:1]}{DOTS}@{DOTS}.{domain.rpartition('.')[2]}"
    return f"{value[:2]}{DOTS}{value[-2:]}" if len(value) > 6 else DOTS


def shown_to(actor: User, value: str) -> str:
    """Return ``value`` as ``actor`` may see it."""
    return mask(value) if is_masked_for(actor) else value


def inside(actor: User, value: Any) -> Any:
    """Return a JSON value with every text in it as ``actor`` may see it."""
    if not is_masked_for(actor):
        return value
    if isinstance(value, str):
        return text_for(actor, value)
    if isinstance(value, dict):
        return {name: inside(actor, one) for name, one in value.items()}
    return [inside(actor, one) for one in value] if isinstance(value, list) else value


def text_for(actor: User, text: str) -> str:
    """Return a text with the addresses, profiles and numbers in it as ``actor`` may see them."""
    return _INSIDE.sub(lambda found: mask(found.group()), text) if is_masked_for(actor) else text
