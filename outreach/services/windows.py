"""When a message may reach a person: in the hours of their own day, on business days, whatever the clocks do.

The moment asked for is kept when it lies inside the window; otherwise the next opening is taken, and people
are spread over its first part (the same person always gets the same place), so that a thousand mailboxes
do not ring at eight sharp.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zlib import crc32
from zoneinfo import ZoneInfo

from django.conf import settings

SPREAD = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day, from ``start`` until before ``end``."""

    start: int
    end: int
    business_days: bool = True


ALWAYS = Window(0, 24, business_days=False)


def next_moment(moment: datetime, zone: str, window: Window, seed: str = "") -> datetime:
    """Return ``moment`` if the window is open then, else a place in the first part of its next opening."""
    opening = _opening(moment, zone, window)
    if opening == moment:
        return moment
    spread = min(SPREAD, timedelta(hours=window.end - window.start) / 2)
    return opening + spread * (crc32(seed.encode()) / 2**32)


def is_open(moment: datetime, zone: str, window: Window) -> bool:
    """Whether the window is open at a moment, on the wall clock of the zone."""
    return _opening(moment, zone, window) == moment


def closing(moment: datetime, zone: str, window: Window) -> datetime:
    """Return when the window that ``moment`` lies in ends."""
    return _closing(moment.astimezone(zone_of(zone)).date(), zone, window.end)


@lru_cache(maxsize=700)
def zone_of(name: str) -> ZoneInfo:
    """Return the named zone; the house's own when the name is empty or unknown."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


@lru_cache(maxsize=8192)
def _opening(moment: datetime, zone: str, window: Window) -> datetime:
    local = moment.astimezone(zone_of(zone))
    if _is_workday(local, window) and window.start <= local.hour < window.end:
        return moment
    day = local.date() if local.hour < window.start else local.date() + timedelta(days=1)
    while True:
        start = datetime(day.year, day.month, day.day, window.start, tzinfo=local.tzinfo).astimezone(UTC)
        if _is_workday(start.astimezone(local.tzinfo), window) and start > moment:
            return start
        day += timedelta(days=1)


@lru_cache(maxsize=8192)
def _closing(day: date, zone: str, hour: int) -> datetime:
    day, hour = (day + timedelta(days=1), 0) if hour == 24 else (day, hour)
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone_of(zone)).astimezone(UTC)


def _is_workday(local: datetime, window: Window) -> bool:
    return not window.business_days or local.weekday() < 5
