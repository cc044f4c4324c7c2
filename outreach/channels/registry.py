"""The channels that ``settings.CHANNELS`` names, each made once in a process."""

import os
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from outreach.channels.base import Channel


def channel(name: str) -> Channel:
    """Return the channel of this name."""
    return _made(name, settings.CHANNELS[name], os.getpid())


def names() -> list[str]:
    """Name the channels that can be used."""
    return list(settings.CHANNELS)


@lru_cache(maxsize=32)
def _made(name: str, path: str, process: int) -> Channel:
    return cast(Channel, import_string(path)())
