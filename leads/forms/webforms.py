"""What people type to build a web form: its wording, its fields in order, what becomes of the people."""

from typing import Any

from django import forms
from django.http import QueryDict

from campaigns.models import Campaign, User
from leads.models import WebForm
from leads.services.doors import catalogue, editing

CHANNELS = [("email", "E-mail"), ("call", "Phone calls"), ("sms", "SMS"), ("linkedin", "LinkedIn")]
PLAIN = (
    "name",
    "headline",
    "intro",
    "button",
    "thanks",
    "redirect_url",
    "consent_text",
    "owner_rule",
    "is_active",
)


class WebFormForm(forms.Form):
    """A web form without its fields, which come as rows beside it."""

    name = forms.CharField(max_length=80, help_text="How your team calls it.")
    headline = forms.CharField(max_length=120, required=False, label="Headline")
    intro = forms.CharField(
        max_length=400, required=False, label="Introduction", widget=forms.Textarea(attrs={"rows": 2})
    )
    button = forms.CharField(max_length=40, initial="Send", label="Words on the button")
    consent_text = forms.CharField(
        max_length=400, required=False, label="What people may agree to",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown with a box that starts empty; kept word for word as proof.",
    )  # fmt: skip
    consent_channels = forms.MultipleChoiceField(
        choices=CHANNELS, required=False, label="For these channels", widget=forms.CheckboxSelectMultiple
    )
    thanks = forms.CharField(
        max_length=400, label="After sending", widget=forms.Textarea(attrs={"rows": 2}),
        initial="Thank you. We will be in touch.",
    )  # fmt: skip
    redirect_url = forms.URLField(
        required=False,
        label="Or lead on to",
        assume_scheme="https",
        help_text="A page such as https://example.com/thanks.",
    )
    campaign = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    owner_rule = forms.ChoiceField(choices=WebForm.OwnerRule.choices, label="Who gets them")
    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Which person")
    tags = forms.CharField(max_length=200, required=False, help_text="Separated by commas.")
    origins = forms.CharField(
        required=False, label="Sites that may embed it", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, such as https://www.example.com. Empty: any site.",
    )  # fmt: skip
    is_active = forms.BooleanField(required=False, initial=True, label="Takes answers")

    def __init__(self, *args: Any, actor: User, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        self.plans = {plan.pk: plan for plan in Campaign.objects.visible_to(actor).order_by("name")[:200]}
        plans, staff = [(pk, plan.name) for pk, plan in self.plans.items()], list(self.people.items())
        self.fields["campaign"].choices = [("", "No campaign"), *plans]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Nobody"), *((pk, str(one)) for pk, one in staff)]  # type: ignore[attr-defined]

    def clean_origins(self) -> list[str]:
        """Return the sites as origins."""
        try:
            return editing.origins(self.cleaned_data["origins"])
        except editing.BadForm as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_tags(self) -> list[str]:
        """Return the tags as a list without doubles."""
        parts = [tag.strip()[:60] for tag in str(self.cleaned_data["tags"]).split(",")]
        return list(dict.fromkeys(tag for tag in parts if tag))[:20]

    def clean(self) -> dict[str, Any]:
        """Ask for the person when one person gets them."""
        data = super().clean() or self.cleaned_data
        if data.get("owner_rule") == WebForm.OwnerRule.PERSON and not data.get("owner"):
            self.add_error("owner", "Choose the person who gets them.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the checked values as columns of the model, without the fields."""
        data = self.cleaned_data
        plain = {name: data[name] for name in (*PLAIN, "consent_channels", "tags", "origins")}
        owner, plan = self.people.get(data["owner"]), self.plans.get(data["campaign"])
        return {**plain, "owner": owner, "campaign": plan}

    @staticmethod
    def initial_of(form: WebForm) -> dict[str, Any]:
        """Return what the editor shows for a stored form."""
        facts = {name: getattr(form, name) for name in (*PLAIN, "consent_channels")}
        lists = {"tags": ", ".join(form.tags), "origins": "\n".join(form.origins)}
        return {**facts, **lists, "campaign": form.campaign_id, "owner": form.owner_id}


def read_fields(data: QueryDict) -> list[dict[str, Any]]:
    """Return the rows of the field editor in the order of the page; empty rows are left out."""
    known = catalogue.questions()
    keys, labels, needs = (data.getlist(name) for name in ("key", "label", "needed"))
    rows = list(zip(keys, labels, needs, strict=False))[:40]
    return [
        {
            "key": key, "label": (label.strip() or (known[key].label if key in known else key))[:120],
            "kind": known[key].kind if key in known else "text", "required": need == "yes",
            "choices": list(known[key].choices) if key in known else [],
        }
        for key, label, need in rows
        if key
    ]  # fmt: skip
