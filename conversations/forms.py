"""Shapes of what people type and choose in the inbox."""

from django import forms
from django.db.models import QuerySet

from campaigns.models import User
from conversations.services import reply
from conversations.services.sections import Wanted


class ReplyForm(forms.Form):
    """An answer, and how many turns its author had seen when writing it."""

    text = forms.CharField(
        max_length=reply.BODY, strip=True, label="Reply",
        error_messages={
            "required": "Write something first.",
            "max_length": "An answer has %(limit_value)d characters at most; this one has %(show_value)d.",
        },
    )  # fmt: skip
    seen = forms.IntegerField(min_value=0, required=False)


class ListForm(forms.Form):
    """Which conversations the list shows."""

    view = forms.CharField(max_length=20, required=False)
    q = forms.CharField(max_length=80, required=False)
    status = forms.CharField(max_length=10, required=False)
    intent = forms.CharField(max_length=20, required=False)
    campaign = forms.IntegerField(min_value=1, required=False)

    def wanted(self) -> Wanted:
        """Return the choice; what makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            data.get("view", ""),
            data.get("q", ""),
            data.get("status", ""),
            data.get("campaign"),
            data.get("intent", ""),
        )


class HandOverForm(forms.Form):
    """To whom a conversation goes; empty: back to the queue."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Choose somebody of your team."},
    )

    def __init__(self, *args: object, people: QuerySet[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
