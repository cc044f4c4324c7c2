"""Periodic work: which slot of a schedule ran once, and how each job of the house is doing."""

from django.db import models

from campaigns import clock


class JobSlot(models.Model):
    """One due moment of one schedule. The unique row is the right to run it, so it runs once."""

    class Status(models.TextChoices):
        """What became of the moment."""

        STARTED = "started", "Started"
        REFUSED = "refused", "Passed over"
        MISSED = "missed", "Missed"

    job = models.CharField(max_length=80)
    slot_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.STARTED)
    run_id = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-slot_at"]
        constraints = [models.UniqueConstraint(fields=["job", "slot_at"], name="job_slot_once")]

    def __str__(self) -> str:
        return f"{self.job} at {self.slot_at:%Y-%m-%d %H:%M}"


class JobState(models.Model):
    """How one periodic job has been doing: written at most every few seconds, so that a tick stays cheap."""

    name = models.CharField(max_length=80, unique=True)
    last_at = models.DateTimeField(null=True, blank=True)
    last_seconds = models.FloatField(default=0)
    last_handled = models.PositiveIntegerField(default=0)
    handled = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    last_error = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
