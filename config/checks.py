"""The friendly porter: every dotted path in settings is imported at start, so that a typo speaks at once."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string


@register("leadloom")
def seams_resolve(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Import every stage, drain, channel, source and hook that settings name."""
    return [problem for entry, path in _entries() if (problem := _problem(entry, path))]


@register(Tags.security, deploy=True)
def mail_is_real(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn when real mail is asked for but has no way out."""
    if settings.OFFLINE_PROVIDERS or "filebased" not in settings.EMAIL_BACKEND:
        return []
    hint = "Set SENDGRID_API_KEY, EMAIL_URL or EMAIL_HOST, or OFFLINE_PROVIDERS=true for a rehearsal."
    return [Warning("OFFLINE_PROVIDERS is off, but no mail transport is set.", hint=hint, id="leadloom.W001")]


def _entries() -> Iterator[tuple[str, str]]:
    """Yield each entry of the seams as (where it stands, its dotted path)."""
    for name, stages in settings.PIPELINES.items():
        for stage, path in stages:
            yield f'PIPELINES["{name}"], stage "{stage}"', path
    for name, (path, _) in settings.DRAINS.items():
        yield f'DRAINS["{name}"]', path
    for setting in ("CHANNELS", "LEAD_SOURCES"):
        for name, path in getattr(settings, setting).items():
            yield f'{setting}["{name}"]', path
    for setting in ("PREFLIGHT_CHECKS", "PERSONAL_FIELDS", "FORGETTERS"):
        for path in getattr(settings, setting):
            yield setting, path
    for moment, paths in settings.CAMPAIGN_HOOKS.items():
        for path in paths:
            yield f'CAMPAIGN_HOOKS["{moment}"]', path


def _problem(entry: str, path: str) -> Error | None:
    try:
        found = import_string(path)
    except ImportError as error:
        hint = f"Correct the dotted path in config/settings.py. {error}"
        return Error(f"settings.{entry} cannot be imported: {path}", hint=hint, id="leadloom.E001")
    if callable(found):
        return None
    return Error(
        f"settings.{entry} is not callable: {path}", hint="Name a function or class.", id="leadloom.E002"
    )
