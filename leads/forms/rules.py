"""Forms for the figures of a card or a tree; the questions themselves stay as they are."""

from typing import Any

from django import forms

from leads.forms.criteria import make_leaf, show_value
from leads.services import trial
from leads.services.trees import Tree


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


class TreeForm(forms.Form):
    """The figures and words that a qualification tree compares with."""

    def __init__(self, *args: Any, tree: Tree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = tree
        for one in trial.thresholds(tree):
            shown = show_value({"value": one.value})
            self.fields[one.place] = forms.CharField(max_length=250, initial=shown, label=one.sentence)

    def body(self) -> Tree:
        """Return the tree with the typed values, each in its field's own type."""
        return trial.with_thresholds(self.tree, {name: self._typed(name) for name in self.cleaned_data})

    def _typed(self, place: str) -> Any:
        leaf = trial.leaf_at(self.tree, place)
        return make_leaf(leaf["field"], leaf["op"], self.cleaned_data[place]).get("value")
