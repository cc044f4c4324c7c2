"""The dialog after two people changed one row: mine and theirs, field by field, a choice for each."""

import json
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from campaigns.views.access import StaffRequest
from leads.services.known import conflicts

PICK = "pick_"


def packed(initial: dict[str, Any]) -> str:
    """Return what a form showed at first as text, to travel with it; a later clash is settled by it."""
    return json.dumps({name: _plain(value) for name, value in initial.items()})


def settled(request: StaffRequest, stands: dict[str, Any]) -> tuple[QueryDict | None, dict[str, Any]]:
    """Return the posted form with «theirs» put in where it was chosen, and what stands there now."""
    if request.method != "POST":
        return None, stands
    data = request.POST.copy()
    for name, picked in request.POST.items():
        field = name.removeprefix(PICK)
        if name.startswith(PICK) and picked == "theirs" and field in stands:
            value = stands[field]
            if value in (None, False):
                data.pop(field, None)
            else:
                data[field] = "on" if value is True else str(value)
    return data, stands


def answer(
    request: StaffRequest, template: str, context: dict[str, Any], form: forms.Form, theirs: dict[str, Any]
) -> HttpResponse:
    """Show every difference with a choice; what only one of the two touched is chosen already."""
    mine = {name: _typed(form, name) for name in form.fields if name != "version"}
    found = conflicts.differences(_base(request), mine, theirs)
    rows = [
        {
            "name": PICK + one.name, "label": form[one.name].label, "mine": _said(form, one.name, one.mine),
            "theirs": _said(form, one.name, one.theirs), "pick": one.pick,
        }
        for one in found
    ]  # fmt: skip
    context |= {
        "clash": rows, "asked": sum(not row["pick"] for row in rows), "their_version": theirs["version"],
        "base": packed(theirs), "is_clash": True,
    }  # fmt: skip
    return render(request, template, context, status=409)


def _base(request: StaffRequest) -> dict[str, Any]:
    """Return what the form showed at first, if it says so in a form we can read."""
    try:
        found = json.loads(request.POST.get("base", ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _typed(form: forms.Form, name: str) -> Any:
    if isinstance(form.fields[name], forms.BooleanField):
        return bool(form.data.get(name))
    return form.data.get(name, "")


def _said(form: forms.Form, name: str, value: Any) -> str:
    """Return a value in the words of its field: the label of a choice, yes for a tick."""
    field: Any = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    choices = dict(getattr(field, "choices", ()) or getattr(field.widget, "choices", ()))
    return str(choices.get(value, "" if value is None else value))


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str | type(None)) else str(value)
