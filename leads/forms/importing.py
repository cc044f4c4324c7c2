"""Shapes of an import: the file, and which column becomes what."""

from typing import Any

from django import forms

from leads.models import ImportJob
from leads.services import mapping

CUSTOM = "Custom field"


class UploadForm(forms.Form):
    """A list of people as a file."""

    file = forms.FileField(
        label="CSV or JSON Lines", allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.json,.jsonl,.ndjson"}),
    )  # fmt: skip


class MappingForm(forms.Form):
    """One choice a column, and whether people we know already are updated."""

    update_existing = forms.BooleanField(
        label="Update people we know already", required=False, initial=True,
        help_text="What is empty in the file never erases anything.",
    )  # fmt: skip

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        for number, (column, target) in enumerate(job.mapping.items()):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column, choices=_choices(target), initial=target, required=False
            )

    def chosen(self) -> dict[str, str]:
        """Return the mapping as typed."""
        data = self.cleaned_data
        return {column: data[f"column-{number}"] for number, column in enumerate(self.job.mapping)}


def _choices(target: str) -> list[tuple[str, Any]]:
    """Return what a column may become: left out, a custom field of its own name, a field of ours."""
    custom = target if target.startswith("custom.") else ""
    groups: list[tuple[str, Any]] = [("", "Leave out")]
    if custom:
        groups.append((custom, f"{CUSTOM}: {custom.removeprefix('custom.').replace('_', ' ')}"))
    return [*groups, ("Fields", list(mapping.TARGETS.items()))]
