"""A segment: saved criteria over everything we know about leads."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Campaign, Team, User
from leads.models.lead import Lead


class SegmentQuerySet(models.QuerySet["Segment"]):
    """Sets of segments."""

    def visible_to(self, actor: User) -> Self:
        """One's own, and those shared in one's team or with the whole house."""
        if actor.sees_all:
            return self
        house = Q(team=None) | Q(team_id=actor.team_id) if actor.team_id else Q(team=None)
        return self.filter(Q(owner=actor) | Q(is_shared=True) & house)


class Segment(models.Model):
    """Criteria in the rule language, private or shared."""

    name = models.CharField(max_length=80)
    criteria = models.JSONField(default=dict)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="segments")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, help_text="Shared with: empty is everybody."
    )
    description = models.CharField(max_length=250, blank=True)
    is_shared = models.BooleanField(default=True)
    is_pinned = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """Who was in a segment at one moment: the audience of a launch, kept as it was."""

    segment = models.ForeignKey(Segment, null=True, on_delete=models.SET_NULL, related_name="snapshots")
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="snapshots"
    )
    sentence = models.CharField(max_length=500, blank=True)
    criteria = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=0)
    taken_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    taken_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.segment} at {self.taken_at:%Y-%m-%d}"


class SnapshotLead(models.Model):
    """One lead of a snapshot."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="members", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "lead"], name="snapshot_lead_once")]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.snapshot_id}"
