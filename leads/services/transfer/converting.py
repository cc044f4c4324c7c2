"""Turns the cells of a row into what we store: trimmed, checked, normalised; says what could not be read."""

import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from leads.models import CustomField
from leads.services.entry import normalise
from leads.services.rules import customfields, definitions, roles
from leads.services.rules.customfields import BadValue
from leads.services.transfer import numbers
from leads.services.transfer.cells import bare
from leads.services.transfer.mapping import IGNORE

#: how systems write «nothing»
MISSING = frozenset({"", "Select", "select", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "(null)"})
LIMITS = {
    "first_name": 80, "last_name": 80, "title": 120, "industry": 80, "city": 80, "region": 80, "country": 60,
    "source": 60, "origin": 60, "external_id": 80, "language": 8, "full_name": 160, "company": 160,
    "company_industry": 80,
}  # fmt: skip
#: facts of the company, and how its own columns are called
COMPANY = {
    "company": "name", "company_domain": "domain", "company_website": "website", "company_phone": "phone",
    "company_industry": "industry", "employees": "employees", "annual_revenue": "annual_revenue",
    "founded": "founded", "rating": "rating", "reviews": "reviews", "technologies": "technologies",
}  # fmt: skip
CELL = 2000
_UNREADABLE = object()
_LIST = re.compile(r"\s*[,;|]\s*")
_SEAM = "\x1f"
#: how a cell starts that a spreadsheet computes or, worse, runs (OWASP «CSV injection»)
_FORMULA = re.compile(r"\x1f(?:=|[+\-@][A-Za-z]+[(|])")
_HARMLESS = "Looks like a spreadsheet formula: kept as text, never computed."
_KEYS = ("email_key", "external_id", "linkedin_key", "phone")


@dataclass(frozen=True)
class Problem:
    """What could not be read in a row; a fatal one keeps the whole row out."""

    column: str
    value: str
    text: str
    is_fatal: bool = False


@dataclass(slots=True)
class Converted:
    """One person as read from a row."""

    draft: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_fatal(self) -> bool:
        """Whether the row must be left out."""
        return any(problem.is_fatal for problem in self.problems)


