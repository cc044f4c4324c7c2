"""Raw deliveries of webhooks and mail: stored before they are understood, so nothing is lost."""

from django.db import models
from django.db.models import Q

from campaigns import clock


class RawDelivery(models.Model):
    """One call at one of our doors. ``kind`` is ``events`` or ``reply``; ``body`` is what came."""

    provider = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=120, help_text="What makes a repeated delivery a no-op.")
    body = models.TextField()
    status = models.CharField(max_length=10, default="new", help_text="new, done, unmatched or failed.")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    error = models.CharField(max_length=250, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "raw deliveries"
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="raw_delivery_once")]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="new"), name="raw_delivery_new"),
            models.Index(
                fields=["processed_at"], condition=Q(status="unmatched"), name="raw_delivery_unmatched"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.pk}"
