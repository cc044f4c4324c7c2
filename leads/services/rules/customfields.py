"""Values of the house's own fields: checked by their type wherever they come in, shown in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from leads.models import CustomField
from leads.services.rules import definitions
from leads.services.rules.fields import Field, house

Kind = CustomField.Kind
YES = {"yes": True, "true": True, "1": True, "on": True, "y": True}
NO = {"no": False, "false": False, "0": False, "off": False, "n": False}
LONGEST = 2000
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%m/%d/%Y")


class BadValue(ValueError):
    """A value that does not fit the type of its field, in words for people."""


class BadValues(ValueError):
    """Some values do not fit; ``problems`` says what is wrong by key."""

    code = "bad_custom_values"
    status = 400

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


@dataclass(frozen=True)
class Shown:
    """One fact on a page: its key, its name, its value as stored and in words; ``field`` when defined."""

    key: str
    label: str
    value: Any
    text: str
    field: CustomField | None = None


def fields() -> list[Field]:
    """Return every field of the house as a field of the rule language: leads first, then companies."""
    found = [*definitions.living().values(), *definitions.living(definitions.COMPANY).values()]
    return [house(field) for field in found]


def clean(field: CustomField, raw: Any) -> Any:
    """Return a value as it is stored (``None``: empty); raise BadValue when it does not fit its type."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    return _READERS[Kind(field.kind)](field, raw.strip() if isinstance(raw, str) else raw)


def checked(entity: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by key, each in its type; raise BadValues for a wrong one and for an unknown key."""
    known = definitions.living(entity)
    found, problems = {}, {}
    for key, raw in values.items():
        if key not in known:
            problems[key] = _unknown(key, known)
            continue
        try:
            found[key] = clean(known[key], raw)
        except BadValue as problem:
            problems[key] = str(problem)
    if problems:
        raise BadValues(problems)
    return found


def merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored facts with some of them changed; an empty one is taken out, others stay."""
    return {key: value for key, value in {**before, **values}.items() if value is not None}


def shown(entity: str, custom: Mapping[str, Any]) -> list[Shown]:
    """Return every field in use with the value of one row, in the order of the page."""
    return [
        Shown(key, field.label, custom.get(key), said(custom.get(key)), field)
        for key, field in definitions.living(entity).items()
    ]


def others(entity: str, custom: Mapping[str, Any]) -> list[Shown]:
    """Return the facts of one row that no field describes; they came with an import or a search."""
    known = definitions.living(entity)
    return [
        Shown(key, label_of(key), value, said(value))
        for key, value in custom.items()
        if key not in known and value not in (None, "", [], {})
    ]


def label_of(key: str) -> str:
    """Return how a fact without a field is called on screen."""
    return key.replace("_", " ").capitalize()


def said(value: Any) -> str:
    """Return a stored value in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def typed(value: Any) -> str:
    """Return a stored value as it would be typed."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _text(field: CustomField, raw: Any) -> str:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise BadValue(f"{field.label} is a text.")
    found = "".join(c for c in str(raw) if c.isprintable() or c == "\n").strip()
    if len(found) > LONGEST:
        raise BadValue(f"{field.label} is longer than {LONGEST:,} letters.")
    return found


def _number(field: CustomField, raw: Any) -> int | float:
    try:
        if isinstance(raw, bool):
            raise ValueError
        found = float(raw.replace(",", "").replace(" ", "").lstrip("$€£") if isinstance(raw, str) else raw)
    except (TypeError, ValueError) as error:
        raise BadValue(f"{field.label} is a number, such as 1200 or 4.5.") from error
    if not abs(found) < 1e15:  # also what is not a number at all
        raise BadValue(f"{field.label} is too large a number.")
    return int(found) if found.is_integer() else found


def _flag(field: CustomField, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).lower()
    if word not in YES and word not in NO:
        raise BadValue(f"{field.label} is yes or no.")
    return word in YES


def _date(field: CustomField, raw: Any) -> str:
    if isinstance(raw, date):
        return (raw.date() if isinstance(raw, datetime) else raw).isoformat()
    for shape in DATES:
        try:
            found = datetime.strptime(str(raw)[:40], shape).date()
        except ValueError:
            continue
        if found.year >= 1000:
            return found.isoformat()
    raise BadValue(f"{field.label} is a date, such as 2027-03-31.")


def _choice(field: CustomField, raw: Any) -> str:
    by_word = {str(choice).lower(): str(choice) for choice in field.choices}
    found = by_word.get(str(raw).lower())
    if found is None:
        raise BadValue(f"{field.label} is one of: {', '.join(map(str, field.choices))}.")
    return found


def _url(field: CustomField, raw: Any) -> str:
    text = str(raw)
    found = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(found)
        is_web = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        is_web = False
    if not is_web or any(c.isspace() or not c.isprintable() for c in found) or len(found) > LONGEST:
        raise BadValue(f"{field.label} is a web address, such as https://example.com.")
    return found


def _unknown(key: str, known: Mapping[str, CustomField]) -> str:
    if not known:
        return f"There is no field «{key[:60]}»; no own fields are defined yet."
    return f"There is no field «{key[:60]}». Fields are: {', '.join(known)}."


_READERS = {
    Kind.TEXT: _text, Kind.NUMBER: _number, Kind.FLAG: _flag, Kind.DATE: _date, Kind.CHOICE: _choice,
    Kind.URL: _url,
}  # fmt: skip
