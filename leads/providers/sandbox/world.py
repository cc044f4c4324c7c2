"""Who lives in the sandbox: the same people and companies for the same trade and place, in every provider.

They are the offline directory's; what a provider must find again later (a person's id, a domain) is written
into the book when it is first told.
"""

import hashlib
from typing import Any

from leads.providers.base import CompanyDraft, LeadDraft, Search
from leads.providers.offline import OfflineDirectory
from leads.providers.sandbox.book import Book

STAFF = 2


def people(vertical: str, location: str, offset: int, limit: int) -> list[LeadDraft]:
    """Return people ``offset`` to ``offset + limit`` of a trade in a place."""
    directory = OfflineDirectory(meter=None)  # type: ignore[arg-type]  # it is free here
    return directory.search(Search(vertical, location), offset=offset, limit=limit)


def companies(vertical: str, location: str, offset: int, limit: int) -> list[CompanyDraft]:
    """Return companies of a trade in a place."""
    staff = people(vertical, location, offset * STAFF, limit * STAFF)
    return [one.company for one in staff[::STAFF] if one.company]


def introduce(
    book: Book, vertical: str, location: str, offset: int, limit: int
) -> list[tuple[str, LeadDraft]]:
    """Return people with their ids, and remember who they are."""
    found = people(vertical, location, offset, limit)
    numbers = range(offset, offset + limit)
    keys = [digest(f"{vertical}|{location}|{number}", 12) for number in numbers]
    book.put_all(
        "person", {key: [vertical, location, number] for key, number in zip(keys, numbers, strict=True)}
    )
    return list(zip(keys, found, strict=True))


def person(book: Book, key: str) -> LeadDraft | None:
    """Return the person with an id that was told before."""
    known = book.get("person", key)
    return people(known[0], known[1], known[2], 1)[0] if known else None


def settle(book: Book, vertical: str, location: str, offset: int, limit: int) -> list[CompanyDraft]:
    """Return companies, and remember who works behind their domains."""
    found = companies(vertical, location, offset, limit)
    numbered = enumerate(found, offset)
    book.put_all("domain", {one.domain: [vertical, location, number] for number, one in numbered})
    return found


def staff(book: Book, domain: str) -> list[LeadDraft]:
    """Return who works at a domain: those we know, else two people made up for it."""
    known = book.get("domain", domain)
    if known:
        return people(known[0], known[1], known[2] * STAFF, STAFF)
    return [_moved(one, domain) for one in people("services", domain, 0, STAFF)]


def digest(text: str, size: int) -> str:
    """Return a stable id of ``2 × size`` letters."""
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()


def dice(text: str) -> int:
    """Return a stable number below 100."""
    return int(digest(text, 4), 16) % 100


def _moved(person: LeadDraft, domain: str) -> LeadDraft:
    facts: dict[str, Any] = vars(person)
    email = f"{person.email.partition('@')[0]}@{domain}" if person.email else ""
    return LeadDraft(**{**facts, "email": email, "company": CompanyDraft(name=domain, domain=domain)})
