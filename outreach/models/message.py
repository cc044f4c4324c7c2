"""A message: the row is the queue, the claim and the receipt."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, User
from leads.models import Lead
from outreach.models.enrollment import Enrollment
from outreach.models.sender import Sender
from outreach.models.sequence import Step

if TYPE_CHECKING:
    from outreach.models.variant import Variant


class MessageStatus(models.TextChoices):
    """Where a message stands; it only moves forward, by conditional UPDATE."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    QUEUED = "queued", "Queued"
    CLAIMED = "claimed", "Sending"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"
    SUPPRESSED = "suppressed", "Suppressed"
    SKIPPED = "skipped", "Skipped"
    CANCELLED = "cancelled", "Cancelled"


#: Statuses in which the provider has the message.
LEFT = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.BOUNCED)


class MessageQuerySet(models.QuerySet["Message"]):
    """Sets of messages."""

    def visible_to(self, actor: User) -> Self:
        """Messages to leads this person may see."""
        return self if actor.sees_all else self.filter(lead__in=Lead.objects.visible_to(actor))


class Message(models.Model):
    """One text to one person. ``uid`` goes out with it and comes back in every event and reply."""

    # Every index is written anew with each change of status, so there is none that another one covers.
    uid = models.CharField(max_length=32)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="messages", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="messages", db_index=False)
    enrollment = models.ForeignKey(
        Enrollment, null=True, blank=True, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    sender = models.ForeignKey(Sender, null=True, on_delete=models.SET_NULL, db_index=False)
    channel = models.CharField(max_length=20, default="email")
    variant_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    tone = models.CharField(max_length=12, blank=True)
    to_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    body = models.TextField(blank=True, help_text="The exact text sent.")
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.QUEUED)
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it failed, was suppressed or skipped."
    )
    in_reply_to = models.CharField(
        max_length=250, blank=True, help_text="Message-ID that a staff answer belongs to."
    )
    due_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the person's sending hours end; afterwards the next ones count.",
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uid"], name="message_uid_once"),
            models.UniqueConstraint(fields=["enrollment", "step"], name="message_once_per_step"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(status="claimed"), name="message_leased"),
            models.Index(fields=["due_at"], condition=Q(status="uncertain"), name="message_uncertain"),
            models.Index(fields=["campaign", "status"], name="message_campaign_status"),
            models.Index(fields=["sender", "sent_at"], name="message_sender_sent"),
            models.Index(fields=["lead", "sent_at"], name="message_lead_sent"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_provider_id"),
        ]

    def __str__(self) -> str:
        return self.subject or f"Message {self.pk}"

    def texts(self) -> "models.QuerySet[Variant]":
        """Return the texts it was or will be chosen from: its own, else those of its step."""
        own = self.variants.all()
        return own if self.step is None or own.exists() else self.step.variants.filter(message=None)


class Link(models.Model):
    """A click target; the URL we mail carries only a signed id, so there is nowhere else to be sent."""

    url = models.URLField(max_length=1000)
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.url
