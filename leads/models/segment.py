"""A segment: saved criteria over everything we know about leads."""

from django.db import models

from campaigns import clock
from campaigns.models import User


class Segment(models.Model):
    """Criteria in the rule language, private or shared."""

    name = models.CharField(max_length=80)
    criteria = models.JSONField(default=dict)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="segments")
    is_shared = models.BooleanField(default=True)
    is_pinned = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
