"""Filters of the lists: every parameter has a name here, and any other is refused."""

import django_filters as filters

from campaigns.models import (
    Campaign,
    CampaignStatus,
    CampaignType,
    Cost,
    PipelineRun,
    Price,
    Revenue,
    RunStatus,
)


class CampaignFilter(filters.FilterSet):  # type: ignore[misc]
    """Campaigns by state, kind and words in the name."""

    status = filters.MultipleChoiceFilter(choices=CampaignStatus.choices)
    type = filters.MultipleChoiceFilter(choices=CampaignType.choices)
    search = filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = Campaign
        fields = ("status", "type", "owner", "team")


class CostFilter(filters.FilterSet):  # type: ignore[misc]
    """Ledger rows by what was paid, for whom and when."""

    since = filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = Cost
        fields = ("provider", "operation", "department", "channel", "lead_id", "message_id", "is_simulated")


class RevenueFilter(filters.FilterSet):  # type: ignore[misc]
    """Revenue by source and time."""

    since = filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = Revenue
        fields = ("source", "lead_id")


class RunFilter(filters.FilterSet):  # type: ignore[misc]
    """Runs by state and cause."""

    status = filters.MultipleChoiceFilter(choices=RunStatus.choices)

    class Meta:
        model = PipelineRun
        fields = ("status", "trigger", "campaign")


class PriceFilter(filters.FilterSet):  # type: ignore[misc]
    """Prices by service."""

    class Meta:
        model = Price
        fields = ("provider", "operation", "in_estimate")
