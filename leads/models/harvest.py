"""Orders at providers of lead data: asked once, polled until a deadline, paid by what was billed."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign


class ProviderOrder(models.Model):
    """One call or job at a provider: a worker that dies finds its order again and never pays twice."""

    class Status(models.TextChoices):
        """Where it stands."""

        ASKING = "asking", "Being asked"
        WAITING = "waiting", "Waiting for the answer"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    provider = models.CharField(max_length=30)
    operation = models.CharField(max_length=30)
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="orders"
    )
    key = models.CharField(max_length=120, unique=True, help_text="What makes two orders the same.")
    request = models.JSONField(default=dict)
    external_id = models.CharField(max_length=80, blank=True)
    answer = models.JSONField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKING)
    units = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    cursor = models.PositiveIntegerField(default=0, help_text="How many records of the answer are stored.")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=250, blank=True)
    due_at = models.DateTimeField(default=clock.now)
    deadline_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=["asking", "waiting"]), name="order_open")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.operation} {self.external_id}"


class ProviderState(models.Model):
    """How a provider is doing: working, resting until a moment, or stopped until a person looks."""

    class Status(models.TextChoices):
        """Whether it may be asked."""

        OK = "ok", "Working"
        RESTING = "resting", "Resting"
        STOPPED = "stopped", "Stopped"

    name = models.CharField(max_length=30, unique=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OK)
    reason = models.CharField(max_length=250, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    credits_left = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    cache_hits = models.PositiveIntegerField(default=0)
    cache_misses = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"
