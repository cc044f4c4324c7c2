"""Shapes of what people write and choose about sequences and messages."""

from typing import Any

from django import forms

from campaigns.models import Campaign, User
from outreach.models import MessageStatus, Sequence, Step, Tone, Variant
from outreach.services import tokens
from outreach.services.letterbox import STEPS
from outreach.services.sequences import StepDraft, TextDraft

HOURS = {"hours": 1, "days": 24}
STARTS = [("letters", "Three letters that are ready to send"), ("empty", "An empty first step")]


class SequenceForm(forms.Form):
    """A new sequence."""

    name = forms.CharField(max_length=120, help_text="What you call it, such as «Recall-gap opener».")
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), required=False, empty_label="Every campaign may use it"
    )
    exclusivity = forms.ChoiceField(
        label="Overlap", choices=Sequence.Exclusivity.choices, initial=Sequence.Exclusivity.LEAD,
        help_text="What else a lead may be in at the same time.",
    )  # fmt: skip
    start = forms.ChoiceField(label="Begin with", choices=STARTS, initial="letters", widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.visible_to(actor).live()  # type: ignore[attr-defined]

    def steps(self) -> tuple[StepDraft, ...]:
        """Return the steps to begin with."""
        return STEPS if self.cleaned_data["start"] == "letters" else (StepDraft(name="First letter"),)


class StepForm(forms.Form):
    """One text of a step, and when the step reaches people."""

    tone = forms.ChoiceField(choices=Tone.choices, widget=forms.HiddenInput)
    subject = forms.CharField(
        max_length=200,
        error_messages={"required": "Write a subject: mail without one looks like an accident."},
    )
    body = forms.CharField(
        label="Message", max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": 11}),
        error_messages={"required": "Write the message; the two other tones can wait."},
    )  # fmt: skip
    weight = forms.IntegerField(label="Share of sends", min_value=0, max_value=100, required=False)
    name = forms.CharField(label="Name of the step", max_length=80, required=False)
    wait = forms.IntegerField(label="Wait", min_value=0, max_value=365, initial=0)
    unit = forms.ChoiceField(label="Unit", choices=[("days", "days"), ("hours", "hours")])
    window_start = forms.IntegerField(label="From hour", min_value=0, max_value=23)
    window_end = forms.IntegerField(label="Until hour", min_value=1, max_value=24)
    business_days = forms.BooleanField(label="Working days only", required=False)

    @classmethod
    def values_of(cls, step: Step, text: Variant | None, tone: str) -> dict[str, Any]:
        """Return a stored step and text in the shape of the form."""
        in_days = step.delay_hours % 24 == 0
        return {
            "tone": tone, "subject": text.subject if text else "", "body": text.body if text else "",
            "weight": text.weight if text else 1, "name": step.name, "unit": "days" if in_days else "hours",
            "wait": step.delay_hours // 24 if in_days else step.delay_hours,
            "window_start": step.window_start, "window_end": step.window_end,
            "business_days": step.business_days,
        }  # fmt: skip

    def clean_subject(self) -> str:
        """Refuse a token that does not exist."""
        return self._with_known_tokens("subject")

    def clean_body(self) -> str:
        """Refuse a token that does not exist."""
        return self._with_known_tokens("body").replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Check what the hours say together."""
        data = super().clean() or self.cleaned_data
        if data.get("window_start", 0) >= data.get("window_end", 24):
            self.add_error("window_end", "The last hour must come after the first.")
        return data

    def facts(self) -> dict[str, Any]:
        """Return the step's own values."""
        data = self.cleaned_data
        names = ("name", "window_start", "window_end", "business_days")
        return {**{name: data[name] for name in names}, "delay_hours": data["wait"] * HOURS[data["unit"]]}

    def texts(self) -> dict[str, TextDraft]:
        """Return the text that was edited, under its tone."""
        data = self.cleaned_data
        weight = 1 if data["weight"] is None else data["weight"]
        return {data["tone"]: TextDraft(data["subject"], data["body"], weight)}

    def _with_known_tokens(self, name: str) -> str:
        source = str(self.cleaned_data[name])
        if wrong := tokens.problems(source):
            raise forms.ValidationError(wrong)
        return source


class MessageFilter(forms.Form):
    """Filters of the list of messages."""

    campaign = forms.IntegerField(min_value=1, required=False)
    event = forms.CharField(max_length=12, required=False)
    q = forms.CharField(max_length=80, required=False, strip=True)
    status = forms.CharField(max_length=120, required=False)

    def statuses(self) -> list[str]:
        """Return the chosen statuses that exist."""
        wanted = (self.cleaned_data.get("status") or "").split(",")
        return [name for name in wanted if name in MessageStatus.values]
