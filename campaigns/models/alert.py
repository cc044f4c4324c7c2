"""Alerts about money: each is raised once for the limit it is about, and silenced by a person."""

from typing import Self

from django.db import models

from campaigns import clock
from campaigns.models.campaign import Campaign
from campaigns.models.user import User


class BudgetAlertQuerySet(models.QuerySet["BudgetAlert"]):
    """Sets of alerts."""

    def open_for(self, actor: User) -> Self:
        """Alerts nobody has silenced, of campaigns that this person may see."""
        seen = self if actor.sees_all else self.filter(campaign__in=Campaign.objects.visible_to(actor))
        return seen.filter(silenced_at=None)


class BudgetAlert(models.Model):
    """One limit of one campaign was reached. A raised budget is a new limit, and may be announced again."""

    class Kind(models.TextChoices):
        """Which limit."""

        NEARLY = "nearly", "80 % of the budget is spent"
        SPENT = "spent", "The budget is spent"
        COST_PER_LEAD = "cost_per_lead", "A lead costs too much"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="budget_alerts")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    limit = models.DecimalField(max_digits=14, decimal_places=2)
    value = models.DecimalField(max_digits=14, decimal_places=6)
    raised_at = models.DateTimeField(default=clock.now)
    silenced_at = models.DateTimeField(null=True, blank=True)
    silenced_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)

    objects = BudgetAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "limit"], name="budget_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_kind_display()}"
