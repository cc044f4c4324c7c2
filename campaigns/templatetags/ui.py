"""Tags of the component kit: small parts that a page names instead of writing their markup again."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from campaigns.services import naming
from campaigns.templatetags import wording
from campaigns.templatetags.wording import Number

register = template.Library()

CHANNELS: Final = {
    "email": ("mail", "indigo", "Email"), "linkedin": ("linkedin", "woad", "LinkedIn"),
    "sms": ("message-square", "fern", "SMS"), "voice": ("phone", "plum", "Voice"),
    "call": ("phone", "plum", "Call"), "phone": ("phone", "plum", "Phone"),
    "chat": ("message-circle", "teal", "Web chat"), "web": ("message-circle", "teal", "Web chat"),
    "google_ads": ("search", "weld", "Google Ads"), "google": ("search", "weld", "Google Ads"),
    "meta": ("megaphone", "madder", "Meta Ads"), "meta_ads": ("megaphone", "madder", "Meta Ads"),
    "system": ("bot", "ink", "System"),
}  # fmt: skip

register.filter("tone_of", wording.tone_of)
register.filter("initials", wording.initials)
register.simple_tag(wording.money, name="money")
register.filter("money", wording.money)
register.filter("percent", wording.percent)
register.filter("service", naming.service)
register.filter("operation", naming.operation)


@register.simple_tag
def icon(name: str, cls: str = "", label: str = "") -> SafeString:
    """Draw one icon of the sprite; with a label it is read aloud, without it is decoration."""
    return _icon(name, cls, label)


@register.simple_tag
def score(value: Number | None, change: int | None = None) -> SafeString:
    """Show a score as its number and five threads, with the change since last week beside it."""
    if value is None:
        return format_html('<span class="score muted">{}</span>', "Not scored")
    return _score(round(float(value)), change or 0)


@register.simple_tag
def delta(value: Number | None, unit: str = "", better: str = "up") -> SafeString:
    """Show a change with its arrow; green when it moves the better way, red when not."""
    if not value:
        return SafeString("")
    rises = value > 0
    cls = "good" if rises == (better == "up") else "bad"
    arrow = _icon("arrow-up" if rises else "arrow-down", "", "up" if rises else "down")
    gap = wording.NBSP if unit else ""
    return format_html('<span class="delta {}">{}{}{}{}</span>', cls, arrow, abs(value), gap, unit)


@register.simple_tag
def avatar(name: object, key: object = None, size: str = "", channel: str = "", tone: str = "") -> SafeString:
    """Draw a person's initials in a colour that stays theirs; size is xs, m, l, xl or "square xs"."""
    shade = tone or wording.avatar_tone(key or name)
    via = SafeString("")
    if channel:
        via = format_html('<span class="via">{}</span>', channel_icon(channel))
    return format_html(
        '<span class="avatar {} t-{}" aria-hidden="true">{}{}</span>',
        size,
        shade,
        wording.initials(name),
        via,
    )


@register.simple_tag
def chip(text: object, tone: str = "", icon: str = "", dot: bool | None = None) -> SafeString:
    """Show a status word in its own colour: a dot and the word, or an icon and the word."""
    with_dot = not icon if dot is None else dot
    mark = _icon(icon, "", "") if icon else ""
    cls = "chip dot" if with_dot else "chip"
    return format_html('<span class="{} t-{}">{}{}</span>', cls, tone or wording.tone_of(text), mark, text)


@register.simple_tag
def badge(count: int | None, label: str = "waiting", solid: bool = False) -> SafeString:
    """Show a count that needs a person; nothing at zero."""
    if not count:
        return SafeString("")
    cls = "badge solid" if solid else "badge"
    return format_html('<span class="{}">{}<span class="sr-only"> {}</span></span>', cls, count, label)


@register.simple_tag
def channel_icon(channel: str, state: str = "", tile: str = "") -> SafeString:
    """Draw a channel's own icon in its own colour; state off or quiet greys it, tile puts it on a tile."""
    name, tone, label = CHANNELS.get(str(channel).lower(), CHANNELS["system"])
    spoken = f"no {label}" if state == "off" else label
    if tile:
        return format_html('<span class="tile {} t-{}">{}</span>', tile, tone, _icon(name, "", spoken))
    return _icon(name, f"channel {state} t-{tone}", spoken)


