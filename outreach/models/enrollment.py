"""An enrollment: one lead on its way through one version of a sequence."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, User
from leads.models import Lead, Prospect
from outreach.models.sender import Sender
from outreach.models.sequence import Sequence, SequenceVersion


class EnrollmentStatus(models.TextChoices):
    """Where an enrollment stands."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped"


class Enrollment(models.Model):
    """``exclusivity_key`` is what only one living enrollment may hold, such as ``lead:7``."""

    version = models.ForeignKey(SequenceVersion, on_delete=models.PROTECT, related_name="enrollments")
    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="enrollments")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="enrollments")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="enrollments")
    sender = models.ForeignKey(Sender, null=True, on_delete=models.SET_NULL)
    status = models.CharField(max_length=8, choices=EnrollmentStatus.choices, default=EnrollmentStatus.ACTIVE)
    stop_reason = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Steps already planned as messages.")
    due_at = models.DateTimeField(
        null=True, default=clock.now, help_text="When the next step is to be planned."
    )
    exclusivity_key = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exclusivity_key"],
                condition=Q(status__in=["active", "paused"]),
                name="enrollment_exclusive",
            ),
            models.UniqueConstraint(fields=["prospect", "version"], name="enrollment_once_per_version"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(status="active"), name="enrollment_due")]

    def __str__(self) -> str:
        return f"{self.lead} in {self.version}"


class RoutingDecision(models.Model):
    """Why a prospect got (or did not get) a sequence and an owner."""

    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="routing_decisions")
    sequence = models.ForeignKey(Sequence, null=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    rule = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"
