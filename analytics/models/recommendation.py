"""A recommendation: what the figures say should change, why, and what became of it."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, User


class RecommendationStatus(models.TextChoices):
    """Where a recommendation stands."""

    OPEN = "open", "Waiting"
    APPLIED = "applied", "Applied"
    DISMISSED = "dismissed", "Dismissed"
    UNDONE = "undone", "Undone"
    EXPIRED = "expired", "Expired"


class Recommendation(models.Model):
    """One proposal with its evidence; at most one open per campaign and action."""

    class Priority(models.TextChoices):
        """How urgent it is."""

        CRITICAL = "critical", "Critical"
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recommendations")
    action = models.CharField(max_length=20)
    priority = models.CharField(max_length=8, choices=Priority.choices)
    title = models.CharField(max_length=160)
    reason = models.CharField(max_length=400)
    evidence = models.JSONField(default=dict)
    sample_size = models.PositiveIntegerField(default=0)
    certainty = models.FloatField(default=0)
    expected_effect = models.CharField(max_length=200, blank=True)
    status = models.CharField(
        max_length=10, choices=RecommendationStatus.choices, default=RecommendationStatus.OPEN
    )
    mode = models.CharField(max_length=10, default="recommend", help_text="observe, recommend or auto.")
    before = models.JSONField(default=dict, blank=True, help_text="What undo restores.")
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "action"], condition=Q(status="open"), name="recommendation_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.title