@register.simple_tag
def channel_label(channel: str) -> str:
    """Return a channel's name for people."""
    return CHANNELS.get(str(channel).lower(), CHANNELS["system"])[2]


@register.simple_tag
def percent(share: Number | None, of: Number | None = None, digits: int = 1) -> str:
    """Write a share, or one number as a share of another; a dash when there is nothing to divide by."""
    if of is None:
        return wording.percent(share, digits)
    return wording.percent(float(share or 0) / float(of) if of else None, digits)


@register.simple_tag
def ago(moment: datetime | None, label: str = "Never") -> SafeString:
    """Write how long ago a moment was, the full time in the title."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', label)
    local = timezone.localtime(moment)
    stamp = f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), stamp, wording.ago(moment)
    )


@register.simple_tag
def progress(done: Number | None, total: Number | None, tone: str = "indigo", cls: str = "") -> SafeString:
    """Draw a progress bar with its real counts for screen readers."""
    share = min(100.0, 100 * float(done or 0) / float(total)) if total else 0.0
    return format_html(
        '<span class="progress {} t-{}" role="progressbar" aria-valuemin="0" aria-valuemax="{}"'
        ' aria-valuenow="{}" aria-label="{} of {}"><i style="width:{}%"></i></span>',
        cls, tone, total or 0, done or 0, done or 0, total or 0, f"{share:.1f}",
    )  # fmt: skip


@register.simple_tag
def steps(done: int, total: int) -> SafeString:
    """Draw a sequence's steps as short threads, those done filled."""
    bars = format_html_join("", '<i class="{}"></i>', (("on" if n < done else "",) for n in range(total)))
    return format_html(
        '<span class="dots" role="img" aria-label="step {} of {}">{}</span>', done, total, bars
    )


@register.simple_tag
def ring(share: Number, tone: str = "madder") -> SafeString:
    """Draw a countdown ring, full at 1 and empty at 0."""
    left = f"{100 * min(1.0, max(0.0, float(share))):.0f}"
    return format_html(
        '<svg class="ring t-{}" viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="15"/>'
        '<circle cx="18" cy="18" r="15" pathLength="100" stroke-dasharray="{} 100"/></svg>', tone, left,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: object) -> str:
    """Return this page's query with some values changed; None removes one, a filter drops the page."""
    query = context["request"].GET.copy()
    if not changes.keys() & {"page", "after", "before"}:
        changes |= {"page": None, "after": None, "before": None}
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("partials/field.html")
def field(field: BoundField, prefix: str = "", label: str = "", switch: bool = False) -> dict[str, Any]:
    """Render one form field with its label, help and error."""
    kind = getattr(field.field.widget, "input_type", "")
    if switch:
        field.field.widget.attrs.setdefault("class", "switch")
    return {"field": field, "prefix": prefix, "label": label or field.label, "check": kind == "checkbox"}


@lru_cache(maxsize=1024)
def _icon(name: str, cls: str, label: str) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    link = f"{static('vendor/icons.svg')}#{name}"
    return format_html('<svg class="icon {}" {}><use href="{}"></use></svg>', cls, voice, link)


@lru_cache(maxsize=2048)
def _score(value: int, change: int) -> SafeString:
    word, tone = ("Hot", "madder") if value >= 80 else ("Warm", "indigo") if value >= 60 else ("Cool", "ink")
    fills = [max(0, min(100, (value - 20 * n) * 5)) for n in range(5)]
    bars = format_html_join("", "<i {}></i>", ((_thread(fill),) for fill in fills))
    return format_html(
        '<span class="score t-{}" title="{}"><b>{}</b><span class="sr-only">, {}</span>'
        '<span class="threads" aria-hidden="true">{}</span>{}</span>',
        tone, word, value, word, bars, delta(change),
    )  # fmt: skip


def _thread(fill: int) -> SafeString:
    if fill >= 100:
        return SafeString('class="on"')
    return format_html('style="--f:{}%"', fill) if fill else SafeString("")
