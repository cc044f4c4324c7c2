"""How a form is asked: its fields ready for the page, with what was typed and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from leads.models import WebForm
from leads.services.doors import catalogue, reading

INPUTS = {
    "email": "email", "phone": "tel", "number": "text", "whole": "text", "date": "date", "url": "url",
}  # fmt: skip
_INPUT_MODES = {"number": "decimal", "whole": "numeric", "site": "url", "linkedin": "url"}


@dataclass(frozen=True)
class Shown:
    """One field of the page."""

    name: str
    label: str
    kind: str
    input_type: str
    input_mode: str
    autocomplete: str
    is_required: bool
    most: int
    choices: tuple[str, ...]
    value: str
    problem: str


def fields(form: WebForm, values: Mapping[str, str], problems: Mapping[str, str]) -> list[Shown]:
    """Return the fields of a form in order, with values typed before and their problems."""
    needed = catalogue.required(form.fields)
    return [
        Shown(
            one.key, one.label, one.kind, INPUTS.get(one.kind, "text"), _INPUT_MODES.get(one.kind, ""),
            catalogue.AUTOCOMPLETE.get(one.key, ""), one.key in needed, one.most,
            one.choices, values.get(one.key, ""), problems.get(one.key, ""),
        )
        for one in catalogue.chosen(form.fields)
    ]  # fmt: skip


def values(form: WebForm, posted: Mapping[str, str]) -> dict[str, str]:
    """Return what was posted for the fields of a form, cut to a size that can be kept; nothing else."""
    return {
        one.key: reading.clean(posted.get(one.key, ""), long=one.kind == "long")[: 2 * one.most]
        for one in catalogue.chosen(form.fields)
        if posted.get(one.key, "").strip()
    }
