"""What people type about a company."""

from typing import Any

from django import forms

from leads.forms import own
from leads.models import Company
from leads.services.entry import normalise
from leads.services.known import tags
from leads.services.rules import definitions

FACTS = (
    "name", "domain", "industry", "employees", "annual_revenue", "founded", "city", "region", "country",
    "phone", "website", "linkedin_url",
)  # fmt: skip


class CompanyForm(forms.Form):
    """The facts of a company that people edit. ``version`` is what they looked at."""

    name = forms.CharField(max_length=160)
    domain = forms.CharField(max_length=120, required=False, help_text="Such as clinic.example.")
    industry = forms.CharField(max_length=80, required=False)
    employees = forms.IntegerField(min_value=0, max_value=10_000_000, required=False, label="Staff")
    annual_revenue = forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, required=False, label="Revenue a year"
    )
    founded = forms.IntegerField(min_value=1000, max_value=2100, required=False)
    city = forms.CharField(max_length=80, required=False)
    region = forms.CharField(max_length=80, required=False)
    country = forms.CharField(max_length=60, required=False)
    phone = forms.CharField(max_length=32, required=False)
    website = forms.URLField(required=False, assume_scheme="https")
    linkedin_url = forms.URLField(required=False, label="LinkedIn", assume_scheme="https")
    technologies = forms.CharField(
        max_length=1000, required=False, help_text="Separated by commas.", label="Software"
    )
    tags = forms.CharField(max_length=1300, required=False, help_text="Separated by commas.")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, company: Company | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= own.fields(definitions.COMPANY, company.custom if company else {})

    def clean_domain(self) -> str:
        """Accept a web address too, and keep its domain."""
        typed = str(self.cleaned_data["domain"]).strip()
        found = normalise.site_domain(typed) if typed else ""
        if typed and not found:
            raise forms.ValidationError("This is not a domain. Write it like clinic.example.")
        return found

    def clean_phone(self) -> str:
        """Refuse what cannot be a phone number."""
        phone = str(self.cleaned_data["phone"]).strip()
        found = normalise.phone(phone, self.data.get("country", "")) if phone else ""
        if phone and not found:
            raise forms.ValidationError("This is not a phone number. Start it with + and the country code.")
        return found

    def clean_technologies(self) -> list[str]:
        """Return the list without doubles."""
        parts = (part.strip()[:60] for part in str(self.cleaned_data["technologies"]).split(","))
        return list(dict.fromkeys(part for part in parts if part))[:50]

    def clean_tags(self) -> list[str]:
        """Return the tags as a list without doubles."""
        try:
            return tags.cleaned(str(self.cleaned_data["tags"]).split(","))
        except tags.TagRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def facts(self) -> dict[str, Any]:
        """Return the checked values without the version, the own fields under ``custom``."""
        return own.facts(self.cleaned_data)

    @staticmethod
    def initial_of(company: Company) -> dict[str, Any]:
        """Return what the form shows for a company."""
        facts = {name: getattr(company, name) for name in (*FACTS, "version")}
        facts |= {name: ", ".join(getattr(company, name)) for name in ("technologies", "tags")}
        return facts | own.initial(company.custom)
