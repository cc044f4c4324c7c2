"""Tags of the shell alone: where one is, what waits, the kept theme and the messages to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template.context import Context

from campaigns.templatetags import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_groups(context: Context) -> list[dict[str, Any]]:
    """Return the sidebar's groups with counts and the place one is in."""
    groups = [{"label": group.label, "places": _places(context, group.places)} for group in navigation.GROUPS]
    return [group for group in groups if group["places"]]


@register.simple_tag(takes_context=True)
def nav_phone(context: Context, part: str = "tabs") -> list[dict[str, Any]]:
    """Return the phone's tabs, or with "more" the places behind its last tab."""
    settings = [navigation.SETTINGS] if getattr(context.get("user"), "is_staff", True) else []
    places = navigation.on_phone() if part == "tabs" else [*navigation.rest(), *settings]
    return _places(context, tuple(places))


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return the viewer's kept theme: light, dark, or auto for the system's."""
    request: HttpRequest | None = context.get("request")
    kept = request.COOKIES.get("theme", "") if request else ""
    return kept if kept in {"light", "dark"} else "auto"


@register.filter
def undo_url(message: Message) -> str:
    """Return where a message's Undo posts to: its extra tag «undo:/some/url/», never another house's."""
    tags = (message.extra_tags or "").split()
    urls = [tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:")]
    return next((url for url in urls if url.startswith("/") and not url.startswith("//")), "")


def _places(context: Context, places: tuple[navigation.Place, ...]) -> list[dict[str, Any]]:
    counts: Mapping[str, int] = context.get("nav_counts") or {}
    return [
        {"place": place, "count": counts.get(place.slug), "waiting": place.slug in navigation.WAITING,
         "active": place.slug == context.get("nav")}
        for place in places
        if (not place.for_office or _is_office(context)) and (not place.for_managers or _may_manage(context))
    ]  # fmt: skip


def _may_manage(context: Context) -> bool:
    return bool(getattr(context.get("user"), "can_manage", True))


def _is_office(context: Context) -> bool:
    return bool(getattr(context.get("user"), "is_office", True))
