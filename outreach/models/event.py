"""What became of a message, as reported from outside, and the counters folded from it."""

from django.db import models

from campaigns import clock
from outreach.models.message import Message


class EventKind(models.TextChoices):
    """What can happen to a message after it left."""

    DELIVERED = "delivered", "Delivered"
    DEFERRED = "deferred", "Deferred"
    BOUNCED = "bounced", "Bounced"
    BLOCKED = "blocked", "Blocked for now"
    DROPPED = "dropped", "Dropped"
    OPENED = "opened", "Opened"
    CLICKED = "clicked", "Clicked"
    REPLIED = "replied", "Replied"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    COMPLAINED = "complained", "Complained"


class Event(models.Model):
    """One report; the provider's id makes its repetition a no-op. Only ``human`` ones score or branch."""

    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    provider = models.CharField(max_length=40)
    provider_event_id = models.CharField(max_length=120)
    origin = models.CharField(max_length=8, default="unknown", help_text="human, bot or unknown.")
    origin_reason = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict, blank=True)
    occurred_at = models.DateTimeField(default=clock.now)
    stored_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "provider_event_id"], name="event_once")]
        indexes = [models.Index(fields=["message", "kind"], name="event_message_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.message_id}"


class Tally(models.Model):
    """Counters of one variant in one campaign and day: folded with the events, rebuildable from rows."""

    campaign_id = models.BigIntegerField()
    step_id = models.BigIntegerField()
    variant_id = models.BigIntegerField()
    day = models.DateField()
    sent = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    bounced = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    clicked = models.PositiveIntegerField(default=0)
    replied = models.PositiveIntegerField(default=0)
    positive = models.PositiveIntegerField(default=0)
    unsubscribed = models.PositiveIntegerField(default=0)
    complained = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["campaign_id", "step_id", "variant_id", "day"], name="tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.variant_id} {self.day}"
