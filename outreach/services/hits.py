"""Visits at our own pixel and links: stored raw in one statement, classed and counted by the drain.

The same visitor kind at the same thing within a short while is one hit, so that a reloading program
cannot fill the table.
"""

from dataclasses import dataclass
from typing import Any

from campaigns import clock
from outreach.models import Link, RawDelivery
from outreach.providers.events import DeliveryEvent, dumps
from outreach.services import bots

NAME = "web"
OPEN_SECONDS, CLICK_SECONDS = 60, 10


@dataclass(frozen=True)
class Visitor:
    """What a request tells about who made it."""

    method: str = "GET"
    user_agent: str = ""
    ip: str = ""
    purpose: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What helps to tell people from machines; the address itself is not kept."""
        network = bots.DATA_CENTRE if bots.is_data_centre(self.ip) else ""
        given = {"method": self.method, "purpose": self.purpose, "network": network}
        return {name: value for name, value in given.items() if value and value != "GET"}


def opened(uid: str, visitor: Visitor) -> None:
    """Note that the pixel of a message was fetched."""
    _note(uid, "opened", "", "", visitor, OPEN_SECONDS)


def clicked(uid: str, link: Link, visitor: Visitor) -> None:
    """Note that a link of a message was followed."""
    _note(uid, "clicked", str(link.pk), link.url, visitor, CLICK_SECONDS)


def _note(uid: str, kind: str, thing: str, url: str, visitor: Visitor, seconds: int) -> None:
    now = clock.now()
    who = "b" if visitor.facts else "h"
    key = f"{kind}:{uid}:{thing}:{int(now.timestamp()) // seconds}:{who}"
    event = DeliveryEvent(uid, kind, NAME, key, now, visitor.user_agent[:250], url, data=visitor.facts)
    row = RawDelivery(provider=NAME, kind="events", key=key, body=dumps([event]), received_at=now)
    RawDelivery.objects.bulk_create([row], ignore_conflicts=True)
