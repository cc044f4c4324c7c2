"""The house's own fields as they are defined, read once a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_delete, post_save

from leads.models import CustomField

LEAD, COMPANY = CustomField.Entity.LEAD, CustomField.Entity.COMPANY
_request = Local()


def living(entity: str = LEAD) -> dict[str, CustomField]:
    """Return the fields in use of leads or companies by their key, in the order of the page."""
    return {field.key: field for field in _all() if field.entity == entity}


def _all() -> list[CustomField]:
    """Read every field in use; within a request only the first time, in a worker each time."""
    kept: dict[str, list[CustomField]] | None = getattr(_request, "kept", None)
    if kept is None:
        return _read()
    if "fields" not in kept:
        kept["fields"] = _read()
    return kept["fields"]


def _read() -> list[CustomField]:
    return list(CustomField.objects.filter(is_archived=False))


def forget(**_: Any) -> None:
    """Read the fields again at the next question, because they were changed."""
    if getattr(_request, "kept", None):
        _request.kept = {}


@contextmanager
def held() -> Iterator[None]:
    """Read the fields once for the whole block, as within a request."""
    if getattr(_request, "kept", None) is not None:
        yield
        return
    begin()
    try:
        yield
    finally:
        end()


def begin(**_: Any) -> None:
    """Keep what is read from now on, for one request."""
    _request.kept = {}


def end(**_: Any) -> None:
    """Keep nothing any more."""
    _request.kept = None


request_started.connect(begin, dispatch_uid="leads.definitions")
request_finished.connect(end, dispatch_uid="leads.definitions")
post_save.connect(forget, sender=CustomField, dispatch_uid="leads.definitions")
post_delete.connect(forget, sender=CustomField, dispatch_uid="leads.definitions")
