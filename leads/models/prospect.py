"""A prospect: a lead inside one campaign, with its stage and the decision taken about it."""

from datetime import datetime
from typing import Self

from django.db import models

from campaigns import clock
from campaigns.models import Campaign, User
from leads.models.lead import Lead


class ProspectStage(models.TextChoices):
    """How far a prospect has come; moved forward only, by conditional UPDATE."""

    NEW = "new", "New"
    SCORED = "scored", "Scored"
    QUALIFIED = "qualified", "Qualified"
    REJECTED = "rejected", "Rejected"
    ROUTED = "routed", "Routed"
    CONTACTED = "contacted", "Contacted"
    REPLIED = "replied", "Replied"
    GRADUATED = "graduated", "Graduated"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    REVIEW = "review", "Review"


class ProspectQuerySet(models.QuerySet["Prospect"]):
    """Sets of prospects."""

    def visible_to(self, actor: User) -> Self:
        """Prospects whose lead this person may see."""
        return self if actor.sees_all else self.filter(lead__in=Lead.objects.visible_to(actor))

    def at(self, *stages: str) -> Self:
        """Prospects at one of these stages."""
        return self.filter(stage__in=stages)


class Prospect(models.Model):
    """One lead in one campaign. ``path`` names the qualification nodes passed, as ``yes``/``no`` answers."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="prospects")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="prospects")
    stage = models.CharField(max_length=10, choices=ProspectStage.choices, default=ProspectStage.NEW)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    rule_id = models.BigIntegerField(null=True, blank=True, help_text="The qualification tree that decided.")
    path = models.CharField(max_length=250, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="prospects"
    )
    created_at = models.DateTimeField(default=clock.now)
    scored_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "lead"], name="prospect_once_per_campaign")
        ]
        indexes = [models.Index(fields=["campaign", "stage", "id"], name="prospect_stage")]

    def __str__(self) -> str:
        return f"{self.lead} in {self.campaign}"

    @property
    def moved_at(self) -> datetime:
        """When it last came a stage further."""
        return self.replied_at or self.decided_at or self.scored_at or self.created_at
