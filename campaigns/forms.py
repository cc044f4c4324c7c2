"""Shapes of what people type about campaigns: the plan, the launch and the filters of the lists."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from campaigns.models import Campaign, CampaignStatus, User
from campaigns.services import planning, roles

GOALS = [("", "No goal"), ("replies", "Replies"), ("meetings", "Meetings"), ("revenue", "Revenue")]
#: sources that are asked for a trade in a place
SEARCHED = ("directory", "apollo", "outscraper")
SIGNATURE = "What stands under every mail: your name, your role, your company."


if TYPE_CHECKING:
    CampaignForm = forms.ModelForm[Campaign]
else:
    CampaignForm = forms.ModelForm


class PlanForm(CampaignForm):
    """The whole plan of a campaign, for deploying and for changing it."""

    prospect_count = forms.IntegerField(label="Prospects", min_value=1, max_value=1_000_000, initial=50)
    budget = forms.DecimalField(label="Budget", min_value=Decimal(0), max_digits=12, decimal_places=2)
    minimum_score = forms.IntegerField(label="Minimum score", min_value=0, max_value=100, initial=60)
    channels = forms.MultipleChoiceField(
        label="Channels", widget=forms.CheckboxSelectMultiple, initial=["email"]
    )
    audience_choice = forms.ChoiceField(label="Audience", initial="directory")
    goal_kind = forms.ChoiceField(label="Goal", choices=GOALS, required=False)
    signature = forms.CharField(
        label="Signature", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=SIGNATURE
    )

    class Meta:
        model = Campaign
        fields = (
            "name", "type", "vertical", "location", "prospect_count", "budget", "channels", "minimum_score",
            "goal_kind", "goal_target", "goal_date", "postal_address",
        )  # fmt: skip
        labels = {"goal_target": "How many", "goal_date": "By when"}
        help_texts = {
            "vertical": "Such as dental clinics.",
            "location": "City, region or country.",
            "postal_address": "Must stand in every commercial mail; a campaign without it cannot launch.",
        }
        widgets = {"goal_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["channels"].choices = [(name, _title(name)) for name in settings.CHANNELS]  # type: ignore[attr-defined]
        self.fields["audience_choice"].choices = planning.audiences(actor)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["audience_choice"] = _audience_key(self.instance)
            self.initial["signature"] = self.instance.agent_config.get("signature", "")

    def clean_budget(self) -> Decimal:
        """Keep to what this person's role may plan."""
        budget, limit = Decimal(self.cleaned_data["budget"]), roles.budget_limit(self.actor)
        if limit is not None and budget > limit:
            raise forms.ValidationError(f"Your role may plan up to ${limit:,.0f}; an admin may plan more.")
        return budget

    def clean(self) -> dict[str, Any]:
        """Check what several fields say together."""
        data = super().clean() or self.cleaned_data
        if data.get("goal_kind") and not data.get("goal_target"):
            self.add_error("goal_target", "Say how many, or choose no goal.")
        if data.get("audience_choice") in SEARCHED and not data.get("vertical"):
            self.add_error("vertical", "Say whom to look for in the directory.")
        return data

    def plan(self) -> dict[str, Any]:
        """Return the checked data as fields of a campaign."""
        data = dict(self.cleaned_data)
        kind, _, number = data.pop("audience_choice").partition(":")
        signature = data.pop("signature")
        audience = {kind: int(number)} if number else {}
        config = {**self.instance.agent_config, "signature": signature}
        return {**data, "source": kind, "audience": audience, "agent_config": config}


class EstimateForm(forms.Form):
    """What the live estimate needs."""

    prospect_count = forms.IntegerField(min_value=1, max_value=1_000_000)
    budget = forms.DecimalField(min_value=0, required=False)
    audience_choice = forms.CharField(max_length=60, required=False)


class LaunchForm(forms.Form):
    """How many people to write to first."""

    limit = forms.IntegerField(
        label="Canary: write only to the first", min_value=1, max_value=1_000_000, required=False,
        help_text="The others wait until you release them. Empty: everybody.",
    )  # fmt: skip


class ScheduleForm(forms.Form):
    """When a campaign runs by itself."""

    cron = forms.CharField(
        label="When", max_length=120,
        help_text="Minute, hour, day of month, month, day of week: «0 9 * * 1-5» is nine on working days.",
    )  # fmt: skip
    zone = forms.CharField(label="Time zone", max_length=63, help_text="Such as Europe/Berlin.")
    missed = forms.ChoiceField(
        label="If nothing ran here at that time",
        choices=[("run", "Run late, once"), ("skip", "Skip that moment")],
    )

    def times(self) -> tuple[str, str]:
        """Return cron text and time zone."""
        return self.cleaned_data["cron"].strip(), self.cleaned_data["zone"].strip()


class CampaignFilter(forms.Form):
    """Filters of the list of campaigns."""

    status = forms.ChoiceField(choices=[("", "All"), *CampaignStatus.choices], required=False)
    q = forms.CharField(max_length=80, required=False, strip=True)


class CostFilter(forms.Form):
    """Filters of the ledger."""

    campaign = forms.IntegerField(min_value=1, required=False)
    provider = forms.CharField(max_length=40, required=False)
    operation = forms.CharField(max_length=40, required=False)
    days = forms.IntegerField(min_value=1, max_value=3660, required=False)


def _title(channel: str) -> str:
    return {"email": "E-mail", "sms": "SMS", "linkedin": "LinkedIn"}.get(channel, channel.title())


def _audience_key(campaign: Campaign) -> str:
    number = campaign.audience.get(campaign.source) if isinstance(campaign.audience, dict) else None
    return f"{campaign.source}:{number}" if number else campaign.source
