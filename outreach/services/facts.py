"""What a writer may know about one person, each fact by name, and whether a text keeps to it.

The facts come from imports, websites and directories: a stranger may have written them. They are cleaned
to one visible line each, and whatever a text claims must be found in the fact it names.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from leads.models import Lead

MAX_FACT, MAX_CUSTOM = 160, 12
LEAD = ("first_name", "last_name", "title", "department", "city", "country", "industry")
COMPANY = ("name", "industry", "city", "employees", "founded", "rating", "reviews")
_NUMBER = re.compile(r"\d[\d.,'’]*\s?(?:%|percent)?|\$\s?\d[\d.,]*")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}|"
    r"\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:com|net|org|io|ai|co|biz|info|app|dev|xyz|top|ru|cn|link|click|"
    r"site|online|shop|example|test|me|ly|gg|to|cc|tk|zip|mov|de|fr|uk|eu|us|es|it|nl)\b(?:/\S*)?",
    re.IGNORECASE,
)
_HARMLESS_NUMBERS = frozenset(("15", "10", "20", "30", "1", "2", "3", "5"))


def of(lead: Lead) -> dict[str, str]:
    """Return the facts about a lead and their company, without what is empty."""
    company = lead.company
    found = {f"lead.{name}": getattr(lead, name) for name in LEAD}
    if company:
        found |= {f"company.{name}": str(getattr(company, name) or "") for name in COMPANY}
        found["company.technologies"] = ", ".join(map(str, company.technologies or []))[:MAX_FACT]
    for name, value in list((lead.custom or {}).items())[:MAX_CUSTOM]:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found[f"custom.{cleaned(str(name))[:40]}"] = str(value)
    return {name: text for name, value in found.items() if (text := cleaned(value))}


def cleaned(value: str) -> str:
    """Return one line of visible characters, without addresses, short enough for a fact."""
    visible = (char if unicodedata.category(char)[0] != "C" else " " for char in value[: 4 * MAX_FACT])
    text = " ".join("".join(visible).split())
    return " ".join(_ADDRESS.sub(_bare, text).split())[:MAX_FACT]


def unsupported(claims: Iterable[tuple[str, str, str]], facts: Mapping[str, str], text: str) -> list[str]:
    """Say which claims ``(words, source, value)`` do not hold: made up, misquoted, or not in the text."""
    found = []
    for words, source, value in claims:
        if source not in facts:
            found.append(f"The claim «{words}» names the source {source}, which is not among the facts.")
        elif not value.strip() or _plain(value) not in _plain(facts[source]):
            found.append(f"The claim «{words}» is not what {source} says («{facts[source]}»).")
        elif _plain(value) not in _plain(text):
            found.append(f"The claim «{words}» is not in the text.")
    return found


def unsourced_numbers(text: str, sources: Iterable[str]) -> list[str]:
    """Return numbers in a text that stand in none of its sources."""
    known = {_digits(number) for source in sources for number in _NUMBER.findall(source)}
    numbers = {number.strip() for number in _NUMBER.findall(text)}
    return sorted(n for n in numbers if _digits(n) not in known and _digits(n) not in _HARMLESS_NUMBERS)


def foreign_addresses(text: str, allowed: Iterable[str]) -> list[str]:
    """Return web and mail addresses in a text that staff did not write."""
    known = {address.lower().rstrip("/.,;:!?)") for source in allowed for address in _ADDRESS.findall(source)}
    found = {address.lower().rstrip("/.,;:!?)") for address in _ADDRESS.findall(text)}
    return sorted(found - known)


def _bare(address: re.Match[str]) -> str:
    """Of «Booking.com» the name stays; of links and mail addresses nothing does."""
    text = address[0]
    is_name = "/" not in text and "@" not in text and not text.lower().startswith("www.")
    return text.partition(".")[0] if is_name else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _digits(number: str) -> str:
    return re.sub(r"[^\d]", "", number)
