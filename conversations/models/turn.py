"""A turn: one thing said, in either direction, on any channel."""

from django.db import models

from campaigns import clock
from campaigns.models import User
from conversations.models.conversation import Conversation


class Author(models.TextChoices):
    """Who speaks."""

    LEAD = "lead", "Customer"
    STAFF = "staff", "Us"
    AGENT = "agent", "Assistant"
    SYSTEM = "system", "System"


class Turn(models.Model):
    """Numbered without gaps inside its conversation; ``external_id`` makes a repeated delivery a no-op."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    author = models.CharField(max_length=6, choices=Author.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    channel = models.CharField(max_length=20, default="email")
    body = models.TextField()
    message_id = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="The outreach message it is or answers."
    )
    intent = models.CharField(max_length=20, blank=True)
    certainty = models.FloatField(null=True, blank=True)
    sentiment = models.CharField(max_length=10, blank=True)
    external_id = models.CharField(max_length=200, unique=True, null=True, blank=True)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="turn_number_once")]

    def __str__(self) -> str:
        return self.body[:60]
