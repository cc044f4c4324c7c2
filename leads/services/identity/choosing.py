"""Which record stays, and which value of every field: the older one's, unless empty or not chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from leads.models import Lead, Lifecycle

KEPT, GONE = "kept", "gone"
BROKEN = ("invalid", "bounced")
#: Fields that are chosen together → the columns behind them, as people call them.
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "first_name": ("First name", ("first_name",)),
    "last_name": ("Last name", ("last_name",)),
    "email": ("E-mail", ("email", "email_key", "email_status")),
    "phone": ("Phone", ("phone",)),
    "linkedin_url": ("LinkedIn", ("linkedin_url", "linkedin_key")),
    "title": ("Job title", ("title", "seniority", "department")),
    "company": ("Company", ("company_id",)),
    "industry": ("Industry", ("industry",)),
    "city": ("City", ("city",)),
    "region": ("Region", ("region",)),
    "country": ("Country", ("country",)),
    "time_zone": ("Time zone", ("time_zone",)),
    "language": ("Language", ("language",)),
    "budget": ("Budget", ("budget",)),
    "owner": ("Owner", ("owner_id", "team_id")),
    "source": ("Source", ("source",)),
    "external_id": ("Outside id", ("external_id",)),
}
LIVES = (Lifecycle.NEW, Lifecycle.WORKING, Lifecycle.LOST, Lifecycle.REPLIED, Lifecycle.OPPORTUNITY,
         Lifecycle.CUSTOMER)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One field of two records side by side, with the value that would stay."""

    name: str
    label: str
    kept: str
    gone: str
    choice: str

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.gone


def survivor(leads: Iterable[Lead]) -> Lead:
    """Return the record that stays: by default the one identified first."""
    return min(leads, key=_ORDERS[settings.IDENTITY_KEEPS])


def side_by_side(kept: Lead, gone: Lead) -> list[Line]:
    """Return every field in which at least one of two records says something."""
    lines = []
    for name, (label, _) in CHOICES.items():
        mine, theirs = shown(kept, name), shown(gone, name)
        if mine or theirs:
            lines.append(Line(name, label, mine, theirs, _usual(kept, gone, name)))
    return lines


def shown(lead: Lead, name: str) -> str:
    """Return a field as people read it."""
    value = getattr(lead, name)
    return "" if value is None else str(value)


def values(kept: Lead, gone: Lead, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of the survivor: chosen by a person, else by rule; what only adds up, added up."""
    found: dict[str, Any] = {}
    for name, (_, columns) in CHOICES.items():
        side = choices.get(name) or _usual(kept, gone, name)
        if side == GONE:
            found |= {column: getattr(gone, column) for column in columns}
    return {**found, **_added(kept, gone)}


def _added(kept: Lead, gone: Lead) -> dict[str, Any]:
    return {
        "do_not_email": kept.do_not_email or gone.do_not_email,
        "do_not_call": kept.do_not_call or gone.do_not_call,
        "has_appointment": kept.has_appointment or gone.has_appointment,
        "tags": [*kept.tags, *(tag for tag in gone.tags if tag not in kept.tags)],
        "custom": {**gone.custom, **{k: v for k, v in kept.custom.items() if v not in (None, "", [])}},
        "lifecycle": max(kept.lifecycle, gone.lifecycle, key=lambda one: LIVES.index(Lifecycle(one))),
        "last_contacted_at": _latest(kept.last_contacted_at, gone.last_contacted_at),
        "last_engaged_at": _latest(kept.last_engaged_at, gone.last_engaged_at),
        "identified_at": min(_known_since(kept), _known_since(gone)),
        **{
            name: _most(kept, gone, name) for name in ("website_visits", "website_seconds", "pages_per_visit")
        },
    }


def _usual(kept: Lead, gone: Lead, name: str) -> str:
    first = CHOICES[name][1][0]
    if name == "email" and gone.email and kept.email_status in BROKEN and gone.email_status not in BROKEN:
        return GONE
    return GONE if getattr(kept, first) in (None, "") and getattr(gone, first) not in (None, "") else KEPT


def _most(kept: Lead, gone: Lead, name: str) -> Any:
    known = [value for value in (getattr(kept, name), getattr(gone, name)) if value is not None]
    return max(known) if known else None


def _latest(one: Any, other: Any) -> Any:
    known = [moment for moment in (one, other) if moment]
    return max(known) if known else None


def _known_since(lead: Lead) -> Any:
    return lead.identified_at or lead.created_at


def _is_unknown(lead: Lead) -> bool:
    return not (lead.identified_at or lead.email_key or lead.phone or lead.linkedin_key)


_ORDERS: dict[str, Any] = {
    "oldest": lambda lead: (_is_unknown(lead), _known_since(lead), lead.pk),
    "newest": lambda lead: (_is_unknown(lead), -_known_since(lead).timestamp(), -lead.pk),
    "fullest": lambda lead: (-sum(bool(shown(lead, name)) for name in CHOICES), _known_since(lead), lead.pk),
}
