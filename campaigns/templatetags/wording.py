"""How figures, times and names are written for people, in one place for tags, tests and charts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final
from zlib import crc32

from django.utils import timezone

from campaigns import clock

NOTHING: Final = "–"
NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
Number = int | float | Decimal

AVATAR_TONES: Final = ("teal", "indigo", "fern", "woad", "madder", "weld", "plum", "crimson")
TITLES: Final = {"dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "prof", "prof."}
CURRENCIES: Final = {"USD": "$", "EUR": "€", "GBP": "£"}
TONES: Final[dict[str, tuple[str, ...]]] = {
    "fern": ("replied", "running", "won", "active", "delivered", "succeeded", "approved", "positive", "live",
             "completed", "converted", "customer", "done", "verified", "valid", "ok"),
    "indigo": ("in sequence", "nurturing", "nurtured", "enrolled", "open", "sent", "opened", "clicked"),
    "woad": ("routed", "contacted", "scheduled"),
    "teal": ("qualified", "meeting", "ready", "opportunity", "graduated"),
    "weld": ("paused", "pending", "medium", "waiting", "warm", "snoozed", "on hold", "needs review",
             "review", "unknown", "simulated", "retrying", "partly failed"),
    "madder": ("hot", "high"),
    "crimson": ("bounced", "failed", "lost", "stopped", "critical", "unsubscribed", "suppressed",
                "complained", "disqualified", "negative", "invalid", "rejected", "error"),
}  # fmt: skip
TONE_OF: Final = {word: tone for tone, words in TONES.items() for word in words}


def tone_of(word: object) -> str:
    """Return the colour tone that a status word always has; grey ink when it has none."""
    return TONE_OF.get(str(word).lower().replace("_", " "), "ink")


def avatar_tone(key: object) -> str:
    """Return the same tone for the same person or company, on every page."""
    return AVATAR_TONES[crc32(str(key).encode()) % len(AVATAR_TONES)]


def initials(name: object) -> str:
    """Return two letters for a name, titles left out."""
    words = [word for word in str(name).split() if word.lower() not in TITLES and word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


def money(value: Number | None, currency: str = "USD", cents: bool | None = None) -> str:
    """Return an amount: cents only under 100 unless told otherwise, the minus before the currency sign."""
    if value is None:
        return NOTHING
    amount = Decimal(str(value))
    with_cents = abs(amount) < 100 if cents is None else cents
    sign = MINUS if amount < 0 else ""
    mark = CURRENCIES.get(currency.upper(), f"{currency.upper()}{NBSP}")
    return f"{sign}{mark}{abs(amount):,.{2 if with_cents else 0}f}"


def percent(share: Number | None, digits: int = 1) -> str:
    """Return a share between 0 and 1 as «34.2 %»."""
    if share is None:
        return NOTHING
    text = f"{float(share) * 100:,.{digits}f}".replace("-", MINUS)
    return f"{text}{NBSP}%"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago a moment was in a word or two, or «in 3 h» when it lies ahead."""
    if moment is None:
        return "Never"
    now = now or clock.now()
    seconds = (now - moment).total_seconds()
    if seconds < -45:
        return f"in {_span(-seconds)}"
    if seconds < 45:
        return "now"
    days = (timezone.localtime(now).date() - timezone.localtime(moment).date()).days
    if seconds < 20 * 3600 and days < 2:
        return _span(seconds)
    if days == 1:
        return "Yesterday"
    return _span(seconds) if days < 14 else day(moment, now)


def day(moment: datetime, now: datetime | None = None) -> str:
    """Return a date such as «12 Nov», with the year only when it is not the present one."""
    local, present = timezone.localtime(moment), timezone.localtime(now or clock.now())
    return f"{local.day} {local:%b}" + ("" if local.year == present.year else f" {local.year}")


def _span(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"
