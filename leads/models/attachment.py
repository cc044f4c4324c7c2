"""A file on the page of a lead or a company."""

from django.db import models
from django.db.models import Q

from campaigns import clock
from campaigns.models import User
from leads.models.company import Company
from leads.models.lead import Lead


class Attachment(models.Model):
    """One uploaded file: stored under a random name outside every served folder, handed out as a download."""

    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, help_text="Below the media folder.")
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False) ^ Q(company__isnull=False), name="attachment_has_one_place"
            )
        ]

    def __str__(self) -> str:
        return self.name
