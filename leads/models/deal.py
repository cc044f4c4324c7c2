"""A deal: money that may come, and what became of it."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, User
from leads.models.lead import Lead


class DealStage(models.TextChoices):
    """Stages of the deal board."""

    OPEN = "open", "Open"
    MEETING = "meeting", "Meeting"
    PROPOSAL = "proposal", "Proposal"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class DealQuerySet(models.QuerySet["Deal"]):
    """Sets of deals."""

    def visible_to(self, actor: User) -> Self:
        """Deals whose lead this person may see."""
        return self if actor.sees_all else self.filter(lead__in=Lead.objects.visible_to(actor))


class Deal(models.Model):
    """One chance to sell; one open deal per lead and campaign."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="deals")
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="deals"
    )
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="deals")
    name = models.CharField(max_length=160)
    stage = models.CharField(max_length=10, choices=DealStage.choices, default=DealStage.OPEN)
    value = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0"))
    close_date = models.DateField(null=True, blank=True)
    lost_reason = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    stage_since = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DealQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "campaign"],
                condition=~Q(stage__in=["won", "lost"]),
                name="deal_one_open_per_campaign",
            ),
        ]

    def __str__(self) -> str:
        return self.name
