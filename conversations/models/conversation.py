"""A conversation: everything said between us and one customer in one campaign."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, User
from leads.models import Lead


class ConversationStatus(models.TextChoices):
    """Where a conversation stands."""

    OPEN = "open", "Needs an answer"
    WAITING = "waiting", "Waiting for them"
    ESCALATED = "escalated", "Needs a person"
    ENDED = "ended", "Ended"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Sets of conversations."""

    def visible_to(self, actor: User) -> Self:
        """All, the team's, one's own, or (support agents) those of their team's unassigned queue."""
        if actor.sees_all:
            return self
        if actor.role == "agent":
            queue = Q(assignee=None, lead__team__isnull=False, lead__team_id=actor.team_id)
            return self.filter(Q(assignee=actor) | queue)
        return self.filter(Q(assignee=actor) | Q(lead__in=Lead.objects.visible_to(actor)))


class Conversation(models.Model):
    """One per customer and campaign; ``response_counted`` says that their answer has been counted, once."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="conversations")
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    channel = models.CharField(max_length=20, default="email")
    subject = models.CharField(max_length=250, blank=True)
    status = models.CharField(
        max_length=10, choices=ConversationStatus.choices, default=ConversationStatus.OPEN
    )
    assignee = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    response_counted = models.BooleanField(default=False)
    intent = models.CharField(max_length=20, blank=True)
    sentiment = models.CharField(max_length=10, blank=True)
    turns_count = models.PositiveIntegerField(default=0)
    last_line = models.CharField(max_length=200, blank=True)
    last_turn_at = models.DateTimeField(default=clock.now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(
        null=True, blank=True, help_text="Nobody is reminded before, unless the customer writes again."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_turn_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "campaign"],
                condition=Q(campaign__isnull=False),
                name="conversation_once_per_campaign",
            ),
        ]
        indexes = [models.Index(fields=["status", "-last_turn_at"], name="conversation_inbox")]

    def __str__(self) -> str:
        return self.subject or f"Conversation {self.pk}"
