"""The shape of an export: as what, and which columns."""

from django import forms

from leads.services.transfer import columns, exports


class ExportForm(forms.Form):
    """A file format and the columns of the file."""

    kind = forms.ChoiceField(
        label="File", choices=list(exports.KINDS.items()), initial="csv", widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(
        label="Columns", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one column."},
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["columns"]
        field.choices = columns.offered()  # type: ignore[attr-defined]
        field.initial = columns.usual()
