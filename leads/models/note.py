"""What a colleague wrote about a lead."""

from django.db import models

from campaigns import clock
from campaigns.models import User
from leads.models.lead import Lead


class Note(models.Model):
    """A private note on a lead's page."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    body = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.body[:60]
