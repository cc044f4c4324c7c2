"""No column that looks personal is left out of the registry: export and erasure work from it alone."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from campaigns.services.roles import APPS
from leads.services.privacy import own, registry

MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
LOOKS = re.compile(
    r"name|mail|phone|address|linkedin|title|summary|subject|body|text|note|brief|reason|evidence|payload|value"
    r"|visitor|url|before|after|data|answer|request|claims|pages|custom|tags|city|external|query|sentence|error"
    r"|problem|criteria|line|detail|^ip$|user_agent|params|path|key$"
)
SAYS_NOTHING = {"lease_token"}


def looks_personal(field: Any) -> bool:
    """Whether a column may hold what belongs to a person: free texts, JSON, and what is called like it."""
    if field.is_relation or field.name in SAYS_NOTHING:
        return False
    is_free = isinstance(field, models.TextField | models.JSONField | models.EmailField | models.URLField)
    is_called_so = isinstance(field, models.CharField) and not field.choices and LOOKS.search(field.name)
    return bool(is_free or is_called_so)


def judged(model: Any) -> set[str]:
    """Return the columns of a model that the registry has an opinion on."""
    mine = [entry for entry in registry.entries() if entry.table is model]
    if any(entry.drop for entry in mine):
        return {field.name for field in model._meta.concrete_fields}
    return {name for entry in mine for name in (*entry.empty, *entry.search, *entry.plain, entry.file)}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_column_that_looks_personal_is_registered(model: Any) -> None:
    looking = {field.name for field in model._meta.concrete_fields if looks_personal(field)}
    if model._meta.label in own.IMPERSONAL:
        assert judged(model) == set()
    else:
        assert looking - judged(model) == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_that_names_a_lead_is_registered(model: Any) -> None:
    from leads.models import Lead

    links = [
        field for field in model._meta.concrete_fields if field.is_relation and field.related_model is Lead
    ]
    linked = [entry for entry in registry.entries() if entry.table is model and entry.person]
    assert not links or linked


@pytest.mark.django_db
def test_every_named_column_and_path_exists() -> None:
    for entry in registry.entries():
        columns = {field.attname for field in entry.table._meta.concrete_fields}
        named = {*entry.empty, *entry.search, *entry.plain, *([entry.file] if entry.file else [])}
        assert named <= columns, entry.model
        assert not entry.of([1]).exists()


def test_a_new_text_column_would_be_noticed() -> None:
    column = models.TextField()
    column.set_attributes_from_name("opinion")
    assert looks_personal(column)
