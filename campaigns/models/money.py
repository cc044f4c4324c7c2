"""The ledger: what was held, what was paid, what came in. Rows are added, never changed or deleted."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models.campaign import Campaign


class Hold(models.Model):
    """Money set aside before a paid call; a dead worker's hold is released when its lease ends."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="holds")
    operation = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    lease_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["lease_until"], condition=Q(closed_at=None), name="hold_open")]

    def __str__(self) -> str:
        return f"{self.amount} for {self.operation}"


class Cost(models.Model):
    """One paid call. ``lead_id`` and ``message_id`` are plain numbers, so they outlive an erased person."""

    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="costs")
    provider = models.CharField(max_length=40)
    operation = models.CharField(max_length=40)
    department = models.CharField(max_length=40, default="sales")
    channel = models.CharField(max_length=20, blank=True)
    units = models.DecimalField(max_digits=14, decimal_places=3)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    unit_price = models.DecimalField(max_digits=16, decimal_places=9)
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    is_simulated = models.BooleanField(default=False)
    lead_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    message_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    reference = models.CharField(
        max_length=80, unique=True, help_text="What makes this charge happen only once."
    )
    occurred_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["campaign", "occurred_at"], name="cost_campaign_time")]

    def __str__(self) -> str:
        return f"{self.provider} {self.operation} {self.amount}"


class Revenue(models.Model):
    """Money that a campaign brought in: a won deal or a direct entry."""

    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="revenues")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=40, default="deal")
    note = models.CharField(max_length=250, blank=True)
    lead_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    deal_id = models.BigIntegerField(null=True, blank=True)
    reference = models.CharField(max_length=80, unique=True)
    occurred_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"
