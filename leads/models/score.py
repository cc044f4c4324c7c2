"""The latest score of a lead: a narrow side table, so that scoring never rewrites the wide row."""

from django.db import models

from campaigns import clock
from campaigns.models import SmallIntArrayField
from leads.models.lead import Lead
from leads.models.rule import Rule


class LeadScore(models.Model):
    """Score 0–100 with one contribution (points) per dimension of the card, in the card's order."""

    lead = models.OneToOneField(Lead, primary_key=True, on_delete=models.CASCADE, related_name="score")
    card = models.ForeignKey(Rule, on_delete=models.PROTECT)
    value = models.PositiveSmallIntegerField()
    previous = models.PositiveSmallIntegerField(null=True, blank=True)
    contributions = SmallIntArrayField(default=list)
    previous_contributions = SmallIntArrayField(null=True, blank=True)
    previous_card_id = models.BigIntegerField(null=True, blank=True)
    scored_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["-value", "-lead"], name="lead_score_value")]

    def __str__(self) -> str:
        return str(self.value)
