"""What every source of people promises: a search that answers page by page with plain drafts."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from campaigns.providers.base import Meter


@dataclass(frozen=True)
class Search:
    """Whom to look for."""

    vertical: str
    location: str


@dataclass(frozen=True)
class CompanyDraft:
    """A company as a source describes it."""

    name: str
    domain: str = ""
    website: str = ""
    industry: str = ""
    employees: int | None = None
    annual_revenue: int | None = None
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
    founded: int | None = None
    rating: float | None = None
    reviews: int | None = None
    technologies: tuple[str, ...] = ()
    linkedin_url: str = ""
    place_id: str = ""


@dataclass(frozen=True)
class LeadDraft:
    """A person as a source describes them; empty means unknown."""

    first_name: str
    last_name: str
    title: str = ""
    email: str = ""
    email_status: str = "unknown"
    phone: str = ""
    linkedin_url: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    time_zone: str = ""
    language: str = ""
    industry: str = ""
    company: CompanyDraft | None = None
    external_id: str = ""
    do_not_email: bool = False


@dataclass(frozen=True)
class Charged:
    """What one operation of a source is paid by: every record, or every address found."""

    provider: str
    operation: str
    by_address: bool = False

    def units(self, drafts: list[LeadDraft]) -> int:
        """Return how many units a page of drafts costs."""
        return sum(1 for draft in drafts if draft.email) if self.by_address else len(drafts)


class LeadSource(Protocol):
    """A directory of people. It is handed a meter and cannot be asked without one."""

    name: ClassVar[str]
    charges: ClassVar[tuple[Charged, ...]]
    is_simulated: ClassVar[bool]

    def __init__(self, meter: Meter, key: str = "", **options: Any) -> None: ...

    def search(self, query: Search, *, offset: int, limit: int) -> list[LeadDraft]:
        """Return up to ``limit`` people from ``offset`` on; an empty page means that there are no more."""
        ...
