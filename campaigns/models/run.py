"""Runs of a campaign's pipeline: rows with leases that any worker can carry on."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models.campaign import Campaign
from campaigns.models.user import User


class RunStatus(models.TextChoices):
    """Where a run or one of its stages stands."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class PipelineRun(models.Model):
    """One walk of a campaign through its stages."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="runs")
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    trigger = models.CharField(max_length=20, default="manual")
    batch_size = models.PositiveIntegerField(default=100)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(status__in=["queued", "running"]),
                name="run_one_alive_per_campaign",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=["queued", "running"]), name="run_due")
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.campaign}"

    @property
    def is_alive(self) -> bool:
        """Whether it waits or is under way."""
        return self.status in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def done(self) -> int:
        """Rows that its stages have handled."""
        return sum(stage.done for stage in self.stages.all())

    @property
    def cost(self) -> Decimal:
        """What its stages have cost."""
        return sum((stage.cost for stage in self.stages.all()), Decimal(0))

    @property
    def seconds(self) -> float:
        """How long its stages have worked."""
        return sum(stage.seconds for stage in self.stages.all())


class StageRun(models.Model):
    """One stage of a run: how many are done, failed and left, how long it took and what it cost."""

    run = models.ForeignKey(PipelineRun, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    seconds = models.FloatField(default=0)
    note = models.CharField(max_length=250, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="stage_once_per_run")]

    def __str__(self) -> str:
        return f"{self.name} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        """Share done, in whole percent."""
        return 100 if self.status == RunStatus.DONE else min(100, 100 * self.done // max(1, self.total))
