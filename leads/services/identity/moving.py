"""Everything that points at a person follows them: found through Django's relations, on every floor.

Most rows just change their person. Tables where two rows would become one have a rule of their own, named
in ``settings.MERGE_RULES`` by the floor that owns the table; a table nobody thought of moves what is free to
move and leaves the rest where it is.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, UniqueConstraint
from django.utils.module_loading import import_string

from leads.models import Lead
from leads.services.identity.trail import Trail

#: Rows about the record itself, not about the person: what a file or a bulk act did to it, its own score.
STAY = frozenset(
    {"leads.ImportedLead", "leads.BulkTarget", "leads.LeadScore", "leads.FactSource", "leads.MatchCandidate",
     "leads.Merge"}
)  # fmt: skip


def move_all(trail: Trail, kept_id: int, gone_id: int) -> None:
    """Let every row of one lead follow to the other; call inside the merge's transaction."""
    for rule in settings.MERGE_RULES.values():
        import_string(rule)(trail, kept_id, gone_id)
    for model, column in pointers():
        if model._meta.label not in STAY and model._meta.label not in settings.MERGE_RULES:
            move(trail, model, column, kept_id, gone_id)


def pointers() -> Iterator[tuple[type[Model], str]]:
    """Return every (model, column) that points at a lead, always in the same order."""
    relations: list[Any] = list(Lead._meta.get_fields(include_hidden=True))
    found: set[tuple[type[Model], str]] = {
        (relation.related_model, relation.field.attname)
        for relation in relations
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    }
    yield from sorted(found, key=lambda one: (one[0]._meta.label, one[1]))


def move(trail: Trail, model: type[Model], column: str, kept_id: int, gone_id: int) -> None:
    """Move the rows of one table, but for those that a unique rule keeps apart."""
    rows = model._base_manager.filter(**{column: gone_id})
    for taken in _taken(model, column, kept_id):
        rows = rows.exclude(taken)
    trail.move(rows, column, gone_id, kept_id)


def _taken(model: type[Model], column: str, kept_id: int) -> Iterator[Q]:
    """Return conditions under which the survivor has such a row already."""
    field = next(one for one in model._meta.concrete_fields if one.attname == column)
    if field.unique:
        yield Q(Exists(model._base_manager.filter(**{column: kept_id})))
    for names, condition in _unique(model):
        if field.name not in names:
            continue
        same = {name: OuterRef(name) for name in names if name != field.name}
        theirs = model._base_manager.filter(**same, **{column: kept_id})
        if condition is not None:
            yield condition & Q(Exists(theirs.filter(condition)))
        else:
            yield Q(Exists(theirs))


def _unique(model: type[Model]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition
    for together in model._meta.unique_together:
        yield tuple(together), None
