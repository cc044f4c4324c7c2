"""Which facts of a lead a file may hold, under which names, and in which order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from leads.models import Lead
from leads.services.rules import definitions
from leads.services.transfer.mapping import TARGETS

COLUMNS = (
    "external_id", "first_name", "last_name", "email", "phone", "linkedin_url", "title", "company",
    "company_domain", "employees", "industry", "city", "region", "country", "time_zone", "language", "source",
    "origin", "website_visits", "website_seconds", "pages_per_visit", "budget", "has_appointment",
    "do_not_email", "do_not_call", "lifecycle", "score", "tags",
)  # fmt: skip
EXTRA = ("id", "seniority", "department", "owner", "last_contacted_at", "last_engaged_at", "created_at")
_LABELS = {
    **TARGETS, "lifecycle": "Stage of life", "score": "Score", "id": "Number here", "seniority": "Seniority",
    "department": "Department", "owner": "Owner", "last_contacted_at": "Last contacted",
    "last_engaged_at": "Last engaged", "created_at": "Added",
}  # fmt: skip
_CUSTOM = "custom."


class UnknownColumns(ValueError):
    """Columns that no file can hold; the message names them."""

    code = "unknown_columns"
    status = 400

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"There is no column {', '.join(f'«{name[:60]}»' for name in names)}.")


def offered() -> list[tuple[str, str]]:
    """Return every column with its words: the usual ones, the house's own fields, then the rest."""
    own = [(f"{_CUSTOM}{key}", field.label) for key, field in definitions.living().items()]
    usual = [(name, _LABELS[name]) for name in COLUMNS]
    return [*usual, *own, *((name, _LABELS[name]) for name in EXTRA)]


def usual() -> list[str]:
    """Return what a file holds when nobody chose: the usual columns and the house's own fields."""
    return [*COLUMNS, *(f"{_CUSTOM}{key}" for key in definitions.living())]


def checked(names: Iterable[str]) -> list[str]:
    """Return chosen columns once each; raise ``UnknownColumns`` (own data needs no field of its own)."""
    found = list(dict.fromkeys(names))
    known = {*COLUMNS, *EXTRA}
    wrong = [name for name in found if name not in known and not _is_own(name)]
    if wrong:
        raise UnknownColumns(wrong)
    return found


def headings(names: Sequence[str]) -> list[str]:
    """Return how columns are called in a file, so that it can come back in without a mapping by hand."""
    return [name.removeprefix(_CUSTOM) for name in names]


def reader(names: Sequence[str]) -> Callable[[Lead], list[Any]]:
    """Return what reads the chosen facts of a lead, in their order."""
    readers = [_reader(name) for name in names]
    return lambda lead: [read(lead) for read in readers]


def _is_own(name: str) -> bool:
    key = name.removeprefix(_CUSTOM)
    return name.startswith(_CUSTOM) and 0 < len(key) <= 60 and key.isprintable()


def _reader(name: str) -> Callable[[Lead], Any]:
    if name.startswith(_CUSTOM):
        key = name.removeprefix(_CUSTOM)
        return lambda lead: lead.custom.get(key)
    return _OTHERS.get(name) or (lambda lead: getattr(lead, name))


def _moment(name: str) -> Callable[[Lead], str]:
    def read(lead: Lead) -> str:
        value = getattr(lead, name)
        return f"{value:%Y-%m-%d %H:%M}" if value else ""

    return read


_OTHERS: dict[str, Callable[[Lead], Any]] = {
    "company": lambda lead: lead.company.name if lead.company else "",
    "company_domain": lambda lead: lead.company.domain if lead.company else "",
    "employees": lambda lead: lead.company.employees if lead.company else None,
    "score": lambda lead: lead.score.value if hasattr(lead, "score") else None,
    "owner": lambda lead: str(lead.owner or ""),
    **{name: _moment(name) for name in ("last_contacted_at", "last_engaged_at", "created_at")},
}
