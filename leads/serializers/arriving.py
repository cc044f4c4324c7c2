"""A person on the way in through the lead API, alone or in a batch, and what became of each."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from campaigns.services.access import StrictSerializer
from leads.serializers.lead import LeadSerializer
from leads.services.doors import marks, partners
from leads.services.rules import customfields, definitions

MOST = 1000
CHANNELS = ("email", "call", "sms", "voice", "linkedin", "chat")


class ConsentInSerializer(StrictSerializer):
    """What the person said about one channel; ``text`` is the wording they saw, kept as proof."""

    channel = serializers.ChoiceField(choices=CHANNELS)
    granted = serializers.BooleanField()
    text = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    page_url = serializers.URLField(max_length=500, required=False)
    at = serializers.DateTimeField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """A yes without the wording proves nothing."""
        if data["granted"] and not data.get("text"):
            raise serializers.ValidationError({"text": "Send the words the person agreed to."})
        return data


class LeadInSerializer(LeadSerializer):
    """A person with consent, ad clicks, visitor number and campaign; whoever is known is recognised."""

    consent = serializers.ListField(
        child=ConsentInSerializer(), required=False, write_only=True, max_length=12
    )
    clicks = serializers.DictField(
        child=serializers.RegexField(r"^[!-~]{1,200}$"), required=False, write_only=True,
        help_text=f"Marks of the visit: {', '.join(marks.NAMES)}.",
    )  # fmt: skip
    visitor = serializers.RegexField(r"^[A-Za-z0-9_-]{8,64}$", required=False, write_only=True)
    page_url = serializers.URLField(max_length=500, required=False, write_only=True)
    campaign = serializers.IntegerField(min_value=1, required=False, allow_null=True, write_only=True)

    class Meta(LeadSerializer.Meta):
        fields = (*LeadSerializer.Meta.fields, "consent", "clicks", "visitor", "page_url", "campaign")  # type: ignore[assignment]

    def validate_clicks(self, clicks: dict[str, str]) -> dict[str, str]:
        """Only marks that we know."""
        if unknown := [name for name in clicks if name not in marks.NAMES]:
            raise serializers.ValidationError(f"There is no mark «{unknown[0][:40]}».")
        return clicks

    def validate_custom(self, custom: dict[str, Any]) -> dict[str, Any]:
        """Every own field in its type."""
        try:
            return customfields.checked(definitions.LEAD, custom)
        except customfields.BadValues as problem:
            raise serializers.ValidationError(list(problem.problems.values())) from problem


class BatchSerializer(StrictSerializer):
    """Up to 1,000 people at once; each is looked at on its own."""

    leads = serializers.ListField(child=LeadInSerializer(), min_length=1, max_length=MOST)

    def to_internal_value(self, data: Any) -> Any:
        """Leave the rows as they are: one bad row must not refuse the others."""
        self.fields["leads"] = serializers.ListField(
            child=serializers.JSONField(), min_length=1, max_length=MOST
        )
        return super().to_internal_value(data)


class ResultSerializer(serializers.Serializer[Any]):
    """What became of one row of a batch."""

    index = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["created", "updated", "unchanged", "refused"])
    lead = serializers.IntegerField(allow_null=True)
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class BatchAnswerSerializer(serializers.Serializer[Any]):
    """The outcome of a batch: the rows in their order, and how many of each."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ResultSerializer(many=True)


def read_rows(rows: list[Any], context: Mapping[str, Any]) -> tuple[dict[int, Any], dict[int, Any]]:
    """Return the good rows by their place, and what is wrong with the others."""
    form = LeadInSerializer(context=dict(context))
    good: dict[int, Any] = {}
    bad: dict[int, Any] = {}
    for place, row in enumerate(rows):
        form.initial_data = row if isinstance(row, dict) else {}
        try:
            good[place] = form.run_validation(row)
        except serializers.ValidationError as problem:
            bad[place] = flat(problem.detail)
    return good, bad


def answer(count: int, results: dict[int, partners.Result], bad: dict[int, Any]) -> dict[str, Any]:
    """Return the outcome of every row in their order, with the number of each."""
    said = []
    for place in range(count):
        one = results.get(place) or partners.Result(0, "refused", bad.get(place, {}))
        said.append(
            {"index": place, "status": one.status, "lead": one.lead_id or None, "errors": one.problems}
        )
    verdicts = [one["status"] for one in said]
    counts = {word: verdicts.count(word) for word in ("created", "updated", "unchanged", "refused")}
    return {**counts, "results": said}


def flat(detail: Any) -> dict[str, list[str]]:
    """Return nested problems as one list of sentences a field."""
    if isinstance(detail, dict):
        return {
            str(name).replace("non_field_errors", ""): list(_texts(value)) for name, value in detail.items()
        }
    return {"": list(_texts(detail))}


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    else:
        yield str(value)
