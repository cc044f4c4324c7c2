"""What people type about one lead: facts, notes, tasks, deals, decisions."""

from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms

from campaigns import clock
from campaigns.models import User
from leads.forms import own
from leads.models import Lead, Lifecycle
from leads.services.entry import normalise
from leads.services.known import tags
from leads.services.rules import definitions

FACTS = (
    "first_name", "last_name", "email", "phone", "title", "linkedin_url", "city", "region", "country",
    "time_zone", "language", "industry", "budget", "lifecycle", "do_not_email", "do_not_call",
)  # fmt: skip
REASONS = [
    ("asked", "The person asked for it"), ("complaint", "The person complained"), ("legal", "Legal reasons"),
    ("competitor", "A competitor"), ("wrong_person", "The wrong person"),
]  # fmt: skip


class LeadForm(forms.Form):
    """The facts of a lead that people edit. ``version`` is what they looked at."""

    first_name = forms.CharField(max_length=80, required=False)
    last_name = forms.CharField(max_length=80, required=False)
    email = forms.CharField(max_length=254, required=False, label="E-mail")
    phone = forms.CharField(max_length=40, required=False)
    title = forms.CharField(max_length=120, required=False, label="Job title")
    company_name = forms.CharField(max_length=160, required=False, label="Company")
    linkedin_url = forms.URLField(required=False, label="LinkedIn", assume_scheme="https")
    city = forms.CharField(max_length=80, required=False)
    region = forms.CharField(max_length=80, required=False)
    country = forms.CharField(max_length=60, required=False)
    time_zone = forms.CharField(max_length=50, required=False, help_text="Such as America/Chicago.")
    language = forms.CharField(max_length=8, required=False, help_text="Such as en or de.")
    industry = forms.CharField(max_length=80, required=False)
    budget = forms.DecimalField(required=False, min_value=0, max_digits=12, decimal_places=2)
    lifecycle = forms.ChoiceField(choices=Lifecycle.choices, required=False)
    tags = forms.CharField(max_length=250, required=False, help_text="Separated by commas.")
    do_not_email = forms.BooleanField(required=False, label="Do not e-mail")
    do_not_call = forms.BooleanField(required=False, label="Do not call")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lead: Lead | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= own.fields(definitions.LEAD, lead.custom if lead else {})

    def clean_time_zone(self) -> str:
        """Only zones that exist: quiet hours are counted by them."""
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError("There is no such time zone. Write it like America/Chicago.")
        return zone

    def clean_email(self) -> str:
        """Refuse what is not exactly one address."""
        email = str(self.cleaned_data["email"]).strip()
        if email and not normalise.is_address(email):
            raise forms.ValidationError("This is not an e-mail address.")
        return email

    def clean_phone(self) -> str:
        """Refuse what cannot be a phone number."""
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not normalise.phone(phone, self.data.get("country", "")):
            raise forms.ValidationError("This is not a phone number. Start it with + and the country code.")
        return phone

    def clean_tags(self) -> list[str]:
        """Return the tags as a list without doubles."""
        try:
            return tags.cleaned(str(self.cleaned_data["tags"]).split(","))
        except tags.TagRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean_lifecycle(self) -> str:
        """A new lead is new."""
        return str(self.cleaned_data["lifecycle"] or Lifecycle.NEW)

    def clean(self) -> dict[str, Any]:
        """Ask for something to know the person by."""
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in ("email", "last_name", "first_name", "linkedin_url", "phone")):
            raise forms.ValidationError("Give a name, an address, a number or a profile.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the checked values without the version, the own fields under ``custom``."""
        return own.facts(self.cleaned_data)

    @staticmethod
    def initial_of(lead: Lead) -> dict[str, Any]:
        """Return what the form shows for a lead."""
        facts = {name: getattr(lead, name) for name in (*FACTS, "version")}
        facts |= {"company_name": str(lead.company or ""), "tags": ", ".join(lead.tags)}
        return facts | own.initial(lead.custom)


class TaskForm(forms.Form):
    """A task: what, when, who."""

    title = forms.CharField(max_length=200)
    due_at = forms.DateTimeField(
        required=False, label="Due", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    kind = forms.ChoiceField(
        choices=[("follow_up", "Follow up"), ("call", "Call"), ("email", "E-mail"), ("meeting", "Meeting")],
        required=False,
    )

    def clean_due_at(self) -> Any:
        """Due now when no moment is given."""
        return self.cleaned_data["due_at"] or clock.now()


class DealForm(forms.Form):
    """A deal: its campaign and its value."""

    campaign = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    value = forms.DecimalField(min_value=Decimal(0), max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, campaigns: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].choices = [*campaigns, ("", "No campaign")]  # type: ignore[attr-defined]


class OverrideForm(forms.Form):
    """A decision by hand, which stands above the rule."""

    decision = forms.ChoiceField(choices=[("qualified", "Qualified"), ("rejected", "Not qualified")])
    reason = forms.CharField(max_length=250, strip=True)
    expires_at = forms.DateField(
        required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: until somebody decides again.",
    )  # fmt: skip


class SuppressForm(forms.Form):
    """Why nobody may write to a person any more."""

    reason = forms.ChoiceField(choices=REASONS)
    evidence = forms.CharField(max_length=500, required=False)


class OwnerForm(forms.Form):
    """Who takes a lead over; nobody puts it back into the pool."""

    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Nobody: back into the pool"), *((person.pk, str(person)) for person in people)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]
        self.people = {person.pk: person for person in people}

    def person(self) -> User | None:
        """Return the chosen person."""
        return self.people.get(self.cleaned_data["owner"])
