"""Answers kept for a day, so that a POST sent twice under one ``Idempotency-Key`` acts once."""

from django.db import models

from campaigns import clock
from campaigns.models.user import User


class IdempotencyKey(models.Model):
    """One keyed request. ``status`` is empty while it is at work, or when it was cut off half way."""

    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=250)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.path} {self.status or 'at work'}"
