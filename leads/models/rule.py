"""Rules are data: one small language for scoring, qualification, routing and segments."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import ModelVersion, User


class RuleKind(models.TextChoices):
    """What a rule decides."""

    SCORING = "scoring", "Scoring card"
    QUALIFICATION = "qualification", "Qualification tree"
    ROUTING = "routing", "Routing rules"


class Rule(models.Model):
    """One version of a card, tree or rule list; published versions are never changed, a new one is added."""

    kind = models.CharField(max_length=14, choices=RuleKind.choices)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    body = models.JSONField()
    is_active = models.BooleanField(default=False)
    model_version = models.ForeignKey(
        ModelVersion,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rules",
        help_text="The training run a learned card came from.",
    )
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="rule_version_once"),
            models.UniqueConstraint(fields=["kind"], condition=Q(is_active=True), name="rule_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Override(models.Model):
    """A person's decision that stands above the rule until it expires."""

    prospect = models.ForeignKey("leads.Prospect", on_delete=models.CASCADE, related_name="overrides")
    decision = models.CharField(max_length=10, choices=[("qualified", "Qualified"), ("rejected", "Rejected")])
    reason = models.CharField(max_length=250)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.decision}: {self.reason}"
