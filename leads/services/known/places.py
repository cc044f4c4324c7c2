"""A place where notes and files hang: the page of a lead or of a company."""

from typing import Any

from campaigns.models import User
from leads.models import Company, Lead

Place = Lead | Company


def at(place: Place) -> dict[str, Any]:
    """Return the columns that say where something hangs."""
    return {"lead": place} if isinstance(place, Lead) else {"company": place}


def seen_by(place: Place, people: list[User]) -> list[User]:
    """Return those of some people who may see the place, by one statement, in the order given."""
    rows: Any = type(place)._default_manager.filter(pk=place.pk)
    parts = [_sees(rows, person) for person in people]
    if not parts:
        return []
    first, *rest = parts
    found = set(first.union(*rest, all=True) if rest else first)
    return [person for person in people if person.pk in found]


def _sees(rows: Any, person: User) -> Any:
    from django.db.models import IntegerField, Value

    who = Value(person.pk, output_field=IntegerField())
    return rows.visible_to(person).order_by().annotate(who=who).values_list("who", flat=True)
