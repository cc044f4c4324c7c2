"""Who said yes, who said no, and how we know."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import User
from leads.models.lead import Lead


class Consent(models.Model):
    """What a person allowed or refused on a channel, with evidence. Rows are added; the newest counts."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=20)
    is_granted = models.BooleanField()
    basis = models.CharField(max_length=40, default="consent")
    source = models.CharField(max_length=80)
    evidence = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["lead", "channel", "-recorded_at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.lead}: {'yes' if self.is_granted else 'no'} to {self.channel}"


class Suppression(models.Model):
    """Nobody may write to ``value``: an e-mail key, phone, domain, ``lead:ID`` or ``company:ID``."""

    class Level(models.TextChoices):
        """What the value names."""

        PERSON = "person", "Person"
        ADDRESS = "address", "Address"
        DOMAIN = "domain", "Domain"
        COMPANY = "company", "Company"

    level = models.CharField(max_length=8, choices=Level.choices)
    value = models.CharField(max_length=254)
    channel = models.CharField(max_length=20, blank=True, help_text="Empty: every channel.")
    reason = models.CharField(max_length=40)
    evidence = models.TextField(blank=True)
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    added_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "value", "channel"], condition=Q(lifted_at=None), name="suppression_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.reason})"
