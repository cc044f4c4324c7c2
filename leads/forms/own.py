"""The house's own fields as fields of a form: typed to type in, checked by the one reader of such values."""

from typing import Any

from django import forms

from leads.models import CustomField
from leads.services.rules import customfields, definitions

PREFIX = "custom_"
Kind = CustomField.Kind


class OwnField(forms.CharField):
    """One own field: shown as what it holds, cleaned by its definition."""

    def __init__(self, defined: CustomField, value: Any = None) -> None:
        super().__init__(
            required=False, label=defined.label, help_text=defined.help_text, widget=_widget(defined, value),
            max_length=customfields.LONGEST,
        )  # fmt: skip
        self.defined = defined

    def clean(self, value: Any) -> Any:
        """Return the value as it is stored."""
        try:
            return customfields.clean(self.defined, value)
        except customfields.BadValue as problem:
            raise forms.ValidationError(str(problem)) from problem


def fields(entity: str, custom: dict[str, Any]) -> dict[str, OwnField]:
    """Return a form field for every own field in use, by its name in the form."""
    return {
        PREFIX + key: OwnField(defined, custom.get(key))
        for key, defined in definitions.living(entity).items()
    }


def initial(custom: dict[str, Any]) -> dict[str, Any]:
    """Return stored values as a form shows them."""
    return {PREFIX + key: customfields.typed(value) for key, value in custom.items()}


def values(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return the cleaned own fields of a form by their key."""
    return {name.removeprefix(PREFIX): value for name, value in cleaned.items() if name.startswith(PREFIX)}


def facts(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return a form's checked values without its version, the own fields under ``custom``."""
    named = {
        name: value for name, value in cleaned.items() if name != "version" and not name.startswith(PREFIX)
    }
    return named | {"custom": values(cleaned)}


def _widget(defined: CustomField, value: Any) -> forms.Widget:
    if defined.kind == Kind.FLAG:
        return forms.Select(choices=[("", "Not known"), ("yes", "Yes"), ("no", "No")])
    if defined.kind == Kind.CHOICE:
        listed = [str(choice) for choice in defined.choices]
        old = [str(value)] if value and str(value) not in listed else []
        return forms.Select(choices=[("", "Not known"), *((one, one) for one in [*listed, *old])])
    if defined.kind == Kind.DATE:
        return forms.DateInput(attrs={"type": "date"})
    if defined.kind == Kind.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal"})
    if defined.kind == Kind.URL:
        return forms.TextInput(attrs={"inputmode": "url"})
    return forms.TextInput()
