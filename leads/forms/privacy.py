"""What people type about suppression, consent and forgetting."""

from typing import Any

from django import forms
from django.utils.encoding import force_str

from leads.models import Lead
from leads.services.privacy import suppressing

CHANNELS = [("email", "E-mail"), ("call", "Phone calls"), ("sms", "SMS"), ("linkedin", "LinkedIn")]
REASONS = [
    ("asked", "They asked for it"), ("complaint", "They complained"), ("legal", "Legal reasons"),
    ("competitor", "A competitor"), ("customer", "A customer already"), ("list", "A list of ours"),
]  # fmt: skip
LARGEST = 5_000_000


class SuppressionForm(forms.Form):
    """Addresses, numbers and domains to leave alone, typed or as a file."""

    entries = forms.CharField(
        required=False, label="Addresses, numbers or domains", widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One a line, such as ann@example.com, +44 20 7946 0321 or example.com.",
    )  # fmt: skip
    file = forms.FileField(required=False, label="Or a file", help_text="Text or CSV, up to 5 MB.")
    reason = forms.ChoiceField(choices=REASONS, label="Why")
    channel = forms.ChoiceField(choices=[("", "Every channel"), *CHANNELS], required=False)
    evidence = forms.CharField(max_length=500, required=False, label="How we know")

    def clean_file(self) -> Any:
        """Refuse what is too large to be a list of addresses."""
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError("The file is larger than 5 MB; split it.")
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for something that can be read."""
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        data["text"] = f"{data.get('entries', '')}\n{_read(file) if file else ''}".replace("\0", "")
        entries, bad = suppressing.read(data["text"])
        if not entries and "file" not in self.errors:
            hint = f" «{bad[0]}» is none." if bad else ""
            self.add_error("entries", f"Give at least one address, number or domain.{hint}")
        return data


class LiftForm(forms.Form):
    """Why an entry comes off the list."""

    reason = forms.CharField(max_length=250, strip=True)


class BlockForm(forms.Form):
    """Leave a company, or everybody at its domain, alone."""

    level = forms.ChoiceField(choices=[("company", "The company"), ("domain", "Everybody at its domain")])
    reason = forms.ChoiceField(choices=REASONS, label="Why")
    evidence = forms.CharField(max_length=500, required=False, label="How we know")


class ConsentForm(forms.Form):
    """A yes or a no for one channel, and how it is known."""

    channel = forms.ChoiceField(choices=CHANNELS)
    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
    evidence = forms.CharField(max_length=1000, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        """A yes needs its proof; a no is believed at once."""
        data = super().clean() or self.cleaned_data
        if data.get("answer") == "yes" and not data.get("evidence"):
            self.add_error("evidence", "Write down how you know: what was said, when and where.")
        return data


class EraseForm(forms.Form):
    """Forget a person: the reason, and their address typed once more."""

    reason = forms.CharField(max_length=200, strip=True)
    typed = forms.CharField(max_length=254, strip=True, required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = to_type(lead)

    def clean_typed(self) -> str:
        """Compare with the person's address."""
        typed = str(self.cleaned_data["typed"])
        if typed.lower() != self.wanted.lower():
            raise forms.ValidationError(f"Type «{self.wanted}» to go on.")
        return typed


def to_type(lead: Lead) -> str:
    """Return what must be typed before somebody is forgotten."""
    return lead.email or lead.phone or lead.name


def _read(file: Any) -> str:
    data = file.read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return force_str(data, "utf-16", errors="replace")
    return force_str(data, "utf-8", errors="replace")
