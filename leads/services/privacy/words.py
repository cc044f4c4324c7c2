"""Finds a person's words in texts and JSON of rows that no link leads to, and blacks them out."""

import json
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from leads.services.privacy.people import Person
from leads.services.privacy.registry import Personal

DOTS = "•••"


def rows(entry: Personal, person: Person) -> QuerySet[Any]:
    """Return rows of a table whose texts may hold one of the words (the pattern has the last word)."""
    found: QuerySet[Any] = entry.table._default_manager.filter(**entry.narrow)
    if not person.words or not entry.texts:
        return found.none()
    casts = {f"text_{place}": Cast(name, TextField()) for place, name in enumerate(entry.texts)}
    wanted = Q()
    for alias in casts:
        for word in person.words:
            wanted |= Q(**{f"{alias}__icontains": word})
            escaped = json.dumps(word)[1:-1]
            if escaped != word:
                wanted |= Q(**{f"{alias}__icontains": escaped})
    named: QuerySet[Any] = found.alias(**casts).filter(wanted)
    return named


def is_named(row: Model, entry: Personal, person: Person) -> bool:
    """Whether the person is really named in one of the row's texts."""
    return any(contains(getattr(row, name), person) for name in entry.texts)


def contains(value: Any, person: Person) -> bool:
    """Whether one of the words stands anywhere in a text or in nested JSON."""
    if isinstance(value, str):
        return person.is_named_in(value)
    if isinstance(value, dict):
        return any(contains(part, person) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(contains(part, person) for part in value)


def black_out(value: Any, person: Person) -> Any:
    """Return a text or nested JSON with the words replaced by dots."""
    if isinstance(value, str):
        return person.pattern.sub(DOTS, value)
    if isinstance(value, dict):
        return {black_out(key, person): black_out(part, person) for key, part in value.items()}
    return [black_out(part, person) for part in value] if isinstance(value, list) else value


def without_records(value: Any, person: Person) -> Any:
    """Return nested JSON in which the records of a list that name the person are empty, places kept."""
    if isinstance(value, dict):
        return {black_out(key, person): without_records(part, person) for key, part in value.items()}
    if isinstance(value, list):
        return [_record(part, person) for part in value]
    return black_out(value, person)


def excerpt(value: Any, person: Person) -> Any:
    """Return only the lines or records that name the person: nobody else's facts are handed over."""
    if isinstance(value, str):
        return "\n".join(line[:500] for line in value.splitlines() if person.is_named_in(line))
    if isinstance(value, dict):
        if any(isinstance(part, list | dict) and contains(part, person) for part in value.values()):
            return {key: excerpt(part, person) for key, part in value.items() if contains(part, person)}
        return value if contains(value, person) else {}
    return (
        [excerpt(part, person) for part in value if contains(part, person)]
        if isinstance(value, list)
        else value
    )


def _record(part: Any, person: Person) -> Any:
    if not contains(part, person):
        return part
    if isinstance(part, dict) and any(
        isinstance(inner, list) for inner in part.values() if contains(inner, person)
    ):
        return without_records(part, person)
    return {} if isinstance(part, dict) else black_out(part, person)
