"""Finds or makes the companies of many people at once; a company is known by its domain or its name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaigns import clock
from campaigns.services import bulk
from leads.models import Company
from leads.services.entry import lookup, merging, normalise
from leads.services.entry.merging import Changes

FACTS = (
    "domain", "industry", "employees", "annual_revenue", "city", "region", "country", "phone", "website",
    "linkedin_url", "founded", "rating", "reviews", "technologies",
)  # fmt: skip
FILL_ONLY = ("domain", "industry", "website")
Facts = dict[str, Any]


@dataclass
class Log:
    """What became of companies: those that are new, those met again, and what changed in stored ones.

    ``told``: companies that the same file spoke of before; only what is empty is filled for them.
    """

    new: list[int] = field(default_factory=list)
    met: list[int] = field(default_factory=list)
    changes: Changes = field(default_factory=dict)
    told: Collection[int] = ()


def resolve(wanted: Sequence[Facts | None], *, source: str = "", log: Log | None = None) -> list[int | None]:
    """Return the company id for each set of facts, making companies that are not known yet."""
    asked = [facts for facts in wanted if facts]
    if not asked:
        return [None] * len(wanted)
    book = _Book(asked)
    ids = [book.place(facts) if facts else None for facts in wanted]
    book.write(source, log or Log())
    return [None if one is None else book.ids[one] for one in ids]


def keys_of(changes: Facts) -> Facts:
    """Return the keys that follow from changed facts of a company."""
    return {"name_key": normalise.company_key(changes["name"])} if "name" in changes else {}


class _Book:
    """The companies of one batch: stored ones by their keys, new ones waiting to be written."""

    def __init__(self, asked: list[Facts]) -> None:
        for facts in asked:
            facts["name_key"] = normalise.company_key(facts["name"])
        self.facts: list[Facts] = []
        self.ids: list[int] = []
        self._has_domain: list[bool] = []
        self._domains: dict[str, int] = {}
        self._names: dict[str, int] = {}
        domains = {facts[key] for facts in asked for key in ("domain", "guessed_domain") if facts.get(key)}
        for pk, domain, name_key in _stored(domains, {facts["name_key"] for facts in asked}):
            self._add(pk, domain, name_key, {})

    def place(self, facts: Facts) -> int:
        """Return the place of a company in this book, adding it when it is new."""
        place = self._find(facts)
        domain = facts.get("domain") or facts.get("guessed_domain") or ""
        if domain in self._domains and self._domains[domain] != place:
            domain = ""
        if place is None:
            place = self._add(0, domain, facts["name_key"], {"name": facts["name"]})
        elif domain:
            self._domains.setdefault(domain, place)
        known = {key: facts[key] for key in FACTS if facts.get(key) not in (None, "", [])}
        known.pop("domain", None)
        for key, value in (known | ({"domain": domain} if domain else {})).items():
            self.facts[place].setdefault(key, value)  # the first row of a file that says it counts
        return place

    def write(self, source: str, log: Log) -> None:
        """Insert the new companies and merge new facts into the stored ones."""
        new = [place for place, pk in enumerate(self.ids) if not pk]
        for place, pk in zip(new, allocate(Company, len(new)), strict=True):
            self.ids[place] = pk
        names = ("name", "name_key", *FACTS)
        rows = [(self.ids[p], *(self.facts[p].get(n, _EMPTY[n]) for n in names), source) for p in new]
        if rows:
            bulk.copy_rows(Company, ("id", *names, "source"), rows)
        fresh = set(new)
        log.new += [self.ids[place] for place in new]
        old: list[tuple[Any, ...]] = [
            (pk, *(facts.get(name, _EMPTY[name]) for name in FACTS))
            for place, (pk, facts) in enumerate(zip(self.ids, self.facts, strict=True))
            if place not in fresh and facts
        ]
        first = [row for row in old if row[0] not in log.told]
        log.met += [row[0] for row in first]
        log.changes |= _merge(first, FILL_ONLY)
        log.changes |= _merge([row for row in old if row[0] in log.told], FACTS)

    def _find(self, facts: Facts) -> int | None:
        """A domain that was given is sure; one guessed from an address comes after the name."""
        sure = facts.get("domain") or ""
        if sure in self._domains:
            return self._domains[sure]
        by_name = self._names.get(facts["name_key"])
        if by_name is not None and not (sure and self._has_domain[by_name]):
            return by_name
        return self._domains.get(facts.get("guessed_domain") or "") if not sure else None

    def _add(self, pk: int, domain: str, name_key: str, facts: Facts) -> int:
        place = len(self.ids)
        self.ids.append(pk)
        self._has_domain.append(bool(domain))
        self.facts.append(facts | ({"name_key": name_key} if facts else {}))
        if domain:
            self._domains.setdefault(domain, place)
        self._names.setdefault(name_key, place)
        return place


def allocate(model: Any, count: int) -> Iterable[int]:
    """Reserve ids for new rows, so that what belongs to them can be written in the same breath."""
    if not count:
        return []
    table = model._meta.db_table
    if bulk.is_postgres():
        rows = bulk.fetch(
            "SELECT nextval(s) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS s OFFSET 0) q,"
            " generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in rows]
    last = bulk.fetch("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    first = (last[0][0] if last else 0) + 1
    return range(first, first + count)


def _merge(rows: Sequence[tuple[Any, ...]], fill_only: Collection[str]) -> Changes:
    touch = [("updated_at", "%s", clock.now()), ("version", "leads_company.version + %s", 1)]
    return merging.apply(Company, ("id", *FACTS), rows, fill_only=fill_only, touch=touch) if rows else {}


def _stored(domains: set[str], names: set[str]) -> list[tuple[Any, ...]]:
    wanted = (("domain", domains), ("name_key", names))
    rows = [lookup.rows("leads_company", key, values, _KEYS) for key, values in wanted if values]
    return sorted({row for found in rows for row in found})


_KEYS = "id, domain, name_key"
_EMPTY: Facts = {
    "name": "", "name_key": "", "domain": "", "industry": "", "employees": None, "annual_revenue": None,
    "city": "", "region": "", "country": "", "phone": "", "website": "", "linkedin_url": "", "founded": None,
    "rating": None, "reviews": None, "technologies": [],
}  # fmt: skip
