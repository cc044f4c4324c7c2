"""Whose companies' websites are to be read: those of a campaign, or of a segment at a campaign's expense."""

from typing import Any

from django import forms

from campaigns.models import Campaign, User
from leads.models import Lead, LeadQuerySet, Segment
from leads.services import segments


class BulkForm(forms.Form):
    """A campaign's people, or a segment's; the campaign pays where a language model reads."""

    segment = forms.ModelChoiceField(
        Segment.objects.none(),
        required=False,
        empty_label="Everybody in the campaign",
        label="Whose websites",
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), required=False, empty_label="No campaign", label="Campaign, which pays"
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["segment"].queryset = segments.visible_to(actor).order_by("name")  # type: ignore[attr-defined]
        mine = Campaign.objects.visible_to(actor).live().order_by("-pk")
        self.fields["campaign"].queryset = mine  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one of the two."""
        data = super().clean() or {}
        if not self.errors and not data.get("segment") and not data.get("campaign"):
            raise forms.ValidationError("Choose a segment or a campaign.")
        return data

    def leads(self) -> LeadQuerySet:
        """Return the people meant, of those one may see."""
        segment, campaign = self.cleaned_data["segment"], self.cleaned_data["campaign"]
        found = segments.queryset(segment.criteria) if segment else Lead.objects.current()
        found = found if segment else found.filter(prospects__campaign=campaign)
        return found.visible_to(self.actor)

    def payer(self) -> Campaign | None:
        """Return the campaign that pays."""
        found: Campaign | None = self.cleaned_data["campaign"]
        return found
