"""The offline directory: invented companies and people, the same for the same question, without end.

It has the shapes, prices and errors of the paid sources. Addresses live under ``.example`` (RFC 2606), phone
numbers in the ranges that Ofcom keeps free for drama, so that nobody real can ever be written to.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, TypeVar

from campaigns.providers.base import Provider
from leads.providers import names
from leads.providers.base import Charged, CompanyDraft, LeadDraft, Search
from leads.providers.places import Place, place_of

T = TypeVar("T")
STAFF = 2


class OfflineDirectory(Provider):
    """Answers any search with as many people as are asked for."""

    name: ClassVar[str] = "directory"
    needs_key: ClassVar[bool] = False
    is_simulated: ClassVar[bool] = True
    cache_for: ClassVar[timedelta | None] = None
    charges: ClassVar[tuple[Charged, ...]] = (
        Charged("outscraper", "maps_search"),
        Charged("hunter", "email_finding", by_address=True),
    )

    def search(self, query: Search, *, offset: int, limit: int) -> list[LeadDraft]:
        """Return people ``offset`` to ``offset + limit`` of this vertical and place."""
        place = place_of(query.location)
        seed = f"{query.vertical.strip().lower()}|{query.location.strip().lower()}"
        found = self._admitted(
            lambda: [_person(query.vertical, place, seed, n) for n in range(offset, offset + limit)]
        )
        return found()


class _Dice:
    """Stable chances drawn from one digest."""

    def __init__(self, seed: str) -> None:
        self._rest = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=32).digest(), "big")

    def below(self, sides: int) -> int:
        """Return a whole number from 0, smaller than ``sides``."""
        self._rest, found = divmod(self._rest, sides)
        return found

    def one(self, choices: Sequence[T]) -> T:
        """Return one of some choices."""
        return choices[self.below(len(choices))]


def _person(vertical: str, place: Place, seed: str, number: int) -> LeadDraft:
    dice = _Dice(f"{seed}|person|{number}")
    company = _company(vertical, place, seed, number // STAFF)
    first, last = dice.one(names.FIRST), dice.one(names.LAST)
    user = f"{first}.{last}".lower().replace("'", "")
    user = f"{user}{number % STAFF + 1}" if number % STAFF else user
    chance = dice.below(100)
    status = "valid" if chance < 74 else "unknown" if chance < 92 else "risky"
    has_phone, has_profile = dice.below(100) < 78, dice.below(100) < 62
    return LeadDraft(
        first_name=first,
        last_name=last,
        title=dice.one(names.TITLES[min(2, (company.employees or 1) // 20)]),
        email=f"{user}@{company.domain}" if chance < 96 else "",
        email_status=status if chance < 96 else "unknown",
        phone=f"+447700900{dice.below(1000):03d}" if has_phone else "",
        linkedin_url=f"https://www.linkedin.com/in/demo-{user.replace('.', '-')}-{dice.below(16**6):06x}"
        if has_profile
        else "",
        city=place.city, region=place.region, country=place.country, time_zone=place.time_zone,
        language=place.language, industry=vertical, company=company,
    )  # fmt: skip


def _company(vertical: str, place: Place, seed: str, number: int) -> CompanyDraft:
    dice = _Dice(f"{seed}|company|{number}")
    name = f"{dice.one(names.COMPANY_FIRST)} {dice.one(names.company_second(vertical))}"
    slug = "-".join(name.lower().replace("&", "and").replace("'", "").split())
    employees = dice.one(names.SIZES)
    rated = dice.below(100) < 85
    return CompanyDraft(
        name=f"{name} {place.city}".strip() if dice.below(3) == 0 else name,
        domain=f"{slug}-{_code(seed, number)}.example",
        website=f"https://{slug}-{_code(seed, number)}.example",
        industry=vertical,
        employees=employees,
        annual_revenue=employees * (60_000 + dice.below(90_000)) if dice.below(100) < 70 else None,
        city=place.city, region=place.region, country=place.country,
        phone=f"+442079460{dice.below(1000):03d}",
        founded=1968 + dice.below(56),
        rating=round(2.9 + dice.below(22) / 10, 1) if rated else None,
        reviews=dice.one(names.REVIEWS) if rated else None,
        technologies=tuple(dict.fromkeys(dice.one(names.TECHNOLOGIES) for _ in range(dice.below(4)))),
    )  # fmt: skip


def _code(seed: str, number: int) -> str:
    return f"{hashlib.blake2b(seed.encode(), digest_size=2).hexdigest()}{number}"