class _Clean(dict[str, Any]):
    """Remembers what a cell comes to: most cells of a list say the same few things."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    def __missing__(self, cell: str) -> Any:
        """Work a new cell out; ``None`` means that it says nothing."""
        if len(self) > 50_000:
            self.clear()
        text = bare(cell.strip()).strip()
        self[cell] = value = None if text in MISSING else self._read(text)
        return value


class Converter:
    """Reads rows under one mapping; everything that depends only on the mapping is worked out once."""

    def __init__(self, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
        self._columns = columns
        self._plain: list[tuple[int, str, int]] = []
        self._read: list[tuple[int, str, str, _Clean]] = []
        self._custom: list[tuple[int, str]] = []
        self._typed: list[tuple[int, str, str, _Clean]] = []
        self._text, self._loose = _Clean(_one_line), _Clean(lambda text: numbers.loose(text[:CELL]))
        own = definitions.living() if any(map(_is_own, mapping.values())) else {}
        for place, column in enumerate(columns):
            target = mapping.get(column, IGNORE)
            if _is_own(target):
                key = target.removeprefix("custom.")
                if key in own:
                    self._typed.append((place, column, key, _Clean(partial(_typed, own[key]))))
                else:
                    self._custom.append((place, key))
            elif target in LIMITS:
                self._plain.append((place, target, LIMITS[target]))
            elif target != IGNORE:
                self._read.append((place, column, target, _Clean(_reader(target))))
        self._company = [target for target in mapping.values() if target in COMPANY]

    def convert(self, cells: Sequence[str]) -> Converted:
        """Return the person in a row, with what was wrong in it."""
        found = Converted()
        draft, text, loose = found.draft, self._text, self._loose
        for place, target, limit in self._plain:
            value = text[cells[place]]
            if value is not None:
                if len(value) > limit:
                    found.problems.append(Problem(target, value[:200], f"Longer than {limit} letters: cut."))
                draft[target] = value[:limit]
        for place, column, target, read in self._read:
            value = read[cells[place]]
            if value is _UNREADABLE:
                found.problems.append(Problem(column, cells[place].strip()[:200], _WHY[target]))
            elif value is not None:
                draft[target] = value
        draft["custom"] = {
            key: value for place, key in self._custom if (value := loose[cells[place]]) is not None
        }
        for place, column, key, read in self._typed:
            value = read[cells[place]]
            if isinstance(value, BadValue):
                found.problems.append(Problem(column, cells[place].strip()[:200], f"{value} Left out."[:200]))
            elif value is not None:
                draft["custom"][key] = value
        if sum(map(len, cells)) > CELL:
            found.problems += self._cut(cells)
        _finish(found, self._company)
        found.problems += self._formulas(cells)
        return found

    def _cut(self, cells: Sequence[str]) -> list[Problem]:
        """Tell of own data that is longer than we keep."""
        long = [place for place, _ in self._custom if len(cells[place].strip()) > CELL]
        text = f"Longer than {CELL:,} letters: cut."
        return [Problem(self._columns[place], cells[place].strip()[:200], text) for place in long]

    def _formulas(self, cells: Sequence[str]) -> list[Problem]:
        """Tell of cells that a spreadsheet would run; here they are text, and exports keep them so."""
        if not _FORMULA.search(_SEAM + _SEAM.join(cells)):
            return []
        named = zip(self._columns, cells, strict=False)
        return [Problem(c, cell[:200], _HARMLESS) for c, cell in named if _FORMULA.match(_SEAM + cell)]


def _is_own(target: str) -> bool:
    return target.startswith("custom.")


def _one_line(text: str) -> str:
    """Names and places stand in subjects and headers: they hold no line ends and nothing invisible."""
    if text.isprintable():
        return text
    seen = (c if c.isprintable() else " " if c.isspace() or c < " " else "" for c in text)
    return " ".join("".join(seen).split())


def _typed(field: CustomField, text: str) -> Any:
    try:
        return customfields.clean(field, text)
    except BadValue as problem:
        return problem


def _reader(target: str) -> Callable[[str], Any]:
    read = _READERS[target]

    def careful(text: str) -> Any:
        value = read(text)
        return _UNREADABLE if value is None else value

    return careful


def finish(draft: dict[str, Any]) -> Converted:
    """Derive keys and codes in a draft that did not come from a file (a directory, the API)."""
    found = Converted(draft)
    draft.setdefault("custom", {})
    if not normalise.is_address(draft.get("email", "")):
        draft.pop("email", None)
    _finish(found, list(COMPANY))
    return found


def _finish(found: Converted, company: Sequence[str]) -> None:
    draft = found.draft
    if "full_name" in draft:
        first, _, last = draft.pop("full_name").partition(" ")
        draft.setdefault("first_name", first[:80])
        draft.setdefault("last_name", last.strip()[:80])
    if "email" in draft:
        draft["email_key"] = normalise.key_of(draft["email"])
    if "phone" in draft:
        _phone(found, draft.pop("phone"))
    if "linkedin_url" in draft:
        draft["linkedin_key"] = normalise.linkedin_key(draft["linkedin_url"])
    if "title" in draft:
        draft["seniority"] = roles.seniority(draft["title"])
        draft["department"] = roles.department(draft["title"])
    if company:
        _company(draft, company)
    if not any(map(draft.get, _KEYS)):
        text = "No e-mail, phone, LinkedIn profile or id: nobody to recognise or to reach."
        found.problems.append(Problem("", "", text, is_fatal=True))


def _phone(found: Converted, text: str) -> None:
    number = normalise.phone(text.lstrip("'"), found.draft.get("country", ""))
    if number:
        found.draft["phone"] = number
        return
    found.problems.append(Problem("phone", text[:200], "Not a phone number we can dial: kept as a note."))
    found.draft["custom"]["phone_as_given"] = text[:200]


def _company(draft: dict[str, Any], columns: Sequence[str]) -> None:
    """Gather what is said about the company; without a name or domain it stays with the person."""
    facts = {COMPANY[key]: draft.pop(key) for key in columns if key in draft}
    if not facts:
        return
    domain = facts.get("domain") or normalise.site_domain(facts.get("website", ""))
    guessed = normalise.work_domain(draft.get("email_key", ""))
    if not facts.get("name") and not domain and not guessed:
        draft["custom"].update({key: value for key, value in facts.items() if key != "technologies"})
        return
    facts["domain"], facts["guessed_domain"] = domain, guessed
    facts.setdefault("name", domain or guessed)
    draft["company"] = facts


def _email(text: str) -> str | None:
    return text if normalise.is_address(text) else None


def _linkedin(text: str) -> str | None:
    if not normalise.linkedin_key(text) or len(text) > 190:
        return None
    return text if text.lower().startswith("http") else f"https://{text}"


def _website(text: str) -> str | None:
    return f"https://{normalise.site_domain(text)}" if normalise.site_domain(text) else None


def _domain(text: str) -> str | None:
    return normalise.site_domain(text)[:120] or None


@lru_cache(maxsize=1000)
def _time_zone(text: str) -> str | None:
    return text if text in zoneinfo.available_timezones() else None


def _list(text: str) -> list[str]:
    return [part[:60] for part in _LIST.split(text) if part][:50]


_READERS: dict[str, Callable[[str], Any]] = {
    "email": _email, "phone": str, "linkedin_url": _linkedin, "time_zone": _time_zone, "tags": _list,
    "website_visits": numbers.whole, "website_seconds": numbers.whole, "pages_per_visit": numbers.decimal,
    "budget": numbers.money, "has_appointment": numbers.flag, "do_not_email": numbers.flag,
    "do_not_call": numbers.flag, "company_domain": _domain, "company_website": _website,
    "company_phone": lambda text: normalise.phone(text) or None, "employees": numbers.whole,
    "annual_revenue": numbers.money, "founded": numbers.year, "rating": numbers.decimal,
    "reviews": numbers.whole, "technologies": _list,
}  # fmt: skip
_NUMBER = "Not a number we can read: left out."
_WHY = dict.fromkeys(_READERS, _NUMBER) | {
    "email": "Not one valid e-mail address: left out.",
    "linkedin_url": "Not a LinkedIn profile address: left out.",
    "time_zone": "Not a time zone such as Europe/Berlin: left out.",
    "company_domain": "Not a domain name: left out.",
    "company_website": "Not a web address: left out.",
    "company_phone": "Not a phone number we can dial: left out.",
    "founded": "Not a year: left out.",
    **dict.fromkeys(("has_appointment", "do_not_email", "do_not_call"), "Neither yes nor no: left out."),
}
