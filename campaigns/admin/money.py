"""Prices to edit, and the ledger to read."""

from django.contrib import admin

from campaigns.admin.base import HouseAdmin, ReadingAdmin
from campaigns.models import BudgetAlert, Cost, Hold, LanguageModel, Price, Revenue


@admin.register(Price)
class PriceAdmin(HouseAdmin):
    """What outside services charge from a day on."""

    list_display = (
        "provider",
        "operation",
        "label",
        "amount",
        "per",
        "unit",
        "units_per_prospect",
        "effective_from",
    )
    list_filter = ("provider", "in_estimate")
    search_fields = ("provider", "operation", "label")


@admin.register(LanguageModel)
class LanguageModelAdmin(HouseAdmin):
    """Language models that may write for us."""

    list_display = ("provider", "name", "price_in", "price_out", "is_default", "retired_at")
    list_filter = ("provider", "is_default")
    search_fields = ("provider", "name")


@admin.register(Cost)
class CostAdmin(ReadingAdmin):
    """The ledger: one row a paid call."""

    list_display = (
        "occurred_at",
        "campaign",
        "provider",
        "operation",
        "units",
        "unit_price",
        "amount",
        "is_simulated",
    )
    list_filter = ("provider", "operation", "department", "is_simulated")
    search_fields = ("campaign__name", "reference")
    list_select_related = ("campaign",)


@admin.register(Hold)
class HoldAdmin(ReadingAdmin):
    """Money set aside for calls under way."""

    list_display = ("created_at", "campaign", "operation", "amount", "lease_until", "closed_at")
    list_filter = ("operation",)
    search_fields = ("campaign__name",)
    list_select_related = ("campaign",)


@admin.register(Revenue)
class RevenueAdmin(ReadingAdmin):
    """Money that came in."""

    list_display = ("occurred_at", "campaign", "amount", "source", "note", "reference")
    list_filter = ("source",)
    search_fields = ("campaign__name", "reference", "note")
    list_select_related = ("campaign",)


@admin.register(BudgetAlert)
class BudgetAlertAdmin(ReadingAdmin):
    """Limits of budgets that were reached."""

    list_display = ("campaign", "kind", "value", "limit", "raised_at", "silenced_at", "silenced_by")
    list_filter = ("kind",)
