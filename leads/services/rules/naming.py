"""How a rule's fields and the rows they point to are called on screen."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model

from campaigns.models import User
from leads.services.rules import leaves
from leads.services.rules.fields import Field, Kind

MOST = 300


def label(field: Field, op: str = "") -> str:
    """Return what a field is called: «days since created», but «created» in front of a day."""
    if field.kind is Kind.DAYS and op in (*leaves.DATES, "next"):
        return field.label.removeprefix("days since ")
    if field.scope == "campaign" and "@" in field.key:
        number = int(field.key.partition("@")[2])
        return field.label.replace(
            f"campaign {number}", f"«{_called('campaigns.Campaign', 'name', [number])[0]}»"
        )
    return field.label


def names(field: Field, numbers: Sequence[Any]) -> list[str]:
    """Return the names of the rows that a question is about; a deleted one by its number."""
    return _called(field.model, field.naming, [int(one) for one in numbers if isinstance(one, int | float)])


def choices(field: Field, actor: User) -> list[tuple[str, str]]:
    """Return the rows somebody may choose for a field, by name: (number, name)."""
    rows = _manager(field.model).get_queryset()
    found = rows.visible_to(actor) if hasattr(rows, "visible_to") else rows
    if field.model == "campaigns.User":
        found = rows.filter(is_active=True).exclude(role="partner")
        found = found if actor.sees_all else found.filter(team_id=actor.team_id or 0)
    named = [(str(row.pk), str(getattr(row, field.naming))) for row in found[:MOST]]
    return sorted(named, key=lambda one: one[1].lower())


def _called(model: str, naming: str, numbers: list[int]) -> list[str]:
    found = {row.pk: str(getattr(row, naming)) for row in _manager(model).filter(pk__in=numbers)}
    return [found.get(number, f"number {number}") for number in numbers]


def _manager(model: str) -> Any:
    found: type[Model] = apps.get_model(model)
    return found._default_manager
