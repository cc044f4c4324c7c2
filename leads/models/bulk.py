"""An act on many leads at once, as a row that can be watched, cancelled and taken back."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Team, User


class BulkActionQuerySet(models.QuerySet["BulkAction"]):
    """Sets of bulk actions."""

    def visible_to(self, actor: User) -> Self:
        """All, the team's (managers), or one's own."""
        if actor.sees_all:
            return self
        own = Q(owner=actor)
        return self.filter(own | Q(team_id=actor.team_id) if actor.sees_team and actor.team_id else own)


class BulkAction(models.Model):
    """One act on everybody whom a filter found at that moment; ``cursor`` is how many are done."""

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    verb = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    criteria = models.JSONField(default=dict, help_text="The filter as it was asked.")
    sentence = models.CharField(max_length=250, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=250, blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="bulk_actions")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    attempts = models.PositiveIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.verb}: {self.sentence}"


class BulkTarget(models.Model):
    """One lead of a bulk action, chosen when it was asked for; ``before`` is what an undo puts back."""

    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="targets", db_index=False)
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    is_done = models.BooleanField(default=False)
    before = models.JSONField(null=True, blank=True)
    after_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "lead"], name="bulk_target_once")]
        indexes = [
            models.Index(fields=["action", "id"], condition=Q(is_done=False), name="bulk_target_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.action_id}"
