"""A campaign: why we write to people, for how much money, and how far it has come."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from campaigns import clock
from campaigns.models.user import Team, User


class CampaignType(models.TextChoices):
    """What a campaign is for."""

    OUTBOUND_SALES = "outbound_sales", "Outbound sales"
    RESEARCH = "research", "Research"
    NURTURE = "nurture", "Nurture"
    RETENTION = "retention", "Retention"
    CROSS_SELL = "cross_sell", "Cross-sell"
    SERVICE = "service", "Service"


class CampaignStatus(models.TextChoices):
    """Where a campaign stands; only ``services.lifecycle`` moves it."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped"
    ARCHIVED = "archived", "Archived"


def default_thresholds() -> dict[str, Any]:
    """Return the limits a campaign is judged by until somebody edits them."""
    return {"cost_per_lead": 20, "qualification_rate": 0.30, "reply_rate": 0.05, "scale_up_roi": 300}


#: What the optimiser may do by itself: nothing, only write down, propose, or also apply.
OPTIMISER_MODES = ("off", "observe", "recommend", "auto")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Sets of campaigns."""

    def visible_to(self, actor: User) -> Self:
        """Campaigns this person may see: all, the team's, or (reps, agents) the team's as readers."""
        if actor.sees_all:
            return self
        if actor.team_id is None:
            return self.filter(owner=actor)
        return self.filter(Q(team_id=actor.team_id) | Q(owner=actor))

    def sending(self) -> Self:
        """Campaigns that may send at this moment."""
        return self.filter(status=CampaignStatus.ACTIVE)

    def count_by_status(self) -> dict[str, int]:
        """How many campaigns stand where."""
        rows = self.order_by().values_list("status").annotate(number=models.Count("pk"))
        return dict(rows.values_list("status", "number"))

    def reach(self) -> dict[int, int]:
        """How many prospects each of these campaigns has."""
        return dict(self.order_by().annotate(number=models.Count("prospects")).values_list("pk", "number"))

    def live(self) -> Self:
        """Campaigns that are not archived."""
        return self.exclude(status=CampaignStatus.ARCHIVED)


class Campaign(models.Model):
    """One plan with one budget; ``spent`` and ``held`` follow the ledger by conditional UPDATE."""

    name = models.CharField(max_length=120)
    type = models.CharField(max_length=20, choices=CampaignType.choices, default=CampaignType.OUTBOUND_SALES)
    status = models.CharField(max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="campaigns"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="campaigns")
    vertical = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=120, blank=True)
    prospect_count = models.PositiveIntegerField(default=50)
    channels = models.JSONField(default=list)
    minimum_score = models.PositiveSmallIntegerField(default=60)
    audience = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=40, default="directory", blank=True)
    pipeline = models.CharField(max_length=40, default="prospecting")
    goal_kind = models.CharField(max_length=20, blank=True)
    goal_target = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    goal_date = models.DateField(null=True, blank=True)
    agent_config = models.JSONField(default=dict, blank=True)
    thresholds = models.JSONField(default=default_thresholds, blank=True)
    postal_address = models.CharField(max_length=250, blank=True)
    send_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="Canary: only this many people are written to."
    )
    budget = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0"))
    spent = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal("0"))
    held = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal("0"))
    overspent = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        default=Decimal("0"),
        help_text="Billed beyond the budget by late prices.",
    )
    estimate = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    status_reason = models.CharField(max_length=250, blank=True)
    final_report = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("run_campaign", "Can launch, run, pause and stop campaigns")]
        constraints = [
            models.CheckConstraint(
                condition=Q(spent__gte=0) & Q(held__gte=0), name="campaign_money_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(budget__gte=Round(F("spent") + F("held") - F("overspent"), 6)),
                name="campaign_within_budget",
            ),
        ]
        indexes = [models.Index(fields=["status"], name="campaign_status")]

    def __str__(self) -> str:
        return self.name

    @property
    def remaining(self) -> Decimal:
        """Money neither spent nor held."""
        return max(Decimal(0), self.budget - self.spent - self.held)

    @property
    def is_sending(self) -> bool:
        """Whether messages may leave."""
        return self.status == CampaignStatus.ACTIVE
