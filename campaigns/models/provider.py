"""What all workers must share about outside services: cached answers and rate limits."""

from django.db import models


class CacheEntry(models.Model):
    """A provider's answer, good until ``expires_at``."""

    key = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=40)
    value = models.JSONField()
    expires_at = models.DateTimeField()
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "cache entries"

    def __str__(self) -> str:
        return self.key


class TokenBucket(models.Model):
    """How many calls a provider still allows; shared by all workers through a conditional UPDATE."""

    name = models.CharField(max_length=60, unique=True)
    tokens = models.FloatField()
    capacity = models.FloatField()
    per_second = models.FloatField()
    refilled_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
