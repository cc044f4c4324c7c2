"""Where personal facts stand: one list over all floors, from which export and erasure work.

A floor adds its part by a function named in ``settings.PERSONAL_FIELDS``; a test fails for every column that
looks personal and stands in nobody's part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Personal:
    """One table: how its rows belong to a person, and what becomes of them when the person is forgotten.

    ``person``: lookups that lead from a row to its lead; none: rows are found by the person's own words.
    ``narrow``: further conditions. ``empty``: columns and what they hold afterwards. ``drop``: the linked
    rows go altogether. ``search``: further texts in which somebody may be named. ``found``: what becomes of
    a text with the person's words in it: the words are blackened (``words``), the record of a list that holds
    them is emptied (``records``), the row is emptied (``row``) or goes (``drop``); ``keep`` looks for no
    words, as in the records of other people. ``plain``: columns that only look personal. ``file``: the
    column with a path below the media folder.
    """

    model: str
    title: str
    person: tuple[str, ...] = ("lead",)
    narrow: Mapping[str, Any] = field(default_factory=dict)
    empty: Mapping[str, Any] = field(default_factory=dict)
    drop: bool = False
    search: tuple[str, ...] = ()
    found: str = "words"
    plain: tuple[str, ...] = ()
    file: str = ""

    @property
    def table(self) -> type[models.Model]:
        """The model."""
        return apps.get_model(self.model)

    @property
    def texts(self) -> list[str]:
        """The columns in which words are looked for."""
        columns = {f.attname: f for f in self.table._meta.concrete_fields}
        own = [name for name in self.empty if isinstance(columns.get(name), _TEXTS)]
        return list(dict.fromkeys([*own, *self.search]))

    def of(self, lead_ids: Sequence[int]) -> models.QuerySet[Any]:
        """Return the rows that belong to these leads."""
        rows: models.QuerySet[Any] = self.table._default_manager.filter(**self.narrow)
        if not self.person:
            return rows.none()
        mine = Q()
        for path in self.person:
            mine |= Q(**{f"{path}__in": list(lead_ids)})
        return rows.filter(mine)


_TEXTS = (models.CharField, models.TextField, models.JSONField)


@cache
def entries() -> list[Personal]:
    """Return every part of the registry, in the order in which it is written."""
    return [entry for path in settings.PERSONAL_FIELDS for entry in import_string(path)()]
