"""Makes and changes web forms; every change of what people see is a new version."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from campaigns.models import User
from campaigns.services import audit
from leads.models import WebForm
from leads.services.doors import catalogue

#: what, when changed, makes a new version: the wording under which people agreed
SEEN = ("headline", "intro", "fields", "button", "consent_text", "consent_channels")
START = [
    {"key": "full_name", "label": "Name", "required": True},
    {"key": "email", "label": "Work e-mail", "required": True},
    {"key": "company", "label": "Company", "required": False},
    {"key": "message", "label": "How can we help?", "required": False},
]
_ORIGIN = re.compile(r"(?:https?://)?(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?", re.IGNORECASE)


class BadForm(ValueError):
    """A form that cannot work, in words for whoever builds it."""


def save(form: WebForm, facts: dict[str, Any], by: User) -> WebForm:
    """Store a new or changed form; a new wording gets the next version number."""
    check(facts)
    is_new = form.pk is None
    before = {name: getattr(form, name) for name in SEEN}
    for name, value in facts.items():
        setattr(form, name, value)
    if not is_new and any(getattr(form, name) != before[name] for name in SEEN):
        form.version += 1
    if is_new and form.team is None:
        form.team = by.team
    with transaction.atomic():
        form.save()
        audit.record(by, "create" if is_new else "change", form, after={"version": form.version})
    return form


def check(facts: dict[str, Any]) -> None:
    """Raise BadForm when nobody could be recognised by a form, or it would promise what it cannot."""
    keys = [field["key"] for field in facts.get("fields", [])]
    if not keys:
        raise BadForm("Choose at least one field.")
    if len(set(keys)) != len(keys):
        raise BadForm("Every field can stand in a form once.")
    if unknown := [key for key in keys if key not in catalogue.questions()]:
        raise BadForm(f"There is no field «{unknown[0]}» any more.")
    if not set(keys) & set(catalogue.KEYS):
        raise BadForm("Ask for e-mail, phone or LinkedIn: people must be recognised by something.")
    if facts.get("consent_channels") and not facts.get("consent_text"):
        raise BadForm("Write what people agree to, or choose no channel.")
    if facts.get("consent_text") and not facts.get("consent_channels"):
        raise BadForm("Choose the channels that people agree to.")


def origins(text: str) -> list[str]:
    """Return sites, one a line, as origins such as ``https://www.example.com``; raise BadForm for others."""
    found: dict[str, None] = {}
    for line in re.split(r"[\s,]+", text.strip()):
        if not line:
            continue
        bare = line.rstrip("/")
        if not _ORIGIN.fullmatch(bare) or "." not in bare.replace("localhost", "local.host"):
            raise BadForm(f"«{line[:60]}» is not a site. Write it like https://www.example.com.")
        found[(bare if "://" in bare else f"https://{bare}").lower()] = None
    return list(found)


def address(form: WebForm) -> str:
    """Return the hosted page's address."""
    return f"{settings.PUBLIC_URL}/f/{form.key}/"


def snippet(form: WebForm) -> str:
    """Return the one line that puts the form on another site."""
    return f'<script src="{address(form)}embed.js" async></script>'


def frame_ancestors(form: WebForm) -> list[str]:
    """Return who may show the form in a frame: the sites named in it, or any when none is named."""
    return [*form.origins] or ["https:", "http:"]


def redirect_origin(form: WebForm) -> str:
    """Return the site to which people go on after sending; empty when they stay."""
    parts = urlsplit(form.redirect_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""
