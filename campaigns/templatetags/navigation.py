"""The map of the interface: what the sidebar, the phone's tab bar and the keys lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Place:
    """One entry of the sidebar; `key` is the letter after G; who may see it is said beside."""

    slug: str
    label: str
    url: str
    icon: str
    key: str = ""
    for_office: bool = False
    for_managers: bool = False


@dataclass(frozen=True)
class Group:
    """A heading of the sidebar with its places."""

    label: str
    places: tuple[Place, ...]


GROUPS: Final = (
    Group("", (Place("today", "Today", "/", "sun", "t"), Place("inbox", "Inbox", "/inbox/", "inbox", "i"))),
    Group("Records", (
        Place("leads", "Leads", "/leads/", "users", "l"),
        Place("companies", "Companies", "/companies/", "building-2", "o"),
        Place("forms", "Forms", "/forms/", "log-in", "f", for_office=True),
        Place("suppressions", "Do not contact", "/suppressions/", "ban", "d"),
    )),
    Group("Outreach", (
        Place("campaigns", "Campaigns", "/campaigns/", "target", "c", for_office=True),
        Place("sequences", "Sequences", "/sequences/", "workflow", "s", for_office=True),
    )),
    Group("Engine", (
        Place("runs", "Pipeline runs", "/runs/", "activity", "p", for_office=True),
        Place("rules", "Rules", "/rules/", "git-branch", "q", for_office=True),
        Place("sources", "Sources", "/leads/sources/", "plug", "u", for_managers=True),
    )),
    Group("Insight", (
        Place("reports", "Reports", "/reports/", "chart-column", "r", for_office=True),
        Place("costs", "Costs", "/costs/", "receipt", "k", for_office=True),
    )),
)  # fmt: skip
SETTINGS: Final = Place("settings", "Settings", "/admin/", "settings")
ON_PHONE: Final = ("today", "inbox", "leads", "campaigns")
WAITING: Final = {"inbox"}  # counts that wait on a person get the warm badge


def on_phone() -> list[Place]:
    """Return the four places of the phone's tab bar."""
    return [place for group in GROUPS for place in group.places if place.slug in ON_PHONE]


def rest() -> list[Place]:
    """Return the places that the phone keeps behind «More»."""
    return [place for group in GROUPS for place in group.places if place.slug not in ON_PHONE]
