"""Tags of what is known about a lead or a company: notes as read, tags in their colours, sizes of files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.forms import BoundField, Form
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns import clock
from campaigns.services import masking
from campaigns.templatetags.campaign import find_url
from leads.models import Note
from leads.services.known import tags

register = template.Library()

_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*\n]+)\*\*|(?<![\w*])\*(?P<slant>[^*\s][^*\n]*)\*(?![\w*])"
    r"|(?P<link>https?://[^\s<>\"'()]+[^\s<>\"'().,;:!?])|(?<![\w.@])@(?P<who>\w[\w.+-]*)"
)
_ITEM = re.compile(r"\s*[-*•]\s+(.*)")


@register.filter
def note_html(note: Note) -> SafeString:
    """Return a note as it is read: paragraphs, lists, bold, slanted, code, links, names; no HTML."""
    names = {mention.user.username.lower() for mention in note.mentions.all()}
    return _blocks(note.body, names)


@register.filter
def note_words(text: str) -> SafeString:
    """Return the words of a note inside a timeline, marked up as on the notes' own tab."""
    return _blocks(str(text), ())


@register.filter
def plain_note(text: str) -> str:
    """Return a note without its marks, for one line of a list."""
    return re.sub(r"\*+|`", "", text)


@register.filter
def tag_list(names: Collection[str]) -> list[dict[str, str]]:
    """Return tags with their colours, by one statement for all of them."""
    chosen = tags.tones(names) if names else {}
    return [{"name": name, "tone": tags.tone(name, chosen)} for name in names]


@register.filter
def as_lines(parts: Collection[object]) -> str:
    """Return a list as text with one part a line, for a field to type in."""
    return "\n".join(map(str, parts))


@register.filter
def own_names(form: Form) -> list[BoundField]:
    """Return the own fields of a form."""
    return [form[name] for name in form.fields if name.startswith("custom_")]


@register.simple_tag
def local_time(zone: str) -> str:
    """Say what time it is where somebody lives."""
    try:
        there = clock.now().astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return f"Lives in {zone}."
    return f"It is {there:%H:%M} in {zone.rpartition('/')[2].replace('_', ' ')}."


@register.filter
def file_size(size: int) -> str:
    """Return a number of bytes as people say it: 900 B, 12 kB, 3.4 MB."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


@register.simple_tag
def served(name: str, *args: Any) -> str:
    """Return a page's address, or nothing while no part of the house serves it."""
    return find_url(name, *args)


@register.simple_tag(takes_context=True)
def shown_text(context: dict[str, Any], text: str) -> str:
    """Return a text with the addresses in it as the viewer may see them."""
    return masking.text_for(context["request"].user, text)


def _blocks(text: str, names: Collection[str]) -> SafeString:
    return _joined([_block(part, names) for part in re.split(r"\n\s*\n", text.strip())])


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _block(text: str, names: Collection[str]) -> SafeString:
    items = [_ITEM.fullmatch(line) for line in text.splitlines()]
    if items and all(items):
        rows = ((_inline(item.group(1), names),) for item in items if item)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows))
    lines = format_html_join(
        SafeString("<br>"), "{}", ((_inline(line, names),) for line in text.splitlines())
    )
    return format_html("<p>{}</p>", lines)


def _inline(text: str, names: Collection[str]) -> SafeString:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts.append(format_html("{}", text[at : found.start()]))
        parts.append(_marked(found, names))
        at = found.end()
    return _joined([*parts, format_html("{}", text[at:])])


def _marked(found: re.Match[str], names: Collection[str]) -> SafeString:
    kind, words = str(found.lastgroup), str(found[str(found.lastgroup)])
    if kind == "link":
        rel = "noopener noreferrer nofollow"
        return format_html('<a class="link" href="{}" rel="{}" target="_blank">{}</a>', words, rel, words)
    if kind == "who":
        is_known = words.rstrip(".").lower() in names
        return format_html('<b class="mention">{}</b>' if is_known else "{}", found[0])
    shape = {"code": "<code>{}</code>", "bold": "<b>{}</b>", "slant": "<em>{}</em>"}[kind]
    return format_html(shape, words)
