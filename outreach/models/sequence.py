"""A sequence is what we say over days; people finish the version they started."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, User


class SequenceQuerySet(models.QuerySet["Sequence"]):
    """Sets of sequences."""

    def visible_to(self, actor: User) -> Self:
        """Sequences that everybody may use, and those of campaigns this person may see."""
        if actor.sees_all:
            return self
        return self.filter(Q(campaign=None) | Q(campaign__in=Campaign.objects.visible_to(actor)))


class Sequence(models.Model):
    """A plan of steps. ``exclusivity`` says what else a lead may be in at the same time."""

    class Exclusivity(models.TextChoices):
        """Three ways to prevent overlap."""

        LEAD = "lead", "One active sequence per lead"
        CAMPAIGN = "campaign", "One per lead in each campaign"
        SEQUENCE = "sequence", "One per lead in this sequence"

    name = models.CharField(max_length=120)
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="sequences",
        help_text="Empty: every campaign may use it.",
    )
    exclusivity = models.CharField(max_length=8, choices=Exclusivity.choices, default=Exclusivity.LEAD)
    match = models.JSONField(
        default=dict, blank=True, help_text="Whom it fits, in the rule language; empty: everybody."
    )
    capacity = models.PositiveIntegerField(default=100_000, help_text="Active people at most.")
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=clock.now)

    objects = SequenceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SequenceVersion(models.Model):
    """One published (or draft) state of a sequence; published versions are frozen."""

    sequence = models.ForeignKey(Sequence, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "number"], name="sequence_version_once"),
            models.UniqueConstraint(
                fields=["sequence"], condition=Q(published_at=None), name="sequence_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} v{self.number}"


class Step(models.Model):
    """One message (or task) of a version, ``delay_hours`` after the one before, inside its window."""

    version = models.ForeignKey(SequenceVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=20, default="email")
    name = models.CharField(max_length=80, blank=True)
    delay_hours = models.PositiveIntegerField(default=0)
    window_start = models.PositiveSmallIntegerField(
        default=8, help_text="First hour of the lead's day, 0–23."
    )
    window_end = models.PositiveSmallIntegerField(default=17, help_text="Hour after the last one, 1–24.")
    business_days = models.BooleanField(default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="step_position_once"),
            models.CheckConstraint(
                condition=Q(window_start__lt=models.F("window_end")) & Q(window_end__lte=24),
                name="step_window_sensible",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Step {self.position}"
