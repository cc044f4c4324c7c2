"""Shapes of an import: the file, which column becomes what, and what may change."""

from collections.abc import Mapping
from typing import Any

from django import forms

from leads.models import CustomField, ImportJob
from leads.services.rules import definitions
from leads.services.transfer import mapping, newfields

BOTH, CREATE, UPDATE = "both", "create", "update"
MODES = (
    (BOTH, "Add new people and update known ones"),
    (CREATE, "Only add new people"),
    (UPDATE, "Only update people we know"),
)


class UploadForm(forms.Form):
    """A list of people as a file."""

    file = forms.FileField(
        label="CSV, Excel or JSON Lines", allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.jsonl,.ndjson"}),
    )  # fmt: skip


class MappingForm(forms.Form):
    """One choice a column, and what the import may do with people."""

    mode = forms.ChoiceField(
        label="What it may do", choices=MODES, initial=BOTH, required=False,
        help_text="What is empty in the file never erases anything.",
    )  # fmt: skip
    new_fields = forms.BooleanField(
        label="Make fields of new columns", required=False,
        help_text="They show on the lead page and in filters, typed after what is in the file.",
    )  # fmt: skip

    def __init__(self, *args: Any, job: ImportJob, may_add_fields: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        if not may_add_fields or not newfields.missing(job.mapping):
            del self.fields["new_fields"]
        own = definitions.living()
        for number, (column, target) in enumerate(job.mapping.items()):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column, choices=_choices(column, target, own), initial=target, required=False
            )

    def chosen(self) -> dict[str, str]:
        """Return the mapping as typed."""
        data = self.cleaned_data
        return {column: data[f"column-{number}"] for number, column in enumerate(self.job.mapping)}

    def modes(self) -> dict[str, bool]:
        """Return what the import may do."""
        mode = self.cleaned_data["mode"] or BOTH
        return {
            "create_new": mode != UPDATE, "update_existing": mode != CREATE,
            "new_fields": self.cleaned_data.get("new_fields", False),
        }  # fmt: skip


def _choices(column: str, target: str, own: Mapping[str, CustomField]) -> list[tuple[str, Any]]:
    """Return what a column may become: left out, new data of its own name, a field of the house, of ours."""
    groups: list[tuple[str, Any]] = [("", "Leave out")]
    proposed = mapping.own_name(column)
    for key in dict.fromkeys(name.removeprefix("custom.") for name in (target, proposed) if _is_own(name)):
        if key not in own:
            groups.append((f"custom.{key}", f"New: {key.replace('_', ' ')}"))
    if own:
        groups.append(("Own fields", [(f"custom.{key}", field.label) for key, field in own.items()]))
    return [*groups, ("Fields", list(mapping.TARGETS.items()))]


def _is_own(target: str) -> bool:
    return target.startswith("custom.")
