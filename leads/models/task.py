"""A task: something a person must do."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import User
from leads.models.lead import Lead


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class Task(models.Model):
    """One act for one person about one lead. ``key`` keeps a machine from asking twice."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=20, default="follow_up")
    title = models.CharField(max_length=200)
    brief = models.TextField(blank=True)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    campaign_id = models.BigIntegerField(null=True, blank=True)
    conversation_id = models.BigIntegerField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=3, help_text="1 is the most urgent.")
    status = models.CharField(max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    due_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["priority", "due_at"]
        indexes = [models.Index(fields=["owner", "due_at"], condition=Q(status="open"), name="task_open")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Whether it should be done by now."""
        return self.status == TaskStatus.OPEN and self.due_at < clock.now()
