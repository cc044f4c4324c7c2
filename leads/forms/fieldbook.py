"""What a manager types about one of the house's own fields."""

from django import forms

from leads.models import CustomField


def _choices() -> forms.CharField:
    return forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For «one of a list»: one choice a line.",
    )  # fmt: skip


class ChangeForm(forms.Form):
    """The name, the list and the help of a field; its key and type stay."""

    label = forms.CharField(max_length=80, label="Name", strip=True)
    help_text = forms.CharField(max_length=200, required=False, label="Help", strip=True)
    choices = _choices()

    def clean_choices(self) -> list[str]:
        """Return the list, one choice a line."""
        return [line.strip() for line in str(self.cleaned_data["choices"]).splitlines() if line.strip()]


class NewForm(ChangeForm):
    """A new field."""

    entity = forms.ChoiceField(choices=CustomField.Entity.choices, label="For")
    kind = forms.ChoiceField(choices=CustomField.Kind.choices, label="Holds")
    field_order = ("label", "entity", "kind", "choices", "help_text")
