"""The trail of a merge: every row it writes is written through here, so that it can be walked back exactly.

Steps are kept in order; walking back takes them in reverse, through the same states, so no unique rule is
broken on the way. A value that somebody changed since is left as it is.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

MOVE, CHANGE, ADD = "move", "change", "add"
Step = list[Any]


class Encoder(DjangoJSONEncoder):
    """Moments to the microsecond: an undo puts back exactly what was there."""

    def default(self, o: Any) -> Any:
        """Return a value JSON can hold."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


@dataclass
class Trail:
    """What one merge has written so far."""

    steps: list[Step] = field(default_factory=list)

    def move(self, rows: models.QuerySet[Any], column: str, old: int, new: int) -> list[int]:
        """Let rows point from one lead to another; return their keys."""
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            rows.model._base_manager.filter(pk__in=ids).update(**{column: new})
            self.steps.append([MOVE, rows.model._meta.label, column, old, new, ids])
        return ids

    def change(self, row: models.Model, **values: Any) -> bool:
        """Write columns of one row; return whether anything differed."""
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not differing:
            return False
        before = {name: getattr(row, name) for name in differing}
        type(row)._base_manager.filter(pk=row.pk).update(**differing)
        for name, value in differing.items():
            setattr(row, name, value)
        self.steps.append([CHANGE, row._meta.label, row.pk, before, differing])
        return True

    def add(self, row: models.Model) -> None:
        """Store a new row; walking back removes it."""
        row.save(force_insert=True)
        self.steps.append([ADD, row._meta.label, row.pk])

    def as_json(self) -> list[Step]:
        """Return the steps as they are stored."""
        plain: list[Step] = json.loads(json.dumps(self.steps, cls=Encoder))
        return plain


def counts(steps: Iterable[Step]) -> dict[str, int]:
    """Return how many rows of each table were moved or changed, for people to read."""
    found: dict[str, int] = {}
    for step in steps:
        found[step[1]] = found.get(step[1], 0) + (len(step[5]) if step[0] == MOVE else 1)
    return found


def walk_back(steps: Iterable[Step]) -> int:
    """Take steps back, the last one first; return how many rows were left because somebody changed them."""
    left = 0
    for kind, *facts in reversed(list(steps)):
        left += _BACK[kind](*facts)
    return left


def _unmove(label: str, column: str, old: int, new: int, ids: list[int]) -> int:
    rows = _model(label)._base_manager.filter(pk__in=ids, **{column: new})
    return len(ids) - rows.update(**{column: old})


def _unchange(label: str, pk: Any, before: dict[str, Any], after: dict[str, Any]) -> int:
    model = _model(label)
    row = model._base_manager.filter(pk=pk).first()
    if row is None:
        return 1
    back = {name: old for name, old in before.items() if _same(row, name, after[name])}
    if back:
        values = {name: _value(model, name, old) for name, old in back.items()}
        model._base_manager.filter(pk=pk).update(**values)
    return int(len(back) < len(before))


def _unadd(label: str, pk: Any) -> int:
    _model(label)._base_manager.filter(pk=pk).delete()
    return 0


_BACK: dict[str, Callable[..., int]] = {MOVE: _unmove, CHANGE: _unchange, ADD: _unadd}


def _same(row: models.Model, name: str, stored: Any) -> bool:
    """Whether a row still holds what the merge wrote; both sides compared as they are stored."""
    now = json.loads(json.dumps(getattr(row, name), cls=Encoder))
    return bool(now == stored)


def _value(model: type[models.Model], name: str, stored: Any) -> Any:
    """Turn a stored value back into what the column takes, to the last digit."""
    column = next(f for f in model._meta.concrete_fields if name in (f.attname, f.name))
    if stored is None or isinstance(column, models.JSONField):
        return stored
    return column.to_python(stored)


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)
