"""The form for the figures of a card; its questions stay as they are."""

from typing import Any

from django import forms


class CardForm(forms.Form):
    """The points of every bin of a scoring card, and where a score starts."""

    def __init__(self, *args: Any, card: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        lowest = -100 if card.get("link") == "logit" else 0
        self.fields["base"] = forms.IntegerField(min_value=lowest, max_value=100, initial=card["base"])
        for number, dimension in enumerate(card["dimensions"]):
            for place, one in enumerate(dimension["bins"]):
                self.fields[f"points-{number}-{place}"] = forms.IntegerField(
                    min_value=-100, max_value=100, initial=one["points"], label=one["text"]
                )

    def body(self) -> dict[str, Any]:
        """Return the card with the typed points."""
        data = self.cleaned_data
        dimensions = [
            {**one, "bins": [
                {**part, "points": data[f"points-{number}-{place}"]} for place, part in enumerate(one["bins"])
            ]}
            for number, one in enumerate(self.card["dimensions"])
        ]  # fmt: skip
        return {**self.card, "base": data["base"], "dimensions": dimensions}
