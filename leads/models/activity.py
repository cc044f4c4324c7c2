"""The one timeline: everything that happened with a lead, over all channels. Rows are only added."""

from django.db import models

from campaigns import clock
from campaigns.models import User
from leads.models.lead import Lead


class Activity(models.Model):
    """One thing that happened. ``key`` makes a repeated report of the same thing a no-op."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=20, default="system")
    summary = models.CharField(max_length=250)
    data = models.JSONField(default=dict, blank=True)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    occurred_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["lead", "-occurred_at"], name="activity_lead_time")]

    def __str__(self) -> str:
        return self.summary
