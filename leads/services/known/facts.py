"""The facts of a person or a company as a page shows them: value, where it came from, how it is mended."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import User
from campaigns.services import masking
from leads.models import Company, Lead
from leads.services.rules import customfields, definitions

_PROFILE = re.compile(r"^(https?://)?([\w-]+\.)?linkedin\.com/|/$")
SECRET = ("email", "phone", "linkedin_url")
PERSON = (
    ("title", "Job title"), ("industry", "Industry"), ("city", "City"), ("region", "Region"),
    ("country", "Country"), ("time_zone", "Time zone"), ("language", "Language"), ("budget", "Budget"),
)  # fmt: skip
REACH = (("email", "E-mail"), ("phone", "Phone"), ("linkedin_url", "LinkedIn"))
FIRM = (
    ("domain", "Domain"), ("industry", "Industry"), ("employees", "Staff"), ("annual_revenue", "Revenue"),
    ("founded", "Founded"), ("city", "City"), ("region", "Region"), ("country", "Country"),
    ("phone", "Phone"), ("website", "Website"), ("linkedin_url", "LinkedIn"), ("technologies", "Software"),
)  # fmt: skip
DOORS = {
    "import": "Import", "harvest": "Found by a search", "form": "Web form", "api": "API", "chat": "Web chat",
    "person": "A colleague", "mail": "An e-mail", "research": "Research", "directory": "Directory",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One fact: the name of its form field, its words, its value as typed, where it came from and when."""

    name: str
    label: str
    text: str
    typed: str
    source: str
    at: datetime | None
    is_link: bool = False

    @property
    def key(self) -> str:
        """The key of an own field."""
        return self.name.removeprefix("custom_")

    @property
    def said(self) -> str:
        """Where it came from and when, in words."""
        return f"{self.source}, {self.at:%d %b %Y}" if self.at and self.source else self.source


def reach(lead: Lead, viewer: User, origins: Mapping[str, Any]) -> dict[str, Fact]:
    """Return the ways to reach a person, masked for those who only read figures."""
    return {name: _fact(lead, name, label, viewer, origins) for name, label in REACH}


def person(lead: Lead, viewer: User, origins: Mapping[str, Any]) -> list[Fact]:
    """Return the facts of a person that stand in columns; empty ones too, so that they can be filled in."""
    return [_fact(lead, name, label, viewer, origins) for name, label in PERSON]


def firm(company: Company, viewer: User) -> list[Fact]:
    """Return the facts of a company that stand in columns."""
    origins: dict[str, Any] = {}
    return [_fact(company, name, label, viewer, origins) for name, label in FIRM]


def own(place: Lead | Company, viewer: User, origins: Mapping[str, Any]) -> list[Fact]:
    """Return the house's own fields with the place's values."""
    entity = definitions.LEAD if isinstance(place, Lead) else definitions.COMPANY
    return [_own(place, one, viewer, origins) for one in customfields.shown(entity, place.custom)]


def others(place: Lead | Company, viewer: User, origins: Mapping[str, Any]) -> list[Fact]:
    """Return the facts that no field describes."""
    entity = definitions.LEAD if isinstance(place, Lead) else definitions.COMPANY
    return [_own(place, one, viewer, origins) for one in customfields.others(entity, place.custom)]


def find(place: Lead | Company, name: str, viewer: User, origins: Mapping[str, Any]) -> Fact | None:
    """Return one fact by the name of its form field."""
    columns = (*REACH, *PERSON) if isinstance(place, Lead) else FIRM
    if name in dict(columns):
        return _fact(place, name, dict(columns)[name], viewer, origins)
    return next((fact for fact in own(place, viewer, origins) if fact.name == name), None)


def door(source: str) -> str:
    """Return a door in words."""
    return DOORS.get(source, source.replace("_", " ").capitalize())


def _fact(place: Any, name: str, label: str, viewer: User, origins: Mapping[str, Any]) -> Fact:
    value = getattr(place, name)
    typed = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    text = masking.shown_to(viewer, typed) if name in SECRET else _words(name, value)
    text = _PROFILE.sub("", text) if name == "linkedin_url" else text
    source, at = _origin(place, name, origins, bool(typed))
    is_link = name in ("website", "linkedin_url", "domain") and not (
        name in SECRET and masking.is_masked_for(viewer)
    )
    return Fact(name, label, text, typed, source, at, is_link)


def _own(place: Any, one: customfields.Shown, viewer: User, origins: Mapping[str, Any]) -> Fact:
    source, at = _origin(place, f"custom.{one.key}", origins, bool(one.text))
    typed = "" if one.value is None else customfields.typed(one.value)
    is_link = bool(one.field and one.field.kind == "url")
    return Fact(
        f"custom_{one.key}", one.label, masking.text_for(viewer, one.text), typed, source, at, is_link
    )


def _origin(place: Any, name: str, origins: Mapping[str, Any], is_known: bool) -> tuple[str, datetime | None]:
    if not is_known:
        return "", None
    found = origins.get(name)
    if found:
        return door(found.source), found.at
    return door(getattr(place, "origin", "") or place.source or "unknown"), place.created_at


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name in ("budget", "annual_revenue"):
        return f"${value:,.0f}"
    if name == "employees":
        return f"{value:,}"
    return ", ".join(value) if isinstance(value, list) else str(value)
