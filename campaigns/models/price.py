"""Prices and language models of outside services are rows: editable, dated, never constants."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from campaigns import clock


class Price(models.Model):
    """What ``per`` units of a provider's operation cost from a day on."""

    provider = models.CharField(max_length=40)
    operation = models.CharField(max_length=40)
    label = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=20, default="call")
    amount = models.DecimalField(max_digits=12, decimal_places=6)
    per = models.PositiveIntegerField(default=1)
    units_per_prospect = models.DecimalField(
        max_digits=10,
        decimal_places=3,
        default=Decimal("1"),
        help_text="How many units one prospect usually needs.",
    )
    in_estimate = models.BooleanField(default=True)
    low_factor = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("0.60"))
    high_factor = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("1.50"))
    effective_from = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["provider", "operation", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "operation", "effective_from"], name="price_one_a_moment"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0) & Q(per__gt=0), name="price_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.operation}"

    @property
    def unit_price(self) -> Decimal:
        """Money for one unit."""
        return self.amount / self.per


class LanguageModel(models.Model):
    """A language model that may write for us, with its price and state."""

    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    base_url = models.URLField(blank=True)
    price_in = models.DecimalField(max_digits=10, decimal_places=4, help_text="Per million prompt tokens.")
    price_out = models.DecimalField(max_digits=10, decimal_places=4, help_text="Per million answer tokens.")
    is_default = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="language_model_once"),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="language_model_one_default"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"
