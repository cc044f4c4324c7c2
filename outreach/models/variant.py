"""A variant: one of exactly three tones of a message."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from outreach.models.sequence import Step


class Tone(models.TextChoices):
    """The three tones."""

    PROFESSIONAL = "professional", "Professional"
    FRIENDLY = "friendly", "Friendly"
    DIRECT = "direct", "Direct"


class Variant(models.Model):
    """A text with tokens: of a step (for everybody) or, once written for one person, of a message."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="variants")
    message = models.ForeignKey(
        "outreach.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="variants"
    )
    tone = models.CharField(max_length=12, choices=Tone.choices)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    weight = models.PositiveSmallIntegerField(default=1)
    written_by = models.CharField(
        max_length=60, default="template", help_text="template, a person, or provider/model."
    )
    claims = models.JSONField(default=list, blank=True, help_text="Each claim with the field it came from.")
    latency_ms = models.PositiveIntegerField(default=0)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, default=0, help_text="Its share of what the writing cost."
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "tone"], condition=Q(message=None), name="variant_tone_per_step"
            ),
            models.UniqueConstraint(
                fields=["message", "tone"],
                condition=Q(message__isnull=False),
                name="variant_tone_per_message",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tone_display()} of {self.step}"
