"""A saved view: filters, sorting and columns of a list under a name."""

from typing import Self

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import Team, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Sets of saved views."""

    def visible_to(self, actor: User) -> Self:
        """One's own views, and those shared in one's team."""
        shared = Q(is_shared=True, team_id=actor.team_id)
        return self.filter(Q(owner=actor) | (shared if actor.team_id else Q(is_shared=True, team=None)))


class SavedView(models.Model):
    """How somebody likes to see a list; private, or shared with the team."""

    page = models.CharField(max_length=20, default="leads")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True, help_text="Filters and order, as in the address.")
    columns = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    is_shared = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField(default=clock.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
